"""Recognition on the classes of export that analysts meet: each table here is made up, each expectation is by hand."""

import random

import pytest

from analysis.intake.delimited import read_delimited
from analysis.intake.recognise import recognise

_NAMES = ["Mara", "Jon", "Ilse", "Rui", "Chen", "Asha", "Omar", "Lena", "Tomas", "Yuki", "Vera", "Noel", "Ines", "Paul", "Dana", "Kofi", "Elif", "Minh", "Sita", "Ana"]
_KINDS = {
    "rank": lambda r, i: str(i + 1),
    "handle": lambda r, i: f"{r.choice(_NAMES).lower()}.{i}_{r.choice(['x', 'official', 'tv'])}",
    "at": lambda r, i: f"@{r.choice(_NAMES).lower()}{i}",
    "name": lambda r, i: f"{r.choice(_NAMES)} {r.choice(_NAMES)}{'' if i % 3 else ' ' + str(i)}",
    "repeat": lambda r, i: f"{_NAMES[i % 4].lower()}_{i % 4}",
    "cat": lambda r, i: r.choice(["Beauty", "Gaming", "Food & Drink", "Travel"]),
    "country": lambda r, i: r.choice(["India", "Brazil", "Spain", "United States"]),
    "city": lambda r, i: r.choice(["Pune", "Lyon", "Porto"]),
    "platform": lambda r, i: r.choice(["Instagram", "TikTok", "YouTube"]),
    "fol": lambda r, i: f"{r.uniform(1, 90):.1f}{r.choice('KM')}",
    "folint": lambda r, i: str(r.randint(2_000, 4_000_000)),
    "mill": lambda r, i: f"{r.uniform(50, 400):.1f}",
    "cnt": lambda r, i: str(r.randint(10, 90_000)),
    "small": lambda r, i: str(r.randint(0, 60)),
    "big": lambda r, i: str(r.randint(300_000_000, 90_000_000_000)),
    "short": lambda r, i: f"{r.uniform(1, 90):.1f}K",
    "pct": lambda r, i: f"{r.uniform(0.2, 9):.2f}%",
    "pctnum": lambda r, i: f"{r.uniform(0.8, 9):.2f}",
    "frac": lambda r, i: f"{r.uniform(0.002, 0.09):.4f}",
    "url": lambda r, i: f"https://www.instagram.com/p/C{i}xYz{r.randint(100, 999)}/",
    "date": lambda r, i: f"2024-{r.randint(1, 12):02d}-{r.randint(1, 28):02d}",
    "day": lambda r, i: f"2024-03-{i % 28 + 1:02d}",
    "usdate": lambda r, i: f"{r.randint(1, 12):02d}/{r.randint(13, 28)}/2024 10:0{r.randint(0, 9)}",
    "epoch": lambda r, i: str(1_700_000_000 + r.randint(0, 9_000_000)),
    "lifetime": lambda r, i: "Lifetime",
    "title": lambda r, i: f"How {r.choice(_NAMES)} makes tea, part {i}",
    "id11": lambda r, i: "".join(r.choice("abcdefgXYZ0123456789_-") for _ in range(10)) + str(i % 10),
    "bigid": lambda r, i: str(17_900_000_000_000_000 + r.randint(0, 10**12)),
    "key": lambda r, i: f"K{i:03d}",
    "few": lambda r, i: f"K{i % 5}",
    "int5": lambda r, i: str(i % 5 + 1),
    "uc": lambda r, i: f"UC{r.randint(10**20, 10**21)}a",
    "money": lambda r, i: f"{r.uniform(50, 9000):.2f}",
    "eur": lambda r, i: f"{r.randint(1, 9)}.{r.randint(100, 999)},{r.randint(10, 99)} €",
    "camp": lambda r, i: r.choice(["Spring Launch", "Black Friday", "Summer"]),
    "bool": lambda r, i: r.choice(["True", "False"]),
    "text": lambda r, i: f"so good {i} #tea",
    "empty": lambda r, i: "",
    "dur": lambda r, i: f"0:0{r.randint(1, 9)}:{r.randint(10, 59)}",
    "format": lambda r, i: r.choice(["Reel", "Story", "Feed"]),
    "status": lambda r, i: r.choice(["Live", "Done"]),
}


def _table(spec: str, rows: int = 30):
    """Make a CSV from ``header=kind`` pairs split by bars, and read it."""
    pairs = [pair.rsplit("=", 1) for pair in spec.split("|")]
    source = random.Random(7)
    lines = [";".join('"' + header.strip("\t") + '"' for header, _ in pairs)]
    lines += [";".join(_KINDS[kind.strip()](source, row) for _, kind in pairs) for row in range(rows)]
    return read_delimited("made.csv", data="\n".join(lines).encode())[0]


#: (columns as ``header=kind``, grain, canonical column ← header). Columns not named must stay out.
CLASSES = {
    "tool list of channels, misspelt": (
        "Rank=rank|Username=name|Categories=cat|Suscribers=folint|Country=country|Visits=cnt|Likes=cnt|Comments=small|Links=url",
        "creators",
        {"handle": "Username", "category": "Categories", "followers": "Suscribers", "country": "Country",
         "avg_views": "Visits", "avg_likes": "Likes", "avg_comments": "Comments"},
    ),
    "tool list of accounts with engagement counts": (
        "Influencer insta name=handle|instagram name=name|category_1=cat|category_2=cat|Followers=fol|Audience country(mostly)=country|"
        "Authentic engagement\t=short|Engagement avg\t=short",
        "creators",
        {"handle": "Influencer insta name", "name": "instagram name", "category": "category_1", "followers": "Followers"},
    ),
    "tool list in Title Case": (
        "Rank=rank|Channel Info=handle|Influence Score=small|Followers=fol|Avg. Likes=short|Posts=short|60-Day Eng Rate=pct|"
        "New Post Avg. Likes=short|Total Likes=big|Country Or Region=country",
        "creators",
        {"handle": "Channel Info", "followers": "Followers", "avg_likes": "Avg. Likes", "post_count": "Posts",
         "engagement_rate": "60-Day Eng Rate", "country": "Country Or Region"},
    ),
    "encyclopaedia list in millions": (
        "Rank=rank|Username=at|Owner=name|Brand account=bool|Followers (millions)=mill|Profession/Activity=cat|Country=country",
        "creators",
        {"handle": "Username", "name": "Owner", "followers": "Followers (millions)", "country": "Country"},
    ),
    "scraped short videos": (
        "user_name=repeat|user_id=int5|video_id=bigid|video_desc=text|video_time=epoch|video_length=small|video_link=url|"
        "n_likes=cnt|n_shares=cnt|n_comments=cnt|n_plays=cnt",
        "posts",
        {"handle": "user_name", "creator_id": "user_id", "post_id": "video_id", "likes": "n_likes",
         "shares": "n_shares", "comments": "n_comments", "views": "n_plays", "published_at": "video_time"},
    ),
    "trending videos": (
        "video_id=id11|title=title|publishedAt=date|channelId=uc|channelTitle=name|categoryId=int5|trending_date=date|tags=text|"
        "view_count=cnt|likes=cnt|dislikes=cnt|comment_count=cnt|thumbnail_link=url|comments_disabled=bool|ratings_disabled=bool|description=text",
        "posts",
        {"post_id": "video_id", "published_at": "publishedAt", "creator_id": "channelId", "handle": "channelTitle",
         "views": "view_count", "likes": "likes", "comments": "comment_count"},
    ),
    "posts with followers and no identifier": (
        "S.No=rank|USERNAME=repeat|Caption=text|Followers=folint|Hashtags=text|Time since posted=small|Likes=cnt",
        "posts",
        {"handle": "USERNAME", "followers": "Followers", "likes": "Likes"},
    ),
    "statistics site": (
        "Rank=rank|Grade=cat|Username=name|Uploads=cnt|Subs=fol|Video Views=big",
        "creators",
        {"handle": "Username", "post_count": "Uploads", "followers": "Subs"},
    ),
    "discovery tool": (
        "Username=at|Full name=name|Profile URL=url|Followers=folint|Engagement rate=pct|Avg. likes=cnt|Avg. comments=small|"
        "Avg. Reels plays=cnt|Fake followers %=pct|Audience credibility=pct|Location - country=country|Location - city=city|Email=text",
        "creators",
        {"handle": "Username", "name": "Full name", "followers": "Followers", "engagement_rate": "Engagement rate",
         "avg_likes": "Avg. likes", "avg_comments": "Avg. comments", "avg_views": "Avg. Reels plays"},
    ),
    "campaign tool": (
        "Influencer=name|Network=platform|Post URL=url|Published Date=date|Post Type=format|Impressions=cnt|Reach=cnt|Likes=cnt|"
        "Comments=small|Saves=small|Shares=small|Engagements=cnt|Engagement Rate=pct|EMV=money|Cost=money|CPE=money",
        "placements",
        {"handle": "Influencer", "platform": "Network", "date": "Published Date", "impressions": "Impressions", "reach": "Reach",
         "likes": "Likes", "comments": "Comments", "saves": "Saves", "shares": "Shares", "engagements": "Engagements", "cost": "Cost"},
    ),
    "ads manager": (
        "Campaign name=camp|Ad name=title|Day=date|Amount spent (USD)=money|Impressions=cnt|Reach=cnt|Link clicks=small|Purchases=small|"
        "Purchases conversion value=money|CPM (cost per 1,000 impressions) (USD)=money",
        "placements",
        {"campaign_id": "Campaign name", "date": "Day", "cost": "Amount spent (USD)", "impressions": "Impressions", "reach": "Reach",
         "clicks": "Link clicks", "conversions": "Purchases", "revenue": "Purchases conversion value"},
    ),
    "business suite, own posts": (
        "Post ID=bigid|Account ID=few|Account username=repeat|Account name=name|Description=text|Duration (sec)=small|Publish time=usdate|"
        "Permalink=url|Post type=format|Data comment=empty|Date=lifetime|Impressions=cnt|Reach=cnt|Shares=small|Follows=small|Likes=cnt|"
        "Comments=small|Saves=small|Plays=cnt",
        "posts",
        {"post_id": "Post ID", "creator_id": "Account ID", "handle": "Account username", "published_at": "Publish time",
         "impressions": "Impressions", "reach": "Reach", "shares": "Shares", "likes": "Likes", "comments": "Comments", "saves": "Saves", "views": "Plays"},
    ),
    "business suite, page posts": (
        "Post ID=bigid|Page ID=few|Page name=repeat|Title=text|Publish time=usdate|Permalink=url|Post type=format|Date=lifetime|Impressions=cnt|"
        "Reach=cnt|Reactions, Comments and Shares=cnt|Reactions=cnt|Comments=small|Shares=small|Total clicks=cnt|Other Clicks=small|Link Clicks=small",
        "posts",
        {"post_id": "Post ID", "creator_id": "Page ID", "handle": "Page name", "published_at": "Publish time", "impressions": "Impressions",
         "reach": "Reach", "likes": "Reactions", "comments": "Comments", "shares": "Shares"},
    ),
    "microblog analytics": (
        "Tweet id=bigid|Tweet permalink=url|Tweet text=text|time=date|impressions=cnt|engagements=cnt|engagement rate=frac|retweets=small|replies=small|"
        "likes=cnt|user profile clicks=small|url clicks=small|hashtag clicks=small|detail expands=small|follows=small|media engagements=small|promoted impressions=empty",
        "posts",
        {"post_id": "Tweet id", "published_at": "time", "impressions": "impressions", "shares": "retweets", "comments": "replies", "likes": "likes"},
    ),
    "professional network analytics": (
        "Post title=text|Post link=url|Post type=format|Campaign name=empty|Posted by=repeat|Created date=date|Impressions=cnt|Views=cnt|"
        "Clicks=small|Click through rate (CTR)=frac|Likes=cnt|Comments=small|Reposts=small|Follows=small|Engagement rate=frac",
        "posts",
        {"handle": "Posted by", "published_at": "Created date", "impressions": "Impressions", "views": "Views", "likes": "Likes", "comments": "Comments", "shares": "Reposts"},
    ),
    "video studio in German, soft hyphens": (
        "Inhalte=id11|Video\u00adtitel=title|Ver\u00adöffentlichungs\u00adzeit des Videos=date|Auf\u00adrufe=cnt|Wiedergabezeit (Stunden)=money|"
        "Abon\u00adnenten=small|Impres\u00adsionen=cnt|Klickrate der Impressionen (%)=pctnum",
        "posts",
        {"post_id": "Inhalte", "published_at": "Ver\u00adöffentlichungs\u00adzeit des Videos", "views": "Auf\u00adrufe", "impressions": "Impres\u00adsionen"},
    ),
    "video studio by video": (
        "Video=id11|Video title=title|Video pub\u00adlish time=date|Com\u00adments ad\u00added=small|Shares=small|Dis\u00adlikes=small|Likes=cnt|"
        "Sub\u00adscribers lost=small|Sub\u00adscribers gained=small|RPM (USD)=pctnum|CPM (USD)=pctnum|Av\u00ader\u00adage per\u00adcent\u00adage viewed (%)=pctnum|"
        "Av\u00ader\u00adage view dur\u00ada\u00adtion=dur|Views=cnt|Watch time (hours)=money|Sub\u00adscribers=small|Your es\u00adtim\u00adated rev\u00aden\u00adue (USD)=money|"
        "Im\u00adpres\u00adsions=cnt|Im\u00adpres\u00adsions click-through rate (%)=pctnum",
        "posts",
        {"post_id": "Video", "published_at": "Video pub\u00adlish time", "comments": "Com\u00adments ad\u00added", "shares": "Shares", "likes": "Likes",
         "views": "Views", "impressions": "Im\u00adpres\u00adsions"},
    ),
    "scraper of photos": (
        "ownerUsername=repeat|ownerId=few|shortCode=id11|id=bigid|likesCount=cnt|commentsCount=small|videoViewCount=cnt|timestamp=date|caption=text|url=url|type=format|isSponsored=bool",
        "posts",
        {"handle": "ownerUsername", "creator_id": "ownerId", "post_id": "shortCode", "likes": "likesCount", "comments": "commentsCount",
         "views": "videoViewCount", "published_at": "timestamp", "sponsored": "isSponsored"},
    ),
    "scraper of short videos": (
        "id=bigid|text=text|createTimeISO=date|authorMeta.name=repeat|authorMeta.fans=folint|authorMeta.heart=big|authorMeta.video=cnt|authorMeta.digg=cnt|"
        "diggCount=cnt|shareCount=small|playCount=cnt|commentCount=small|collectCount=small|webVideoUrl=url|videoMeta.duration=small|musicMeta.musicName=title",
        "posts",
        {"post_id": "id", "published_at": "createTimeISO", "handle": "authorMeta.name", "followers": "authorMeta.fans", "likes": "diggCount",
         "shares": "shareCount", "views": "playCount", "comments": "commentCount", "saves": "collectCount"},
    ),
    "scraper of profiles": (
        "account=handle|fbid=bigid|id=bigid|followers=folint|posts_count=cnt|is_business_account=bool|is_verified=bool|avg_engagement=frac|biography=text|following=small|full_name=name",
        "creators",
        {"handle": "account", "creator_id": "id", "followers": "followers", "post_count": "posts_count", "engagement_rate": "avg_engagement",
         "following": "following", "name": "full_name"},
    ),
    "profiles with lifetime likes": (
        "account_id=key|nickname=name|biography=text|awg_engagement_rate=frac|is_verified=bool|followers=folint|following=small|likes=big|videos_count=cnt|create_time=date",
        "creators",
        {"creator_id": "account_id", "name": "nickname", "followers": "followers", "following": "following", "post_count": "videos_count",
         "engagement_rate": "awg_engagement_rate"},
    ),
    "Spanish roster": (
        "Nombre=name|Usuario=at|Red social=platform|Seguidores=folint|Tasa de engagement=pct|Tarifa por publicación (€)=eur|Ciudad=city",
        "creators",
        {"name": "Nombre", "handle": "Usuario", "platform": "Red social", "followers": "Seguidores", "engagement_rate": "Tasa de engagement",
         "fee": "Tarifa por publicación (€)"},
    ),
    "Spanish campaign": (
        "Campaña=camp|Influencer=name|Fecha=date|Inversión (€)=eur|Impresiones=cnt|Alcance=cnt|Clics=small|Conversiones=small|Ventas (€)=eur",
        "placements",
        {"campaign_id": "Campaña", "handle": "Influencer", "date": "Fecha", "cost": "Inversión (€)", "impressions": "Impresiones", "reach": "Alcance",
         "clicks": "Clics", "conversions": "Conversiones", "revenue": "Ventas (€)"},
    ),
    "Portuguese posts": (
        "ID da publicação=bigid|Perfil=repeat|Data de publicação=date|Curtidas=cnt|Comentários=small|Compartilhamentos=small|Salvamentos=small|Visualizações=cnt|Alcance=cnt|Impressões=cnt",
        "posts",
        {"post_id": "ID da publicação", "handle": "Perfil", "published_at": "Data de publicação", "likes": "Curtidas", "comments": "Comentários",
         "shares": "Compartilhamentos", "saves": "Salvamentos", "views": "Visualizações", "reach": "Alcance", "impressions": "Impressões"},
    ),
    "French roster": (
        "Nom=name|Pseudo=at|Plateforme=platform|Nombre d'abonnés=folint|Taux d’engagement (%)=pctnum|J'aime moyens=cnt|Vues moyennes=cnt|Tarif par post (EUR)=money|Pays=country",
        "creators",
        {"name": "Nom", "handle": "Pseudo", "platform": "Plateforme", "followers": "Nombre d'abonnés", "engagement_rate": "Taux d’engagement (%)",
         "avg_likes": "J'aime moyens", "avg_views": "Vues moyennes", "fee": "Tarif par post (EUR)", "country": "Pays"},
    ),
    "Turkish posts": (
        "Gönderi Kimliği=bigid|Kullanıcı Adı=repeat|Yayınlanma Tarihi=date|Beğeni Sayısı=cnt|Yorum Sayısı=small|Paylaşım Sayısı=small|Kaydetme=small|İzlenme=cnt|Erişim=cnt|Gösterim=cnt",
        "posts",
        {"post_id": "Gönderi Kimliği", "handle": "Kullanıcı Adı", "published_at": "Yayınlanma Tarihi", "likes": "Beğeni Sayısı", "comments": "Yorum Sayısı",
         "shares": "Paylaşım Sayısı", "saves": "Kaydetme", "views": "İzlenme", "reach": "Erişim", "impressions": "Gösterim"},
    ),
    "Korean roster": (
        "크리에이터=name|플랫폼=platform|팔로워 수=folint|평균 조회수=cnt|평균 좋아요=cnt|단가(원)=cnt|카테고리=cat",
        "creators",
        {"name": "크리에이터", "platform": "플랫폼", "followers": "팔로워 수", "avg_views": "평균 조회수", "avg_likes": "평균 좋아요", "fee": "단가(원)", "category": "카테고리"},
    ),
    "Vietnamese price list": (
        "STT=rank|Tên KOL=name|Nền tảng=platform|Lượt theo dõi=folint|Lượt thích trung bình=cnt|Báo giá (VND)=cnt|Lĩnh vực=cat",
        "creators",
        {"name": "Tên KOL", "platform": "Nền tảng", "followers": "Lượt theo dõi", "avg_likes": "Lượt thích trung bình", "fee": "Báo giá (VND)", "category": "Lĩnh vực"},
    ),
    "Indonesian campaign": (
        "Kampanye=camp|Nama Kreator=name|Tanggal=date|Biaya (Rp)=cnt|Tayangan=cnt|Jumlah Like=cnt|Komentar=small|Klik=small|Pesanan=small|Penjualan (Rp)=cnt",
        "placements",
        {"campaign_id": "Kampanye", "handle": "Nama Kreator", "date": "Tanggal", "cost": "Biaya (Rp)", "views": "Tayangan", "likes": "Jumlah Like",
         "comments": "Komentar", "clicks": "Klik", "conversions": "Pesanan", "revenue": "Penjualan (Rp)"},
    ),
    "Japanese posts": (
        "投稿ID=bigid|アカウント名=repeat|投稿日時=date|いいね数=cnt|コメント数=small|シェア数=small|保存数=small|再生回数=cnt|リーチ数=cnt|インプレッション数=cnt",
        "posts",
        {"post_id": "投稿ID", "handle": "アカウント名", "published_at": "投稿日時", "likes": "いいね数", "comments": "コメント数", "shares": "シェア数",
         "saves": "保存数", "views": "再生回数", "reach": "リーチ数", "impressions": "インプレッション数"},
    ),
    "affiliate network": (
        "Partner=name|Clicks=cnt|Orders=small|Sales amount=money|Conversion rate=pct|AOV=money",
        "placements",
        {"handle": "Partner", "clicks": "Clicks", "conversions": "Orders", "revenue": "Sales amount"},
    ),
    "payout list": (
        "Influencer ID=key|Invoice no=key|Amount paid=money|Paid on=date|Status=status",
        "placements",
        {"creator_id": "Influencer ID", "cost": "Amount paid", "date": "Paid on"},
    ),
    "live streams": (
        "Channel=name|Watch time(Minutes)=big|Stream time(minutes)=cnt|Peak viewers=cnt|Average viewers=cnt|Followers=folint|Followers gained=cnt|Views gained=cnt|Partnered=bool|Language=cat",
        "creators",
        {"name": "Channel", "followers": "Followers"},
    ),
    "API: users of a live-stream site": (
        "id=bigid|login=handle|display_name=handle|broadcaster_type=cat|description=text|profile_image_url=url|view_count=big|created_at=date",
        "creators",
        {"creator_id": "id", "handle": "login", "name": "display_name"},
    ),
    "API: federated posts": (
        "id=bigid|created_at=date|content=text|reblogs_count=small|favourites_count=cnt|replies_count=small|account.id=few|account.username=repeat|"
        "account.followers_count=folint|account.statuses_count=cnt|url=url",
        "posts",
        {"post_id": "id", "published_at": "created_at", "shares": "reblogs_count", "likes": "favourites_count", "comments": "replies_count",
         "creator_id": "account.id", "handle": "account.username", "followers": "account.followers_count"},
    ),
    "API: posts with author did": (
        "uri=id11|cid=id11|author.did=few|author.handle=repeat|author.displayName=name|record.text=text|record.createdAt=date|replyCount=small|repostCount=small|"
        "likeCount=cnt|quoteCount=small|indexedAt=date",
        "posts",
        {"post_id": "uri", "creator_id": "author.did", "handle": "author.handle", "published_at": "record.createdAt", "comments": "replyCount",
         "shares": "repostCount", "likes": "likeCount"},
    ),
    "API: private photo feed": (
        "pk=bigid|code=id11|taken_at=epoch|like_count=cnt|comment_count=small|play_count=cnt|user.pk=few|user.username=repeat|user.full_name=name|caption.text=text|media_type=int5",
        "posts",
        {"post_id": "code", "published_at": "taken_at", "likes": "like_count", "comments": "comment_count", "views": "play_count",
         "creator_id": "user.pk", "handle": "user.username"},
    ),
    "API: graph of photos": (
        "id=bigid|shortcode=id11|taken_at_timestamp=epoch|edge_media_preview_like.count=cnt|edge_media_to_comment.count=small|video_view_count=cnt|owner.id=few|owner.username=repeat",
        "posts",
        {"post_id": "shortcode", "published_at": "taken_at_timestamp", "likes": "edge_media_preview_like.count", "comments": "edge_media_to_comment.count",
         "views": "video_view_count", "creator_id": "owner.id", "handle": "owner.username"},
    ),
    "API: graph of a profile": (
        "id=bigid|username=handle|full_name=name|biography=text|edge_followed_by.count=folint|edge_follow.count=small|edge_owner_to_timeline_media.count=cnt|is_private=bool",
        "creators",
        {"creator_id": "id", "handle": "username", "name": "full_name", "followers": "edge_followed_by.count", "following": "edge_follow.count",
         "post_count": "edge_owner_to_timeline_media.count"},
    ),
    "API: wall of a community": (
        "id=bigid|owner_id=few|date=epoch|text=text|likes.count=cnt|comments.count=small|reposts.count=small|views.count=cnt",
        "posts",
        {"post_id": "id", "creator_id": "owner_id", "published_at": "date", "likes": "likes.count", "comments": "comments.count",
         "shares": "reposts.count", "views": "views.count"},
    ),
    "API: ads": (
        "campaign_id=few|campaign_name=camp|date_start=date|date_stop=date|spend=money|impressions=cnt|reach=cnt|clicks=small|cpc=money|ctr=frac",
        "placements",
        {"campaign_id": "campaign_id", "date": "date_start", "cost": "spend", "impressions": "impressions", "reach": "reach", "clicks": "clicks"},
    ),
    "database: deals": (
        "deal_id=key|influencer_handle=repeat|platform=platform|deliverable=format|fee=money|currency=cat|posted_at=date|status=status",
        "placements",
        {"campaign_id": "deal_id", "handle": "influencer_handle", "platform": "platform", "cost": "fee", "date": "posted_at", "currency": "currency"},
    ),
    "database: orders with a code": (
        "order_id=key|coupon_code=few|order_date=date|order_value=money|customer_id=key",
        "placements",
        {"campaign_id": "coupon_code", "date": "order_date", "revenue": "order_value"},
    ),
    "gifting list": (
        "Influencer=at|Followers=folint|Product sent=title|Product value ($)=money|Posted?=bool|Post date=date|Likes=cnt|Comments=small|Type=status",
        "placements",
        {"handle": "Influencer", "followers": "Followers", "product_cost": "Product value ($)", "date": "Post date", "likes": "Likes", "comments": "Comments"},
    ),
    "agency recap": (
        "Creator=name|@Handle=at|Platform=platform|Deliverable=format|Live Date=date|Link=url|Total Views=cnt|Total Likes=cnt|Total Comments=small|Total Shares=small|"
        "Saves=small|Engagements=cnt|ER %=pct|Fee (USD)=money|CPV=money|CPE=money",
        "placements",
        {"handle": "@Handle", "platform": "Platform", "date": "Live Date", "views": "Total Views", "likes": "Total Likes", "comments": "Total Comments",
         "shares": "Total Shares", "saves": "Saves", "engagements": "Engagements", "cost": "Fee (USD)"},
    ),
    "influencer database with gender and age": (
        "Full Name=name|Age=small|Gender=cat|City=city|Instagram Handle=at|Followers Count=folint|Avg Engagement (%)=pctnum|Price per Post (INR)=cnt|Niche=cat",
        "creators",
        {"name": "Full Name", "handle": "Instagram Handle", "followers": "Followers Count", "engagement_rate": "Avg Engagement (%)",
         "fee": "Price per Post (INR)", "category": "Niche"},
    ),
    "campaign data set": (
        "campaign_id=key|platform=platform|influencer_category=cat|campaign_type=cat|start_date=date|end_date=date|engagements=cnt|estimated_reach=cnt|"
        "product_sales=cnt|campaign_duration_days=small",
        "placements",
        {"campaign_id": "campaign_id", "platform": "platform", "date": "start_date", "engagements": "engagements"},
    ),
    "posts with rates and scores": (
        "Post_ID=key|Platform=platform|Hashtag=cat|Content_Type=format|Region=country|Views=cnt|Likes=cnt|Shares=small|Comments=small|Engagement_Level=status",
        "posts",
        {"post_id": "Post_ID", "platform": "Platform", "views": "Views", "likes": "Likes", "shares": "Shares", "comments": "Comments"},
    ),
    "Italian campaign": (
        "Campagna=camp|Creator=name|Piattaforma=platform|Data di pubblicazione=date|Costo (€)=eur|Visualizzazioni=cnt|Mi piace=cnt|Commenti=small|Condivisioni=small|Copertura=cnt|Clic=small|Ordini=small|Fatturato (€)=eur",
        "placements",
        {"campaign_id": "Campagna", "handle": "Creator", "platform": "Piattaforma", "date": "Data di pubblicazione", "cost": "Costo (€)", "views": "Visualizzazioni",
         "likes": "Mi piace", "comments": "Commenti", "shares": "Condivisioni", "reach": "Copertura", "clicks": "Clic", "conversions": "Ordini", "revenue": "Fatturato (€)"},
    ),
    "Dutch roster": (
        "Naam=name|Gebruikersnaam=at|Aantal volgers=folint|Gemiddelde likes=cnt|Gemiddelde weergaven=cnt|Betrokkenheidspercentage=pct|Prijs per post=eur|Land=country",
        "creators",
        {"name": "Naam", "handle": "Gebruikersnaam", "followers": "Aantal volgers", "avg_likes": "Gemiddelde likes", "avg_views": "Gemiddelde weergaven",
         "engagement_rate": "Betrokkenheidspercentage", "fee": "Prijs per post", "country": "Land"},
    ),
    "German campaign": (
        "Kampagne=camp|Creatorin=name|Plattform=platform|Veröffentlicht am=date|Honorar (€)=eur|Reichweite=cnt|Impressionen=cnt|„Gefällt mir“-Angaben=cnt|Kommentare=small|"
        "Gespeichert=small|Link-Klicks=small|Bestellungen=small|Umsatz (€)=eur",
        "placements",
        {"campaign_id": "Kampagne", "handle": "Creatorin", "platform": "Plattform", "date": "Veröffentlicht am", "cost": "Honorar (€)", "reach": "Reichweite",
         "impressions": "Impressionen", "likes": "„Gefällt mir“-Angaben", "comments": "Kommentare", "saves": "Gespeichert", "clicks": "Link-Klicks",
         "conversions": "Bestellungen", "revenue": "Umsatz (€)"},
    ),
    "misspelt posts": (
        "Post Id=key|Usernme=repeat|Publshed Date=date|Lkes=cnt|Coments=small|Impresions=cnt|Folowers=folint",
        "posts",
        {"post_id": "Post Id", "handle": "Usernme", "published_at": "Publshed Date", "comments": "Coments", "impressions": "Impresions", "followers": "Folowers"},
    ),
    "wide accounts of a person": (
        "Artist=name|Genre=cat|Monthly listeners=big|Instagram followers=folint|Label=cat",
        "creators",
        {"name": "Artist", "category": "Genre", "followers": "Instagram followers"},
    ),
    "machine-learning table": (
        "profile pic=bool|nums/length username=frac|fullname words=small|name==username=bool|description length=small|external URL=bool|private=bool|#posts=cnt|#followers=folint|#follows=cnt|fake=bool",
        "creators",
        {"post_count": "#posts", "followers": "#followers", "following": "#follows"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CLASSES)
def test_class_of_export(name):
    spec, grain, expected = CLASSES[name]
    raw = _table(spec)
    found = recognise(raw)
    got = {canonical: raw.headers[indexes[0]] for canonical, indexes in found.columns.items()}
    assert found.grain == grain, found.why
    assert got == expected


#: Tables that are none of ours, and a word of the reason.
REFUSED = {
    "daily series": ("Date=day|Views=cnt|Likes=cnt|New followers=small", "daily"),
    "by country": ("Country=country|Views=cnt|Watch time (hours)=money", "country"),
    "by age": ("Viewer age=cat|Views (%)=pctnum|Watch time (hours)=money|Views=cnt", "age"),
    "sessions": ("Session source / medium=cat|Sessions=cnt|Users=cnt|Bounce rate=frac|Pageviews=cnt", "web-analytics"),
    "brands": ("brand_id=key|brand_name=name|industry=cat", "lookup"),
    "plan": ("campaign_id=key|campaign_name=camp|start_date=date|end_date=date|budget=money", "budget"),
    "nothing": ("sepal length=money|petal width=money|class=cat", ""),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_by_name(name):
    spec, word = REFUSED[name]
    found = recognise(_table(spec, rows=20))
    assert found.grain is None
    assert word in found.why
