"""diff, tag, drop, undrop, query --as-of, compact, expire, sweep and rerun at the command line."""

from __future__ import annotations

TABLE = "raw.shop.orders"


def reload(cli, home):
    text = "order_id,customer_id,ordered_on,status,amount\n10,1,2024-01-05,completed,1.50\n99,1,2024-01-01,open,2.50\n"
    (home.parent / "orders.csv").write_text(text)
    return cli("load", home.parent / "orders.csv", TABLE)


def test_a_difference_is_shown_with_counts_and_samples(shop, home):
    reload(shop, home)

    shown = shop("diff", "orders")
    told = shop("diff", "orders", "--json").document

    assert shown.code == 0
    assert "5 rows → 2 rows, compared as a multiset" in shown.out
    assert "2 rows added, 5 removed" in shown.out
    assert (told["added"], told["removed"], told["changed"], told["is_empty"]) == (2, 5, 0, False)
    assert {"order_id": 99, "customer_id": 1, "ordered_on": "2024-01-01", "status": "open", "amount": 2.5} in told[
        "added_rows"
    ]
    assert shop("diff").code == 2
    assert shop("diff", "orders", "nonsense").code == 7


def test_a_tag_is_read_as_of_listed_and_taken_away(shop, home):
    tagged = shop("tag", "orders", "year_end")
    reload(shop, home)

    sql = "SELECT COUNT(*) AS n FROM orders"
    counts = [shop("query", sql, *more, "--json").document["rows"][0]["n"] for more in ([], ["--as-of", "year_end"])]

    assert "year_end is snapshot" in tagged.out
    assert counts == [2, 5]
    assert "year_end" in shop("history", "orders", width=200).out
    assert "nothing differs" in shop("diff", "orders", "year_end", "year_end").out
    assert "no tag year_end any more" in shop("tag", "orders", "year_end", "--remove").out
    assert shop("query", sql, "--as-of", "year_end").code == 7


def test_a_dropped_table_comes_back(shop):
    dropped = shop("drop", "orders")
    missing = shop("show", TABLE)
    back = shop("undrop", TABLE)

    assert (dropped.code, missing.code, back.code) == (0, 7, 0)
    assert "can come back for 30 days" in dropped.out
    assert "is back, with 5 rows" in back.out
    assert shop("undrop", TABLE).code == 7


def test_upkeep_says_what_it_did(shop, home):
    reload(shop, home)

    assert "no table has enough small files" in shop("compact").out
    assert "no snapshot is old enough" in shop("expire").out
    assert shop("expire", "orders", "--keep", "1", "--days", "0", "--json").document["expired"][TABLE]["snapshots"] == 1
    assert "0 files" in shop("sweep").out


def test_only_a_run_that_was_planned_can_be_repeated(shop, platform):
    loaded = platform.runs()[0].run_id

    refused = shop("rerun", loaded, "--same-inputs")

    assert refused.code == 7
    assert "has no plan to repeat" in refused.err
