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


ACCOUNTS = "username,followers\nana.k,5000\nben_o,50000\ncho.m,2000000"
POSTS = (
    "post_id,username,date,likes,comments\na,ana.k,2024-01-01,10,1\nb,ben_o,2024-01-02,20,2\nc,cho.m,2024-01-03,40,4"
)


def test_amounts_of_invoices_are_costs_where_the_values_name_the_accounts(tmp_path):
    done = folder(
        tmp_path,
        accounts=ACCOUNTS,
        posts=POSTS,
        invoices="invoice_no,username,amount,invoice_date\n1,ana.k,100,2024-02-01\n2,ana.k,200,2024-02-01\n3,ben_o,400,2024-02-01",
    )
    assert by(done.placements, "handle", "cost") == {"ana.k": 300, "ben_o": 400}
    assert any("is read as cost" in rule for entry in done.audit["files"] for rule in entry["rules"])


def test_net_stands_before_gross_and_taxes_are_no_amount(tmp_path):
    done = folder(
        tmp_path,
        accounts=ACCOUNTS,
        Rechnungen="Rechnungsnr.,Nutzername,Datum,Netto,MwSt,Brutto\n1,ana.k,2024-02-01,100,19,119\n2,ben_o,2024-02-01,200,38,238\n"
        "3,cho.m,2024-02-01,400,76,476",
    )
    assert by(done.placements, "handle", "cost") == {"ana.k": 100, "ben_o": 200, "cho.m": 400}


def test_amounts_of_other_people_stay_out(tmp_path):
    done = folder(
        tmp_path,
        accounts=ACCOUNTS,
        posts=POSTS,
        invoices="invoice_no,username,amount,invoice_date\n1,zoe,100,2024-02-01\n2,yan,200,2024-02-01\n3,ana.k,400,2024-02-01",
    )
    assert done.placements is None


def test_traffic_names_its_creator_under_any_header(tmp_path):
    done = folder(
        tmp_path,
        accounts=ACCOUNTS,
        sessions="date,utm_source,utm_campaign,utm_content,sessions,transactions,revenue\n2024-01-01,instagram,launch,ana.k,9,1,10\n"
        "2024-01-02,instagram,launch,ben_o,9,2,20\n2024-01-03,instagram,launch,cho.m,9,4,40\n2024-01-03,google,launch,(not set),9,8,80",
    )
    assert by(done.placements, "handle", "revenue") == {"ana.k": 10, "ben_o": 20, "cho.m": 40}
    assert done.rejected["reason"].to_list() == ["names no account: organic or other traffic"]
    assert said(done, "the account is found in 'utm_content'")


def test_what_was_paid_may_stand_in_the_row_of_the_account(tmp_path):
    done = folder(tmp_path, accounts="handle,followers,fee_paid\nana,5000,100\nben,50000,200", posts=POSTS)
    assert done.placements["cost"].sum() == 300
    quoted = tmp_path / "quoted"
    quoted.mkdir()
    assert folder(quoted, accounts="handle,followers,fee\nana,5000,100\nben,50000,200", posts=POSTS).placements is None


def test_fees_with_the_day_they_were_paid_are_costs_and_amounts_in_several_currencies_stay(tmp_path):
    done = folder(
        tmp_path,
        accounts=ACCOUNTS,
        posts=POSTS,
        fees="username,fee,currency,paid_on\nana.k,100,EUR,2024-02-01\nben_o,200,USD,2024-02-01\ncho.m,400,GBP,2024-02-01",
    )
    assert dict(done.placements.select("currency", "cost").iter_rows()) == {"EUR": 100, "USD": 200, "GBP": 400}


def test_product_and_shipping_are_one_cost_beside_the_fees(tmp_path):
    done = folder(
        tmp_path,
        accounts=ACCOUNTS,
        posts=POSTS,
        shipments="shipment_id,username,product_cost,shipping_cost,shipped_on\n1,ana.k,10,1,2024-01-01\n2,ben_o,20,2,2024-01-01",
        fees="fee_id,username,fee_paid\n1,ana.k,100",
    )
    assert (done.placements["cost"].sum(), done.placements["product_cost"].sum()) == (100, 33)
    assert by(done.placements, "handle", "cost") == {"ana.k": 100, "ben_o": 0}  # what was sent has no fee


def test_goods_and_price_lists_are_no_placements(tmp_path):
    done = folder(
        tmp_path,
        accounts=ACCOUNTS,
        posts=POSTS,
        products="sku,product_name,unit_price,cogs,stock\nA,Serum,30,5,100\nB,Cream,20,4,90",
        ladder="campaign_id,rung,view_threshold,payout\nC1,1,10000,500\nC1,2,20000,900\nC2,1,10000,400",
    )
    assert done.placements is None
    reasons = {entry["file"]: entry.get("refused", "") for entry in done.audit["files"]}
    assert reasons["ladder.csv"].startswith("a price list by steps")
    assert reasons["products.csv"]


def test_a_table_of_sums_is_counted_once(tmp_path):
    done = folder(
        tmp_path,
        accounts=ACCOUNTS,
        data="post,username,date,impressions,likes,spend\na,ana.k,2024-01-01,1,10,100\nb,ana.k,2024-01-02,1,20,200\n"
        "c,ben_o,2024-01-03,1,40,400\nd,cho.m,2024-01-03,1,80,800",
        pivot="Row Labels,Sum of likes,Sum of spend\nana.k,30,300\nben_o,40,400\ncho.m,80,800",
    )
    assert (done.placements["cost"].sum(), done.placements["likes"].sum()) == (1500, 150)
    assert said(done, "pivot.csv only sums up data.csv")


def test_figures_that_differ_are_no_sums(tmp_path):
    done = folder(
        tmp_path,
        accounts=ACCOUNTS,
        data="post,username,date,impressions,spend\na,ana.k,2024-01-01,1,100\nb,ana.k,2024-01-02,1,200\nc,ben_o,2024-01-03,1,400",
        more="username,date,clicks,spend\nana.k,2024-02-01,3,300\nben_o,2024-02-03,4,401",
    )
    assert done.placements["cost"].sum() == 1401


def test_what_is_called_old_does_not_replace_the_current_listing(tmp_path):
    done = folder(
        tmp_path,
        accounts="handle,followers,country\nana,5000,DE\nben,900,DE",
        accounts_old="handle,followers,country\nana,4000,DE\nben,800,DE\ncho,10,DE",
    )
    assert by(done.creators, "handle", "followers") == {"ana": 5000, "ben": 900, "cho": 10}


def test_orders_without_a_code_belong_to_nobody(tmp_path):
    done = folder(
        tmp_path,
        accounts=ACCOUNTS,
        codes="discount_code,influencer\nANA10,ana.k\nBEN10,ben_o\nCHO10,cho.m",
        orders="order_id,created_at,discount_code,revenue,orders\n1,2024-01-01,ANA10,10,1\n2,2024-01-01,,20,1\n3,2024-01-02,BEN10,40,1\n"
        "4,2024-01-02,CHO10,80,1\n5,2024-01-03,ANA10,160,1",
    )
    assert by(done.placements, "handle", "revenue") == {"ana.k": 170, "ben_o": 40, "cho.m": 80}
    assert done.rejected.height == 1


def test_payouts_that_name_only_a_deal_stand_before_what_was_agreed(tmp_path):
    done = folder(
        tmp_path,
        influencers="influencer_id,full_name,ig_followers\n1,Ana,5000\n2,Ben,50000",
        deals="deal_id,influencer_id,deal_value,signed_at,stage\n101,1,100,2024-01-01,won\n102,2,200,2024-01-02,won\n103,2,400,2024-01-03,lost",
        payouts="payout_id,deal_id,amount,paid_at,status\n1,101,90,2024-02-01,completed\n2,102,180,2024-02-01,completed",
        results="result_id,deal_id,impressions,likes,clicks,orders,revenue\n1,101,900,10,5,1,70\n2,102,800,20,6,2,80",
    )
    assert by(done.placements, "creator_id", "cost") == {"1": 90, "2": 180}
    assert by(done.placements, "creator_id", "revenue") == {"1": 70, "2": 80}


def test_a_payment_that_is_pending_is_no_cost_in_any_language(tmp_path):
    done = folder(
        tmp_path,
        accounts=ACCOUNTS,
        posts=POSTS,
        notas="Nº da nota fiscal,username,Emissão,Valor,Situação\n1,ana.k,2024-02-01,100,Pago\n2,ben_o,2024-02-01,200,Pendente\n"
        "3,cho.m,2024-02-01,400,Pago",
    )
    assert done.placements["cost"].sum() == 500


def test_what_orders_with_a_code_came_to_is_revenue(tmp_path):
    done = folder(
        tmp_path,
        accounts=ACCOUNTS,
        codes="discount_code,influencer\nANA10,ana.k\nBEN10,ben_o\nCHO10,cho.m",
        orders_export="Name,Created at,Discount Code,Total,Financial Status\n#1,2024-01-01,ANA10,10.50,paid\n#2,2024-01-01,,20.50,paid\n"
        "#3,2024-01-02,BEN10,40.50,paid\n#4,2024-01-02,CHO10,80.50,paid",
    )
    assert by(done.placements, "handle", "revenue") == {"ana.k": 10.5, "ben_o": 40.5, "cho.m": 80.5}


def test_counts_of_several_days_are_counts_so_far(tmp_path):
    done = folder(
        tmp_path,
        accounts=ACCOUNTS,
        videos="video_id,username,published_at\nV1,ana.k,2024-05-01\nV2,ben_o,2024-05-01",
        stats="video_id,snapshot_date,views,likes,comments\nV1,2024-05-02,100,10,1\nV1,2024-05-03,200,20,2\nV1,2024-05-04,300,40,4\n"
        "V2,2024-05-02,100,1,0\nV2,2024-05-03,150,2,0\nV2,2024-05-04,200,3,0",
    )
    assert by(done.posts, "handle", "likes") == {"ana.k": 40, "ben_o": 3}
    assert said(done, "the last of each stands, 4 earlier ones are set aside")


def test_payments_may_name_the_address_of_an_account(tmp_path):
    done = folder(
        tmp_path,
        creators="email,name,instagram,followers\na@mail.example,Ana,@ana.k,5000\nb@mail.example,Ben,@ben_o,900\nc@mail.example,Cho,@cho.m,70",
        paypal_export="Transaction ID,To Email Address,Gross,Currency,Status,Date\nT1,a@mail.example,100,USD,COMPLETED,2024-01-01\n"
        "T2,b@mail.example,200,USD,COMPLETED,2024-01-02\nT3,c@mail.example,400,USD,COMPLETED,2024-01-03\n"
        "T4,a@mail.example,800,USD,COMPLETED,2024-01-04",
    )
    assert by(done.placements, "handle", "cost") == {"ana.k": 900, "ben_o": 200, "cho.m": 400}
    assert "creator_id" not in done.placements.columns


def test_units_ordered_of_creators_are_no_orders_and_a_line_costs_its_total(tmp_path):
    done = folder(
        tmp_path,
        accounts="creator_id,handle,followers\n1,ana,5000\n2,ben,900",
        order_lines="line_id,creator_id,deliverable,units,unit_fee,line_total_fee\nA,1,Reel,2,50,100\nB,1,Story,4,10,40\nC,2,Reel,3,20,60",
    )
    assert by(done.placements, "creator_id", "cost") == {"1": 140, "2": 60}
    assert "conversions" not in done.placements.columns


def test_what_only_a_table_of_sums_knows_stays(tmp_path):
    done = folder(
        tmp_path,
        accounts=ACCOUNTS,
        data="post,username,date,impressions,spend\na,ana.k,2024-01-01,1,100\nb,ana.k,2024-01-02,1,200\nc,ben_o,2024-01-03,1,400",
        summary="username,spend,revenue\nana.k,300,70\nben_o,400,80",
    )
    assert (done.placements["cost"].sum(), done.placements["revenue"].sum()) == (700, 150)
    assert said(done, "revenue stand only there")
