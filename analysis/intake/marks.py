"""The vocabulary of cells: what people write instead of a number, around a number, and after it.

A cell of a creator export is rarely a bare number: ``N/A``, ``13.6M``, ``5 Mio.``, ``₹8,999``, ``12 followers``. The
words are few and belong to languages, not to files, so they are listed once here. Three traps: ``-`` is a missing
value and never zero; an Excel error (``#VALOR!``) is missing in every language Excel speaks; a suffix can mean two
things (Turkish ``B`` is a thousand), which :mod:`analysis.intake.numbers` decides for the column, not the cell.
"""

import re
from functools import cache

__all__ = [
    "CURRENCY_SIGNS",
    "CURRENCY_WORDS",
    "ERROR_MARKER",
    "ISO_CURRENCIES",
    "MISSING_MARKERS",
    "MULTIPLIERS",
    "TEN_THOUSANDS",
    "currency_in",
    "unit_words",
]

#: Cells that say "there is no value here", lower case and without surrounding spaces. A reader counts them.
MISSING_MARKERS = frozenset(
    word
    for line in """
    -|--|---|–|—|―|−|.|..|...|…|?|??|/|//|\\n|#
    n/a|na|n.a.|n.a|n\\a|#n/a|#na|<na>|n/d|nd|n.d.|s/d|s.d.|n/v|n.v.|nv|k.a.|k.a|k. a.|nan|nat|none|null|nil|(null)
    undefined|void|empty|(empty)|blank|(blank)|(none)|missing|unknown|not available|unavailable|not applicable
    no data|nodata|not disclosed|undisclosed|hidden|private|disabled|not set|(not set)|tbd|tba|not found|no value
    data unavailable|nan%|nan %|n/a%|-%|- %|--%|null%|none%
    versteckt|ausgeblendet|verborgen|unbekannt|keine angabe|keine daten|nicht verfügbar
    oculto|oculta|ocultos|privado|desconocido|no disponible|sin dato|sin datos
    não disponível|não informado|indisponível|desconhecido|sem dados
    masqué|masquée|inconnu|non disponible|indisponible|gizli|bilinmiyor|veri yok|비공개|없음|숨김|해당 없음
    ẩn|không có|không rõ|tersembunyi|tidak tersedia|tidak diketahui|非公開|不明|なし|隐藏|未知|скрыто|нет данных
    """.splitlines()
    for word in line.strip().split("|")
)

#: An error of a spreadsheet, in any language: ``#VALUE!``, ``#VALOR!``, ``#¡DIV/0!``, ``#NV``, ``#BEZUG!``, ``#N/D``.
ERROR_MARKER = r"^#[¡¿]?[^\s\d#][^\s]{0,14}[!?]$|^#(?i:n/?[adv]|nv|yok|nulo|sayı!)$"

#: Power of ten ← suffixes, lower case. Languages: English, German, Spanish, Portuguese, French, Italian, Polish,
#: Turkish, Russian, Vietnamese, Indonesian, Hindi, Korean, Japanese, Chinese, Thai.
_POWERS = {
    3: "k thousand thousands tsd tsd. tausend mil mille ths thsd bin rb ribu nghìn ngàn tys. tys тыс тыс. 천 千 พัน",
    4: "w wan 万 萬 만 หมื่น",
    5: "l lakh lakhs lac lacs แสน",
    6: "m mm mn mn. mi mio mio. mill mill. mln mln. million millions millionen millones milhão milhões milyon millón "
    "jt juta tr triệu млн млн. 백만 百万 ล้าน",
    7: "cr cr. crore crores",
    8: "억 億 亿",
    9: "b bn bn. billion billions bi mrd mrd. md mds milliarde milliarden milliard milliards mld mld. miliar milyar "
    "tỷ tỉ млрд млрд. 십억",
    12: "t tn trillion trillions",
}

#: Suffixes of languages that count in ten thousands: a comma before them parts thousands, a dot is decimal.
TEN_THOUSANDS = frozenset(["千", "천", "万", "萬", "만", "億", "억", "亿", "백만", "百万", "十억", "십억"])

#: Suffix → power of ten.
MULTIPLIERS: dict[str, int] = {word: power for power, words in _POWERS.items() for word in words.split()}

#: Sign or word → ISO 4217 code. A bare ``$`` is the US dollar unless the header names another. ``kr`` names
#: three currencies and therefore none.
CURRENCY_SIGNS: dict[str, str | None] = {
    "us$": "USD", "$us": "USD", "u$s": "USD", "usd$": "USD", "$": "USD", "＄": "USD", "dollar": "USD", "dollars": "USD",
    "a$": "AUD", "au$": "AUD", "c$": "CAD", "ca$": "CAD", "nz$": "NZD", "hk$": "HKD", "s$": "SGD", "sg$": "SGD",
    "nt$": "TWD", "mx$": "MXN", "r$": "BRL", "reais": "BRL", "cop$": "COP", "clp$": "CLP", "ars$": "ARS",
    "€": "EUR", "euro": "EUR", "euros": "EUR", "£": "GBP", "pounds": "GBP", "¥": "JPY", "￥": "JPY", "円": "JPY",
    "元": "CNY", "rmb": "CNY", "cn¥": "CNY", "₩": "KRW", "￦": "KRW", "원": "KRW", "₫": "VND", "đ": "VND", "vnđ": "VND",
    "đồng": "VND", "₹": "INR", "rs": "INR", "rs.": "INR", "rupees": "INR", "₨": "INR", "₺": "TRY", "tl": "TRY",
    "lira": "TRY", "₱": "PHP", "฿": "THB", "บาท": "THB", "₦": "NGN", "naira": "NGN", "₽": "RUB", "руб": "RUB",
    "руб.": "RUB", "₴": "UAH", "грн": "UAH", "zł": "PLN", "kč": "CZK", "ft": "HUF", "lei": "RON", "rp": "IDR",
    "rp.": "IDR", "rupiah": "IDR", "rm": "MYR", "₪": "ILS", "₵": "GHS", "gh₵": "GHS", "ksh": "KES", "kshs": "KES",
    "fr.": "CHF", "sfr.": "CHF", "sfr": "CHF", "s/": "PEN", "s/.": "PEN", "sr": "SAR", "د.إ": "AED", "ر.س": "SAR",
    "ج.م": "EGP", "₡": "CRC", "₲": "PYG", "₸": "KZT", "₾": "GEL", "₼": "AZN", "₮": "MNT", "₭": "LAK", "৳": "BDT",
    "kr": None, "kr.": None, ",-": None,
}  # fmt: skip

#: Active ISO 4217 codes.
_CODES = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF
CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG
HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA
MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD
RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX
USD UYU UZS VED VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWL
"""
ISO_CURRENCIES = frozenset(_CODES.split())

#: Codes that are everyday words: in a header they count only in capitals.
_WORDS_TOO = frozenset({"ALL", "TRY", "TOP", "CUP", "GEL", "PEN", "SOS", "MAD", "MOP", "BOB", "RON", "COP", "BAM"})

#: Names of currencies in headers.
CURRENCY_WORDS: dict[str, str] = {
    "dollar": "USD", "dollars": "USD", "dólares": "USD", "dolares": "USD", "dolar": "USD", "euro": "EUR",
    "euros": "EUR", "rupees": "INR", "rupee": "INR", "reais": "BRL", "lira": "TRY", "won": "KRW", "yen": "JPY",
    "yuan": "CNY", "rmb": "CNY", "pounds": "GBP", "dong": "VND", "đồng": "VND", "rupiah": "IDR", "ringgit": "MYR",
    "baht": "THB", "naira": "NGN", "rand": "ZAR", "zloty": "PLN",
}  # fmt: skip

#: Words after a number that name what is counted, or how a price is meant; they say nothing about the value.
_UNIT_WORDS = r"""^(?:de\ |of\ )?(?:
        followers?|follower\w*|subscribers?|subs?|fans?|likes?|views?|comments?|shares?|saves?|posts?|videos?|plays?
        |impressions?|reach|people|users?|times|x|clicks?|orders?|sales|per\ (?:1k|1000|cpm)
        |seguidores|suscriptores|inscritos|abonn[eé]s|abonnenten|takip[çc]i|pengikut|팔로워|구독자|명|회|개|건|편|곡|원|人|回|次|本|件|枚|名|条|个|篇
        |me\ gusta|curtidas|visualiza[çc][õo]es|vues|aufrufe|gef[äa]llt\ mir
        |(?:/|per|pro|por|par|je|an?|each|a\ )\s*(?:post|reel|story|stories|video|tweet|placement|piece|publication
            |publicaci[óo]n|beitrag|publica[çc][ãa]o|collab|collaboration|mention|short|stream|campaign|deal)s?
        |flat|fixed|net|gross|netto|brutto|neto|bruto|ht|ttc|approx\.?|\+
        |(?:\+|plus|excl\.?|incl\.?|zzgl\.?|inkl\.?|exkl\.?)\ ?(?:vat|gst|tax|mwst\.?|iva|ust\.?)
        |\((?:est|approx|ca|circa|avg|gesch|aprox)[\w.]*\)
    )$"""


@cache
def unit_words() -> re.Pattern[str]:
    """Return the pattern of words after a number that name what is counted, or how a price is meant."""
    return re.compile(_UNIT_WORDS, re.VERBOSE | re.IGNORECASE)


#: Units of money too short to be read as words, taken only where they stand in brackets at a header's end.
_SHORT_UNITS = {
    "tl": "TRY",
    "rp": "IDR",
    "vnđ": "VND",
    "руб": "RUB",
    "円": "JPY",
    "元": "CNY",
    "원": "KRW",
    "zł": "PLN",
    "kč": "CZK",
}
_SHORT_UNIT = re.compile(rf"[(\[（]\s*[천만억千万億萬亿백百]*\s*(?P<unit>{'|'.join(_SHORT_UNITS)})\.?\s*[)\]）]\s*$")


def currency_in(header: str) -> str | None:
    """Return the ISO code of the currency a header names, or None.

    Examples
    --------
    >>> currency_in("Spend (EUR)"), currency_in("cost_usd"), currency_in("Fee in ₹"), currency_in("all costs")
    ('EUR', 'USD', 'INR', None)
    >>> currency_in("Ücret (TL)"), currency_in("費用（円）"), currency_in("단가(만원)")
    ('TRY', 'JPY', 'KRW')
    """
    lowered = header.casefold()
    signs = [s for s in CURRENCY_SIGNS if not s[0].isalpha() and len(s) <= 2 and s in lowered and s != ",-"]
    prefixed = [
        s for s in CURRENCY_SIGNS if s[-1:] == "$" and len(s) > 1 and re.search(rf"(?<![a-z]){re.escape(s)}", lowered)
    ]
    words: list[str] = re.findall(r"[^\W\d_]{3,}", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header))
    for token in words:
        code = token.upper()
        if code in ISO_CURRENCIES and (token == code or code not in _WORDS_TOO):
            return code
    if prefixed or signs:
        return CURRENCY_SIGNS[max(prefixed or signs, key=len)]
    named = next((CURRENCY_WORDS[word.casefold()] for word in words if word.casefold() in CURRENCY_WORDS), None)
    unit = _SHORT_UNIT.search(lowered)
    return named or (_SHORT_UNITS[unit["unit"]] if unit else None)
