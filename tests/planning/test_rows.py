from datetime import date

import pytest
from lake import plan, run


def ids(prompt):
    return sorted(row["sale_id"] for row in run(prompt))


def test_comparisons_with_numbers_and_values():
    assert ids("keep sales with amount over 8") == [101, 103, 106]
    assert ids("sales where amount is at least 8") == [100, 101, 103, 106]
    assert ids("keep only the online sales") == [101, 104, 106]
    assert ids("sales where channel is not online") == [100, 102, 103, 105, 107]
    assert ids("sales with quantity between 3 and 4") == [101, 103]


def test_conditions_tied_by_and_and_or():
    assert ids("sales where channel is online and amount is above 5") == [101, 106]
    assert ids("sales where quantity is 1 or amount is above 10") == [102, 104, 106]


def test_dates_are_whole_days_and_months():
    assert ids("sales after 2024-02-11") == [105, 106, 107]
    assert ids("sales before March 2024 where channel is counter") == [100, 102, 105]
    assert ids("sales in February 2024") == [103, 104, 105]


def test_missing_values_are_kept_or_dropped_as_said():
    assert ids("keep sales without a discount") == [100, 103, 104, 106]
    assert ids("drop sales without a discount") == [101, 102, 105, 107]
    assert ids("sales where discount is not null") == [101, 102, 105, 107]


def test_rows_with_and_without_a_match_in_another_table():
    assert [r["name"] for r in run("shops without sales")] == ["Harbour"]
    assert sorted(r["shop_id"] for r in run("shops that have sales")) == [1, 2, 3]
    assert sorted(r["shop_id"] for r in run("shops with at least 3 sales")) == [1, 2]


def test_missing_values_are_filled_before_they_are_used():
    rows = run("treat a missing discount as 0 and compute net = amount - discount. show sale_id and net of sales")

    assert {"sale_id": 100, "net": 8.0} in rows
    assert {"sale_id": 101, "net": 9.0} in rows


def test_text_is_cleaned_in_place():
    assert {r["email"] for r in run("trim and lower-case the email of members")} >= {"ann@example.com", "cy@mail.test"}


def test_the_latest_row_of_each_is_kept():
    rows = run("keep the latest record per member by changed_at")

    assert [r["last_name"] for r in sorted(rows, key=lambda r: r["member_id"])] == ["Leigh", "Ray", "Oh"]
    assert plan("keep the latest record per member by changed_at").spec.target.key == ("member_id",)


def test_combinations_of_columns_once_each():
    assert sorted(r["city"] for r in run("distinct city of shops")) == ["Hull", "Leeds", "York"]


def test_rows_are_numbered_within_groups():
    rows = run("number the sales of each shop by sold_on as visit")

    assert {(r["sale_id"], r["visit"]) for r in rows if r["shop_id"] == 1} == {(100, 1), (101, 2), (107, 3)}


def test_columns_become_rows():
    rows = run("unpivot amount and discount of sales into measure and number, drop nulls")

    assert len(rows) == 12
    assert {"amount", "discount"} == {r["measure"] for r in rows}


def test_days_between_two_dates_of_joined_tables():
    rows = run("add the days between opened_on and sold_on for sales as age")

    assert next(r["age"] for r in rows if r["sale_id"] == 100) == (date(2024, 1, 5) - date(2019, 4, 1)).days


@pytest.mark.parametrize(
    ("prompt", "domain", "columns"),
    [
        ("members of shops in York", "bakery", "member_id first_name last_name email shop_id changed_at"),
        ("laps of skaters of the Owls", "rink", "lap_id skater_id warm_s race_s"),
        ("fines of trips that were scrapped", "depot", "fine_id trip_id reason settled_on"),
        ("loans of readers of the branch Mill, only loan_id and reader_name", "lib", "loan_id reader_name"),
    ],
)
def test_rows_of_things_have_the_columns_of_rows_and_not_of_things(prompt, domain, columns):
    found = run(prompt, domain)

    assert not found or list(found[0]) == columns.split()


def test_what_is_asked_for_of_the_things_stands_beside_the_rows():
    assert list(run("laps of skaters of the Owls with skater_name", "rink")[0])[-1] == "skater_name"
