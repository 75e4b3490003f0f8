"""`mart.refreshes`: the history of publications."""

import datetime as dt

from house import House


def test_every_publication_is_told(house: House) -> None:
    at = dt.datetime(2021, 6, 1, 4, tzinfo=dt.UTC)
    house.con.execute(
        "insert into core.refreshes values (1, 'r1', ?, '0.1.0', 153, 2, 155, 'c1')", [at]
    )
    assert house.read("from mart.refreshes") == [
        {
            "run_id": "r1",
            "published_at": at,
            "guoban_version": "0.1.0",
            "submissions_accepted": 153,
            "submissions_rejected": 2,
            "chain_head": "c1",
        }
    ]
