"""What a header says before any value is looked at: headers as agencies and tools write them, read by hand."""

import pytest

from analysis.intake.headers import read_header


def said(header):
    """Return the surest concept without doubt, or None."""
    return next((meaning.concept for meaning in read_header(header) if not meaning.doubts), None)


@pytest.mark.parametrize(
    ("header", "concept"),
    [
        ("发表时间", "published_at"),
        ("展示量", "impressions"),
        ("一口价", "fee"),
        ("Cast (VNĐ)", "fee"),
        ("依頼費用", "cost"),
        ("订单", "conversions"),
        ("RRSS", "platform"),
        ("채널 유형", "platform"),
        ("平均播放", "avg_views"),
        ("Кол-во постов", "post_count"),
        ("Veces compartido", "shares"),
        ("Ventas (uds)", "conversions"),
        ("作品名称", "title"),
        ("Fee (ex. VAT)", "fee"),
        ("Discount Code Uses", "conversions"),
        ("Referral link clicks", "clicks"),
        ("Sales w/ code", "revenue"),
        ("Items Ordered", "conversions"),
    ],
)
def test_a_header_says(header, concept):
    assert said(header) == concept


@pytest.mark.parametrize(
    "header", ["Story Views", "Paid Impressions", "Estimated Reach", "Views (24h)", "Fake Followers %"]
)
def test_a_part_or_a_guess_is_no_figure_of_ours(header):
    assert said(header) not in {"views", "impressions", "reach", "followers"}


@pytest.mark.parametrize(
    ("header", "concept"),
    [
        # a number of it
        ("Всего просмотров", "views"),
        ("Общее количество лайков", "likes"),
        ("Łączna liczba polubień", "likes"),
        ("Totaux des partages", "shares"),
        ("Commenti totali", "comments"),
        ("Qtde de curtidas", "likes"),
        ("累计评论数", "comments"),
        ("동영상 조회수 합계", "views"),
        ("إجمالي المشاهدات", "views"),
        ("ยอดไลก์ทั้งหมด", "likes"),
        ("Totalt antal kommentarer", "comments"),
        ("Počet zhlédnutí", "views"),
        ("Megosztások száma", "shares"),
        ("מספר צפיות", "views"),
        ("कुल व्यूज", "views"),
        # of a post
        ("作品点赞数", "likes"),
        ("リールの再生数", "views"),
        ("릴스 좋아요수", "likes"),
        ("Комментарии под постом", "comments"),
        # an average, also as what one post gets
        ("Ср. кол-во комментариев", "avg_comments"),
        ("Лайков на один пост в среднем", "avg_likes"),
        ("Śr. udostępnienia", "avg_shares"),
        ("条均点赞", "avg_likes"),
        ("近30天平均播放量", "avg_views"),
        ("1投稿あたりのいいね数", "avg_likes"),
        ("최근 평균 조회수", "avg_views"),
        ("Rata-rata jumlah komentar", "avg_comments"),
        ("Tayangan per konten", "avg_views"),
        ("متوسط التعليقات لكل منشور", "avg_comments"),
        ("ไลก์เฉลี่ยต่อโพสต์", "avg_likes"),
        ("Gns. visninger", "avg_views"),
        ("Reichweite pro Beitrag", "avg_reach"),
        # of an account
        ("作者粉丝数", "followers"),
        ("Подписчиков у автора", "followers"),
        ("Follower del profilo", "followers"),
        # how much was published
        ("Всего видео", "post_count"),
        ("Ilość postów", "post_count"),
        ("笔记总数", "post_count"),
        ("Total video", "post_count"),
        # the day of a post
        ("Fecha publi", "published_at"),
        ("Datum Story", "published_at"),
        ("DayPosted", "published_at"),
        # traditional characters
        ("粉絲數", "followers"),
        ("平均觀看數", "avg_views"),
        ("貼文報價", "fee"),
        ("按讚數", "likes"),
        ("CA code promo (€)", "revenue"),
        # the key of a post, of an account
        ("Identyfikator publikacji", "post_id"),
        ("Идентификатор канала", "creator_id"),
        # sold with a code, through a link
        ("Vendas cupom", "revenue"),
        ("Revenue (coupon)", "revenue"),
        ("주문수(쿠폰)", "conversions"),
        ("rev_usd", "revenue"),
        # a price of a post
        ("$ per post", "fee"),
        ("Euro pro Story", "fee"),
        ("笔记价格", "fee"),
        ("ราคาต่อโพสต์", "fee"),
        ("Цена за интеграцию", "fee"),
    ],
)
def test_a_header_is_composed_by_the_grammar_of_its_language(header, concept):
    assert said(header) == concept


@pytest.mark.parametrize(
    ("header", "never"),
    [
        ("新增粉丝数", "followers"),
        ("日均播放", "avg_views"),
        ("クリック率", "clicks"),
        ("Nb de vues story", "views"),
        ("Visualizaciones de historia", "views"),
        ("Người theo dõi mới", "followers"),
        ("Post No.", "post_count"),
        ("Post data", "published_at"),
        ("% per post", "fee"),
        ("Coupon value", "revenue"),
        ("Новых подписчиков", "followers"),
        ("Number of sponsored posts", "post_count"),
        ("Rata de creștere a urmăritorilor", "followers"),
        ("ยอดขายต่อผู้ติดตาม", "followers"),
    ],
)
def test_a_change_or_a_ratio_is_not_composed_into_the_figure(header, never):
    assert said(header) != never


@pytest.mark.parametrize(
    ("header", "concept"),
    [
        ("ID автора", "creator_id"),
        ("主播ID", "creator_id"),
        ("รหัสโพสต์", "post_id"),
        ("Inläggs-ID", "post_id"),
        ("貼文編號", "post_id"),
        ("Publiceringstid för video", "published_at"),
        ("Čas zveřejnění videa", "published_at"),
        ("เวลาเผยแพร่วิดีโอ", "published_at"),
        ("视频时长", "duration"),
        ("Длительность (сек.)", "duration"),
        ("Längd", "duration"),
        ("Название видео", "title"),
        ("作品链接", "url"),
        ("ลิงก์โพสต์", "url"),
        ("Підписки", "following"),
        ("Валюта", "currency"),
    ],
)
def test_what_stands_beside_the_figures_is_read_in_many_languages(header, concept):
    assert said(header) == concept
