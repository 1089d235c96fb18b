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
