import pytest
from babel.numbers import format_currency, format_decimal, format_percent

from analysis import formats
from analysis.look import Look, using
from analysis.notation import ENGLISH, notation

LANGUAGES = ["en", "de", "de_CH", "fr", "pt_BR", "en_IN", "tr", "es", "ja", "ko", "pl", "sv", "nl", "it"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("number", [0, 7, 999, 1234, 12_345, 1_234_567])
def test_counts_are_written_as_babel_writes_them(language, number):
    with using(Look(locale=language)):
        assert formats.count(number) == format_decimal(number, locale=language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_percentages_and_amounts_are_written_as_babel_writes_them(language):
    with using(Look(locale=language)):
        assert formats.percent(0.13) == format_percent(0.13, locale=language)
        if language != "de_CH":  # Babel spells the currency there; a table has no room for that
            assert formats.money(12.5, "EUR") == format_currency(12.5, "EUR", locale=language)


@pytest.mark.parametrize(
    ("language", "written"),
    [
        # CLDR 45: points group, a comma parts, signs stand behind a no-break space
        ("de", ["1.234.568", "0,123", "13,1\xa0%", "41,9M", "2,61×", "61.400\xa0€", "-3,00\xa0€", "n/a", "∞"]),
        ("es", ["1.234.568", "0,123", "13,1\xa0%", "41,9M", "2,61×", "61.400\xa0€", "-3,00\xa0€", "n/a", "∞"]),
        ("en", ["1,234,568", "0.123", "13.1%", "41.9M", "2.61×", "€61,400", "-€3.00", "n/a", "∞"]),
    ],
)
def test_every_kind_follows_the_language_and_keeps_its_digits(language, written):
    with using(Look(locale=language)):
        assert [
            formats.number(1234567.8),
            formats.number(0.123456),
            formats.percent(0.131),
            formats.short(41_900_000),
            formats.ratio(2.613),
            formats.money(61400, "EUR"),
            formats.money(-3, "EUR"),
            formats.count(None),
            formats.number(float("inf")),
        ] == written


def test_an_unknown_language_is_written_in_english():
    assert notation("klingon") == ENGLISH
