"""The shape of a table in the words of people: grids, long tables, lists under each other, nested rows, values once."""

from datetime import date, datetime

import pytest
from lake import plan, run

from datamorph.core.plan import Proposal

NINE, TEN = datetime(2024, 5, 1, 9), datetime(2024, 5, 1, 10)
SAID = [
    ("market", "cross table of stalls: from_gate down the side, to_gate across, counts inside, zeros where"
     " there are none",
     "from_gate e n s", [("E", 0, 1, 0), ("N", 1, 0, 1), ("S", 0, 1, 0)]),
    ("bakery", "sum of amount by shop_id, months of sold_on across the top (shop_id, jan, feb, mar), gaps"
     " filled with 0",
     "shop_id jan feb mar", [(1, 18.0, 0.0, 6.0), (2, 4.0, 12.0, 0.0), (3, 0.0, 5.0, 20.0)]),
    ("bakery", "Turn the channels of sales into columns and count per shop_id",
     "shop_id counter online phone", [(1, 2, 1, 0), (2, 1, 1, 1), (3, 1, 1, 0)]),
    ("bakery", "average amount per shop_id, channel across as online, phone; leave a blank where there never was one",
     "shop_id online phone", [(1, 10.0, None), (2, 3.0, 9.0), (3, 20.0, None)]),
    ("bakery", "one row per shop_id from sales with all its sale_ids in a single string, separated by ';', as ids",
     "shop_id ids", [(1, "100;101;107"), (2, "102;103;104"), (3, "105;106")]),
    ("market", "Turn the item names of a basket into a text with ' + ' in between; basket_id, items",
     "basket_id items", [("B1", "lamp + soap"), ("B2", "soap")]),
    ("market", "melt quotas to long form - gate, month, quota - without the cells that are empty",
     "gate month quota", [("N", "feb", 20), ("N", "jan", 10), ("S", "jan", 5), ("S", "mar", 7)]),
    ("market", "quotas has one column per month. Turn it into gate, month, quota. Total quota per month as total",
     "month total", [("feb", 20), ("jan", 15), ("mar", 7)]),
    ("market", "The two humidity columns in humidity should become rows, nulls included: week, hall (the old"
     " column name), rh",
     "week hall rh", [(1, "hallA_rh", 40.5), (1, "hallB_rh", None), (2, "hallA_rh", 41.0), (2, "hallB_rh", 55.0)]),
    ("market", "Put visits and returns underneath each other: kind ('visit' or 'return'), visit_id, cents from"
     " fee_cents"
     " respectively paid_cents", "kind visit_id cents",
     [("return", 1, 100), ("return", 9, 50),
      ("visit", 1, 250), ("visit", 2, 300), ("visit", 3, 250), ("visit", 4, 100)]),
    ("market", "flatten baskets so that every line is a row of its own; basket_id, item, pieces",
     "basket_id item pieces", [("B1", "lamp", 1), ("B1", "soap", 2), ("B2", "soap", 3)]),
    ("market", "In how many baskets does each item appear? item, baskets", "item baskets", [("lamp", 1), ("soap", 2)]),
    ("market", "How many entries does the lines array have in every basket? Return basket_id and n_lines",
     "basket_id n_lines", [("B1", 2), ("B2", 1), ("B3", 0)]),
    ("bakery", "member_ids that members contains more than once, and how often as copies", "member_id copies",
     [(1, 2)]),
    ("bakery", "Which channels are on more than three sales, and how often (times)?", "channel times",
     [("counter", 4)]),
    ("bakery", "Newest members entry for each member_id going by changed_at, older versions discarded; show"
     " member_id, last_name",
     "member_id last_name", [(1, "Leigh"), (2, "Ray"), (3, "Oh")]),
    ("bakery", "One row per member_id: the latest members record by changed_at; member_id, last_name",
     "member_id last_name", [(1, "Leigh"), (2, "Ray"), (3, "Oh")]),
    ("market", "visit_ids in returns that are not in visits", "visit_id", [(9,)]),
    ("market", "visit_ids found in both visits and returns, each a single time", "visit_id", [(1,)]),
    ("market", "Make a gate list out of stalls.from_gate and stalls.to_gate, each once, called gate, sorted",
     "gate", [("E",), ("N",), ("S",)]),
    ("bakery", "distinct shop_id of shops and sales, ascending", "shop_id", [(1,), (2,), (3,), (4,)]),
    ("depot", "trips of kind EXPRESS with from_town and to_town swapped: trip_id, from_town, to_town",
     "trip_id from_town to_town", [(1, "YRK", "LDS"), (4, "YRK", "LDS")]),
    ("depot", "scrapped trips: trip_id, from_town as town, kind (as way)", "trip_id town way", [(2, "YRK", "NORMAL")]),
    ("depot", "trips: side_a is the smaller of from_town and to_town, side_b is the larger of from_town and to_town."
     " number of trips per side_a and side_b as n", "side_a side_b n",
     [("HUL", "LDS", 2), ("HUL", "YRK", 1), ("LDS", "YRK", 2)]),
]  # fmt: skip

ASKED = [
    ("bakery", "channels of sales without exact duplicates"),
    ("bakery", "comma separated list of sale_id per shop_id"),
    ("depot", "number of trips per from_town and to_town regardless of direction"),
    ("market", "append returns to visits: visit_id, kind ('x' or 'y')"),
]


def ordered(rows):
    return sorted(rows, key=lambda row: [(value is not None, value) for value in row])


@pytest.mark.parametrize(("domain", "prompt", "names", "expected"), SAID, ids=[case[1][:40] for case in SAID])
def test_a_shape_that_is_said_is_the_shape_of_the_table(domain, prompt, names, expected):
    found = run(prompt, domain)

    assert list(found[0]) == names.split()
    assert ordered(tuple(row.values()) for row in found) == ordered(expected)


@pytest.mark.parametrize(("domain", "prompt"), ASKED)
def test_what_may_mean_two_tables_is_asked_about(domain, prompt):
    assert not isinstance(plan(prompt, domain), Proposal)


def test_a_row_for_an_event_is_left_out_where_it_did_not_happen():
    found = run("Each trip gives two events, 'due' at planned_departure and 'gone' at actual_departure; no 'gone' row"
                " where actual_departure is missing. Columns trip_id, event, at_time", "depot")  # fmt: skip

    assert [row["trip_id"] for row in found if row["event"] == "gone"] == [1, 3, 4, 5]
    assert len([row for row in found if row["event"] == "due"]) == 5


def test_rows_of_two_tables_keep_their_own_dates():
    found = run("append returns to visits as one list: visit_id, source ('v' / 'r'), happened_on; happened_on is"
                " visited_at for visits and given_back_on for returns", "market")  # fmt: skip

    assert {row["happened_on"].date() for row in found if row["source"] == "r"} == {date(2024, 5, 3), date(2024, 5, 4)}
    assert {NINE, TEN} <= {row["happened_on"] for row in found if row["source"] == "v"}
