"""A table gains measures: tiers, engagement, reach, cost, value, and their summary by creator and group.

Written once in narwhals: the same call takes pandas, polars, duckdb and Spark, and what is lazy stays lazy::

    from analysis.measures import summary, tiers
    accounts = summary.accounts(creators, posts, placements, scheme="article")
    summary.groups(accounts, "cost_per_engagement")
"""
