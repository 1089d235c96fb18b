"""Networks: as other scripts write their names, and the one that a file's name names, for tables that do not say."""

import re

__all__ = ["NATIVE_NAMES", "platform_named"]

#: Names of networks in other scripts, as files write them → the name in ours.
NATIVE_NAMES = {
    "인스타그램": "instagram", "인스타": "instagram", "유튜브": "youtube", "틱톡": "tiktok", "페이스북": "facebook",
    "트위터": "twitter", "네이버": "naver", "네이버 블로그": "naver", "블로그": "blog", "트위치": "twitch",
    "インスタグラム": "instagram", "インスタ": "instagram", "ユーチューブ": "youtube", "ティックトック": "tiktok",
    "ツイッター": "twitter", "フェイスブック": "facebook", "ブログ": "blog",
    "抖音": "douyin", "快手": "kuaishou", "小红书": "xiaohongshu", "微博": "weibo", "b站": "bilibili",
    "哔哩哔哩": "bilibili", "视频号": "wechat channels", "微信": "wechat", "公众号": "wechat", "知乎": "zhihu",
    "инстаграм": "instagram", "инстаграмм": "instagram", "инста": "instagram", "ютуб": "youtube", "ютьюб": "youtube",
    "тикток": "tiktok", "тик-ток": "tiktok", "телеграм": "telegram", "телеграмм": "telegram", "вконтакте": "vk",
    "вк": "vk", "дзен": "dzen", "фейсбук": "facebook",
    "انستغرام": "instagram", "إنستغرام": "instagram", "انستقرام": "instagram", "إنستقرام": "instagram",
    "انستجرام": "instagram", "تيك توك": "tiktok", "يوتيوب": "youtube", "تويتر": "twitter", "فيسبوك": "facebook",
    "سناب شات": "snapchat", "سناب": "snapchat",
    "อินสตาแกรม": "instagram", "ไอจี": "instagram", "ยูทูบ": "youtube", "ยูทูป": "youtube", "ติ๊กต็อก": "tiktok",
    "ติ๊กต๊อก": "tiktok", "เฟซบุ๊ก": "facebook", "เฟสบุ๊ค": "facebook",
    "אינסטגרם": "instagram", "טיקטוק": "tiktok", "יוטיוב": "youtube", "פייסבוק": "facebook",
}  # fmt: skip

_PLATFORMS = {
    "instagram": "instagram", "insta": "instagram", "tiktok": "tiktok", "tik": "tiktok", "youtube": "youtube",
    "twitch": "twitch", "facebook": "facebook", "twitter": "twitter", "snapchat": "snapchat", "pinterest": "pinterest",
    "linkedin": "linkedin", "reddit": "reddit",
}  # fmt: skip


def platform_named(name: str) -> str:
    """Return the one platform that a file's name names, or an empty string.

    Examples
    --------
    >>> platform_named("top influencers - tiktok nov.csv"), platform_named("tiktok and youtube.csv")
    ('tiktok', '')
    """
    words = set(re.findall(r"[a-z]+", name.casefold()))
    found = {platform for word, platform in _PLATFORMS.items() if word in words}
    return found.pop() if len(found) == 1 else ""
