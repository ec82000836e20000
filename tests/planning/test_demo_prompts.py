from lake import plan, run, table

AIRLINES = (
    "Join flights with airlines on carrier, average departure delay and number of flights per airline name, keep "
    "airlines with more than 2 flights, sort by average delay descending, save as curated.ops.delays_by_airline"
)


def test_delays_by_airline():
    outcome = plan(AIRLINES, "air")

    assert table(outcome, "air") == [
        {"airline_name": "Umber Air", "avg_dep_delay": 40 / 3, "flight_count": 3},
        {"airline_name": "Alpha Air", "avg_dep_delay": 4.0, "flight_count": 3},
    ]
    assert str(outcome.spec.target.table) == "curated.ops.delays_by_airline"
    assert outcome.spec.target.key == ("airline_name",)


def test_cancelled_flights_are_defined_in_parentheses():
    prompt = (
        "For each origin and month, share of flights that were cancelled (missing dep_time), into curated.ops.cancelled"
    )

    rows = run(prompt, "air")

    assert sorted((r["origin"], r["month"], round(r["cancelled_share"], 3)) for r in rows) == [
        ("EWR", 1, 0.333), ("JFK", 1, 0.0), ("JFK", 2, 0.0), ("LGA", 3, 0.0),
    ]  # fmt: skip


def test_names_of_destinations_are_looked_up_without_losing_unknown_codes():
    outcome = plan("Top 3 destinations per origin by number of flights, with the airport name", "air")

    rows = table(outcome, "air")

    assert {"origin": "JFK", "dest": "SJU", "flight_count": 2, "airport_name": None} in rows
    assert {"origin": "EWR", "dest": "BOS", "flight_count": 2, "airport_name": "Logan"} in rows
    assert any("left join" in text for text in outcome.spec.assumptions)


def test_total_schedule_and_filter_on_the_total():
    outcome = plan("join sales and shops, total per shop, keep totals over 20, every day at 6")

    assert {(r["shop_id"], r["total"]) for r in table(outcome)} == {(1, 24.0), (3, 25.0)}
    assert outcome.spec.schedule.cron == "0 6 * * *"
    assert "'total' is sum(amount)" in outcome.spec.assumptions
