"""Arrays as rows, fields of structs and texts as what a prompt says they are, wide tables as long ones."""

from datetime import date
from decimal import Decimal

import pytest
from lake import plan, run

from datamorph.core.plan import Proposal, Questions
from datamorph.platform.benchmark.database import spark_type


def market(prompt):
    return run(prompt, "market")


def test_elements_of_an_array_are_rows():
    assert sorted((row["item"], row["line_count"]) for row in market(
        "Explode the lines of baskets and count the lines per item")) == [("lamp", 1), ("soap", 2)]  # fmt: skip
    rows = market("One row per basket line: basket_id, position, item, pieces")
    assert sorted(rows, key=lambda row: (row["basket_id"], row["position"])) == [
        {"basket_id": "B1", "position": 1, "item": "soap", "pieces": 2},
        {"basket_id": "B1", "position": 2, "item": "lamp", "pieces": 1},
        {"basket_id": "B2", "position": 1, "item": "soap", "pieces": 3},
    ]


def test_elements_refer_to_the_row_that_they_were_in():
    assert [row["basket_id"] for row in market("baskets without lines")] == ["B3"]
    assert [row["basket_id"] for row in market("baskets with more than 1 line")] == ["B1"]
    assert {row["coupon"]: row["total_pieces"] for row in market("total pieces per coupon")} == {"SPRING": 3, None: 3}
    rows = market("flatten lines in baskets; keep item and coupon")
    assert {"item": "lamp", "coupon": "SPRING"} in rows


def test_a_flattened_table_has_fields_and_counts():
    rows = market(
        "flatten baskets to basket_id, town (in buyer), coupon ('none' where missing) and size = the number of lines, "
        "0 for baskets without lines"
    )
    assert sorted(rows, key=lambda row: row["basket_id"]) == [
        {"basket_id": "B1", "town": "Leeds", "coupon": "SPRING", "size": 2},
        {"basket_id": "B2", "town": "York", "coupon": "none", "size": 1},
        {"basket_id": "B3", "town": "York", "coupon": "none", "size": 0},
    ]
    assert {"basket_id": "B2", "town": "York"} in market("baskets: basket_id and buyer.town")


def test_texts_are_read_as_numbers():
    rows = market("Unnest the lines of baskets and turn price like '$1,234.50' into a number. Total price per item")
    assert sorted((row["item"], row["total_price"]) for row in rows) == [
        ("lamp", Decimal("1200.00")), ("soap", Decimal("9.00"))]  # fmt: skip
    rows = market("rent in stalls is text like £1,200 or TBC. Make it a number, turn TBC into null. Average rent")
    assert [round(row["avg_rent"], 2) for row in rows] == [883.5]
    rows = market(
        "rent in stalls is text like £1,200 or TBC; make it a number, ignore TBC. Number of stalls, the total"
    )
    assert [(row["stall_count"], row["total_rent"]) for row in rows] == [(3, Decimal("2650.50"))]


def test_a_text_that_is_no_number_is_asked_about():
    outcome = plan("cast rent of stalls to a number and give the total rent", "market")

    assert isinstance(outcome, Questions)
    assert "TBC" in outcome.questions[0].text


def test_dates_in_mixed_formats():
    rows = market("booked in visits is text in mixed formats like '2024-04-30', '28.04.2024' or '1 May 2024'; turn it "
                  "into a date. Number of visits per month of booked")  # fmt: skip
    assert {row["month"]: row["visit_count"] for row in rows} == {date(2024, 4, 1): 2, date(2024, 5, 1): 2}
    outcome = plan("parse booked of visits as a date (yyyy-mm-dd or dd.mm.yyyy) and show booked", "market")
    assert isinstance(outcome, Questions)
    assert "1 May 2024" in outcome.questions[0].text


def test_sloppy_texts_are_compared_as_they_are_meant():
    rows = market("contact in stalls is typed in mixed case, with stray blanks. Number of stalls per contact")
    assert {row["contact"]: row["stall_count"] for row in rows} == {"ann@stall.test": 2, None: 1, "cy@stall.test": 1}


def test_times_of_day_kept_as_numbers():
    rows = market("opens_at is a number like 705 meaning 07:05. stalls: stall_id and opening as HH:MM text")
    assert sorted(row["opening"] for row in rows) == ["07:05", "08:30", "09:00", "10:15"]
    assert not isinstance(plan("stalls: stall_id and opening as HH:MM text", "market"), Proposal)
    assert not isinstance(plan("opens_at is a number like 705 meaning 07:50. stalls with opens_at as HH:MM", "market"),
                          Proposal)  # fmt: skip


def test_leading_letters_and_their_example():
    prompt = "In stalls, derive district = the leading letters of zone in upper case{}. Number of stalls per district"
    assert {row["district"]: row["stall_count"] for row in market(prompt.format(" (HA from 'HA12 4')"))} == {
        "HA": 2, "OX": 2}  # fmt: skip
    assert not isinstance(plan(prompt.format(" (H from 'HA12 4')"), "market"), Proposal)


def test_labels_of_two_columns_in_either_order():
    rows = market("Build a path label from from_gate and to_gate in alphabetical order with a dash between. "
                  "Number of stalls per path")  # fmt: skip
    assert {row["path"]: row["stall_count"] for row in rows} == {"N-S": 2, "E-N": 2}


def test_a_wide_table_becomes_a_long_one():
    rows = market("Turn humidity into a long table: week, hall, rh. hall should be just A or B. "
                  "Missing readings don't get a row.")  # fmt: skip
    assert sorted((row["week"], row["hall"], row["rh"]) for row in rows) == [
        (1, "A", 40.5), (2, "A", 41.0), (2, "B", 55.0)]  # fmt: skip
    rows = market("Unpivot quotas into gate, month, quota, where month is a date (jan = 2024-01-01 and so on). "
                  "Months without a quota are left out.")  # fmt: skip
    assert sorted((row["gate"], row["month"], row["quota"]) for row in rows) == [
        ("N", date(2024, 1, 1), 10), ("N", date(2024, 2, 1), 20), ("S", date(2024, 1, 1), 5),
        ("S", date(2024, 3, 1), 7)]  # fmt: skip


def test_columns_of_several_tables_in_one_list():
    rows = market("Make a mailing list out of stalls.contact and the visitor_email in visits: trimmed, lowercase, "
                  "empty ones dropped, every address a single time. One column, email.")  # fmt: skip
    assert sorted(row["email"] for row in rows) == ["ann@stall.test", "cy@stall.test", "dee@stall.test"]
    rows = market("Collect stalls.from_gate and quotas.gate in one column called gate, no duplicates")
    assert sorted(row["gate"] for row in rows) == ["E", "N", "S"]
    assert not isinstance(plan("a list of stalls.from_gate and quotas.jan", "market"), Proposal)


@pytest.mark.parametrize(
    ("prompt", "domain"),
    [
        ("Combine first_name and last_name of members into one column called full_name", "bakery"),
        ("put name and city of shops in a list", "bakery"),
        ("Make humidity a long table with week, hall, rh", "market"),
        ("Combine the gates of stalls and quotas into one column, and the jan values too", "market"),
        ("baskets with line_count", "market"),
    ],
)
def test_what_may_mean_two_things_is_no_plan(prompt, domain):
    assert not isinstance(plan(prompt, domain), Proposal)


def test_an_array_that_is_only_shown_stays_an_array():
    rows = market("show basket_id and lines of baskets")
    assert {row["basket_id"]: len(row["lines"]) for row in rows} == {"B1": 2, "B2": 1, "B3": 0}


def test_what_each_table_puts_into_one_list():
    rows = market(
        "Build one journal by stacking visits and returns: visit_id, day (date), amount_eur, kind. Visits come in as "
        "kind 'fee' with a positive amount and the date part of visited_at, returns as kind 'refund' with a negative "
        "amount and given_back_on. Divide the cents by 100. Keep returns even if their visit is unknown."
    )
    assert len(rows) == 6
    assert {"visit_id": 9, "day": date(2024, 5, 4), "amount_eur": -0.5, "kind": "refund"} in rows
    assert {"visit_id": 1, "day": date(2024, 5, 1), "amount_eur": 2.5, "kind": "fee"} in rows


def test_duplicates_are_told_over_several_sentences():
    rows = market("Remove duplicate visits (same gate and day), keeping the first by visited_at")
    assert sorted(row["visit_id"] for row in rows) == [1, 2, 4]
    rows = market("Some owners are registered twice in stalls. Compare by trimmed lowercase contact, drop rows without "
                  "contact, and retain the registration with the earliest joined_on (lowest stall_id if the dates "
                  "match). Return stall_id and contact (the cleaned one).")  # fmt: skip
    assert sorted((row["stall_id"], row["contact"]) for row in rows) == [(2, "ann@stall.test"), (4, "cy@stall.test")]
    assert not isinstance(plan("visits has several versions per gate. Number of visits", "market"), Proposal)


def test_missing_values_become_words_in_capitals():
    rows = market("replace a missing coupon by NONE in baskets and show basket_id and coupon")
    assert {row["basket_id"]: row["coupon"] for row in rows} == {"B1": "SPRING", "B2": "NONE", "B3": "NONE"}


def test_the_fields_of_a_pack_s_structs_are_known():
    told = 'STRUCT(sku VARCHAR, "unit price" DECIMAL(10,2), inner STRUCT(a INTEGER, b BIGINT))[]'

    assert spark_type(told) == "array<struct<sku:string,`unit price`:decimal(10,2),inner:struct<a:int,b:bigint>>>"
