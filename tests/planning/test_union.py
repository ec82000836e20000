from lake import plan, run

from datamorph.core.plan import Questions, Refusal


def test_tables_stand_under_each_other_with_a_column_for_where_each_row_is_from():
    rows = run(
        "stack shops and products into one list: kind ('shop' or 'product'), label. "
        "For products the label is product_name, for shops the label is name."
    )

    assert list(rows[0]) == ["kind", "label"]
    assert ("shop", "York") not in {(r["kind"], r["label"]) for r in rows}
    assert {("shop", "Old Town"), ("product", "Rye")} <= {(r["kind"], r["label"]) for r in rows}
    assert len(rows) == 8


def test_tables_of_two_subject_areas_have_the_columns_that_both_know():
    rows = run(
        "stack the sales of bakery and farm into one table: origin ('bakery' or 'farm'), sale_id, amount",
        "bakery",
        "farm",
    )

    assert {(r["origin"], r["sale_id"]) for r in rows} >= {("bakery", 100), ("farm", 2)}
    assert len(rows) == 10


def test_distinct_values_of_several_tables():
    rows = run("all distinct shop_id of shops and members, sorted by shop_id")

    assert [r["shop_id"] for r in rows] == [1, 2, 3, 4]


def test_which_columns_the_list_has_is_asked_where_the_tables_differ():
    outcome = plan("union shops and members")

    assert isinstance(outcome, Questions)
    assert [c.value for c in outcome.questions[0].choices] == ["common", "every"]
    every = plan("union shops and members", answers={"union_columns": "every"})
    assert len(every.spec.steps) == 5


def test_a_column_that_one_of_the_tables_lacks_is_not_made_up():
    assert isinstance(plan("stack sales and shops into one list: shop_id, city"), Refusal)


def test_combining_two_tables_without_one_list_is_still_a_join():
    assert any(step.step.kind == "join" for step in plan("combine sales and shops").spec.steps)


def test_the_name_of_one_of_two_kinds_of_persons_is_said_behind_the_list():
    rows = run(
        "Stack library readers and bakery members into one list: source ('lib' or 'bakery'), person_id, person_name. "
        "A member's name is first name, space, last name.",
        "lib",
        "bakery",
    )

    assert {row["source"] for row in rows} == {"lib", "bakery"}
    assert {row["person_name"] for row in rows if row["source"] == "bakery"} >= {"Ann Lee", "Bob Ray"}
