"""Folders as agencies keep them. Every expected total is hand arithmetic on the rows written here."""

import polars as pl

from analysis.intake.read import read


def folder(tmp_path, **files):
    """Write each file as CSV text and read the folder."""
    for name, text in files.items():
        (tmp_path / f"{name}.csv").write_text("\n".join(line.strip() for line in text.strip().splitlines()) + "\n")
    return read(tmp_path)


def by(frame, key, column):
    return dict(frame.drop_nulls(key).group_by(key).agg(pl.col(column).sum()).sort(key).iter_rows())


def said(done, words):
    return any(words in text for text in [*done.audit["rules"], *done.audit["warnings"]])


def test_each_table_numbers_its_own_rows(tmp_path):
    done = folder(
        tmp_path,
        influencers="id,name,follower_count,platform\n1,Ana,5000,TikTok\n2,Ben,50000,TikTok\n3,Cho,900,TikTok",
        campaign_influencers="id,campaign_id,influencer_id,status,agreed_rate\n1,1,3,paid,100\n2,1,1,paid,200\n3,1,2,contacted,400",
        deliverables="id,campaign_influencer_id,type,posted_at,views,likes,comments\n1,1,reel,2024-01-01,100,10,1\n"
        "2,1,reel,2024-01-02,100,20,2\n3,2,reel,2024-01-03,100,40,4",
        payments="id,campaign_influencer_id,amount_paid,paid_at\n1,1,90,2024-02-01\n2,2,180,2024-02-01",
    )
    assert by(done.placements, "creator_id", "cost") == {"1": 180, "3": 90}
    assert by(done.posts, "creator_id", "likes") == {"1": 40, "3": 30}


def test_keys_in_another_script_are_told_apart(tmp_path):
    done = folder(
        tmp_path,
        达人="达人ID,昵称,平台,粉丝数\nD1,小鹿,小红书,5000\nD2,阿宁,小红书,50000",
        笔记="笔记ID,达人ID,发布时间,点赞数,评论数\nN1,D1,2024-01-01,10,1\nN2,D1,2024-01-02,20,2\nN3,D2,2024-01-03,40,4",
    )
    assert by(done.posts, "creator_id", "likes") == {"D1": 30, "D2": 40}
    assert said(done, "creators and posts: 0 posts name an account that is not listed")


def test_the_same_handle_on_two_networks_is_two_accounts(tmp_path):
    done = folder(
        tmp_path,
        instagram_accounts="username,followers,posts\nana,5000,10\nben,50000,20",
        tiktok_accounts="username,followers,videos\nana,900,30\nben,2000000,40",
        payments="payment_id,username,platform,amount_paid\n1,ana,Instagram,100\n2,ana,TikTok,200\n3,ben,TikTok,400",
    )
    assert sorted(done.creators.select("handle", "platform", "followers").rows()) == [
        ("ana", "instagram", 5000), ("ana", "tiktok", 900), ("ben", "instagram", 50000), ("ben", "tiktok", 2000000),
    ]  # fmt: skip
    assert done.placements["cost"].sum() == 700


def test_a_list_of_names_and_handles_leads_from_one_to_the_other(tmp_path):
    done = folder(
        tmp_path,
        accounts="handle,platform,followers\n@ana.k,Instagram,5000\n@ben_o,Instagram,50000",
        who="Creator,Handle\nAna Koch,@ana.k\nBen Olsen,@ben_o",
        bookkeeping="Voucher,Creator,Amount paid,Date\nV1,Ana Koch,100,2024-01-01\nV2,Ana Koch,200,2024-01-02\nV3,Ben Olsen,400,2024-01-03",
    )
    assert by(done.placements, "handle", "cost") == {"ana.k": 300, "ben_o": 400}
