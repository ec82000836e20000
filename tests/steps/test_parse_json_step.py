"""Step parse_json: values of JSON objects become typed columns."""

import pytest
from core_words import a_checked, codes, problems, pyspark_body, rows, types
from hypothesis import strategies as st

from datamorph.core.lineage import trace
from datamorph.core.spec import parse_spec
from datamorph.core.table import TableSchema

TEXTS = TableSchema.of(id="bigint", text="string")
T = {"orders": TEXTS}
FIELDS = {
    "i": "bigint", "n": "int", "s": "string", "d": "double", "b": "boolean", "texts": "array<string>",
    "wholes": "array<bigint>", "numbers": "Array<Double>", "flags": "array<boolean>",
    "city": {"at": "address.city", "as": "string"}, "zip": {"at": "address.more.zip", "as": "int"},
    "odd": {"at": "weird key.ä", "as": "string"},
}  # fmt: skip
EMPTY = dict.fromkeys(FIELDS)
READ = {
    '{"i": 12, "n": -3, "s": "ä\\u00e4\\n\\"q\\"", "d": 1.5, "b": true}': {"i": 12, "n": -3, "s": 'ää\n"q"', "d": 1.5, "b": True},
    '{"i": "12", "n": 1.0, "d": "1.5", "b": "true", "s": 12}': {"s": "12"},
    '{"i": 1.5, "n": 3000000000, "d": 3, "b": 1, "s": true}': {"d": 3.0, "s": "true"},
    '{"i": 9223372036854775808, "n": true, "d": -1E-5, "b": false, "s": null}': {"d": -1e-05, "b": False},
    '{"i": 1e2, "d": 1e2, "s": {"a": [1, "x"]}}': {"d": 100.0, "s": '{"a":[1,"x"]}'},
    '{"i": {}, "n": [1], "d": [], "b": {}, "s": ["a"]}': {"s": '["a"]'},
    '{"texts": ["x", 1, true, null, {"a": 1}, [2]], "wholes": [1, -2, null, "x", 1.5, "3"]}':
        {"texts": ["x", "1", "true", None, '{"a":1}', "[2]"], "wholes": [1, -2, None, None, None, 3]},
    '{"numbers": [1, 2.5, "NaN", "x", -1e3], "flags": [true, false, "yes", 1, null]}':
        {"numbers": [1.0, 2.5, None, None, -1000.0], "flags": [True, False, None, None, None]},
    '{"texts": [], "wholes": 1, "numbers": {"a": 1}, "flags": null}': {"texts": []},
    '{"address": {"city": "Ulm", "more": {"zip": 89073}}}': {"city": "Ulm", "zip": 89073},
    '{"address": {"city": 7, "more": 5}}': {"city": "7"},
    '{"address": ["city"], "city": "no"}': {},
    '{"weird key": {"ä": "x"}}': {"odd": "x"},
    ' {"i" : 3}\n': {"i": 3},
    '{"I": 7}': {},
    '{"s": ""}': {"s": ""},
}  # fmt: skip
NOTHING = ["", "  ", "{broken", "{}", "[]", "[1]", '"x"', "null", "12", "{'i': 1}", '{"i": 01}', '{"i": 1', '{"i": +1}', '{"i": .5}',
           "nonsense", '{"i" 1}', "{i: 1}", '{"i": 5 /* c */}', "\ufeff{}"]  # fmt: skip


def a_case(texts):
    """Texts in columns of six rows, the last one without, and the values of each column."""
    columns, steps = {}, []
    for start in range(0, len(texts), 5):
        whens = [
            f"when {i} then '{t.replace(chr(39), chr(39) * 2)}'" for i, t in enumerate(texts[start : start + 5], 1)
        ]
        columns[f"t{start}"] = f"case id {' '.join(whens)} end"
    steps.append({"name": "texts", "derive": {"from": "orders", "columns": columns}})
    for number, text in enumerate(columns):
        fields = {
            f"{name}_{text}": field if isinstance(field, dict) else {"at": name, "as": field}
            for name, field in FIELDS.items()
        }
        steps.append(
            {"name": f"step_{number}", "parse_json": {"from": steps[-1]["name"], "column": text, "fields": fields}}
        )
    return [*steps, {"name": "out", "filter": {"from": steps[-1]["name"], "where": "true"}}]


CASES = {
    "objects": a_case(list(READ)),
    "no objects": a_case(NOTHING),
    "in place, with odd names": [
        {"name": "odd", "derive": {"from": "orders", "columns": {"it's a \"b.c\"": "'{\"x\": {\"y''z\": [1, null]}, \"order\": 1.5}'"}}},
        {"name": "out", "parse_json": {"from": "odd", "column": "it's a \"B.C\"", "fields": {
            "it's a \"b.c\"": {"at": "x.y'z", "as": "array<int>"}, "order": "double", "_json": "string"}}},
    ],
}  # fmt: skip


def random_step(draw, frames, frame, other):
    texts = [column.name for column in frames[frame] if column.type == "string"]
    if not texts:
        return None
    new = draw(st.sampled_from(["new", "it's", *(n for n in frames[frame].names if "." not in n)]))
    return {
        "from": frame,
        "column": draw(st.sampled_from(texts)),
        "fields": {new: draw(st.sampled_from(["int", "string"]))},
    }


def a_step(**body):
    return {"name": "out", "parse_json": {"from": "orders", "column": "text", "fields": FIELDS, **body}}


def read(texts):
    checked = a_checked(a_step(), tables=T)
    found = sorted(rows(checked, T, orders=list(enumerate(texts))), key=lambda row: row[0])
    return [dict(zip(FIELDS, row[2:], strict=True)) for row in found]


def test_values_of_their_type_are_read_and_all_others_are_null():
    assert read(READ) == [{**EMPTY, **values} for values in READ.values()]


def test_a_text_that_is_no_object_gives_nulls():
    assert read([*NOTHING, None]) == [EMPTY] * (len(NOTHING) + 1)


def test_columns_have_the_types_that_are_asked_for_and_the_text_stays():
    checked = a_checked(a_step(fields={"n": "integer", "x": {"at": "a.b", "as": "ARRAY< long >"}}), tables=T)

    assert types(checked) == {"id": "bigint", "text": "string", "n": "int", "x": "array<bigint>"}


def test_a_field_may_take_the_place_of_a_column():
    checked = a_checked(a_step(fields={"Text": {"at": "t", "as": "int"}}), tables=T)

    assert types(checked) == {"id": "bigint", "text": "int"}
    assert rows(checked, T, orders=[(1, '{"t": 5}')]) == [(1, 5)]


def test_pyspark_reads_the_text_once():
    fields = {
        "n": "double",
        "city": {"at": "address.city", "as": "string"},
        "tags": "array<string>",
        "odd": {"at": "a b", "as": "bigint"},
    }

    assert pyspark_body(a_checked(a_step(fields=fields), tables=T)) == [
        'return orders.withColumn("_json", F.from_json("text", "struct<n: double, address: struct<city: string>, '
        'tags: array<string>, `a b`: bigint>", {"allowSingleQuotes": "false", "allowNonNumericNumbers": "false"}))'
        '.withColumns({"n": F.col("_json.n"), "city": F.col("_json.address.city"), "tags": F.col("_json.tags"), '
        '"odd": F.col("_json").getField("a b")}).drop("_json")'
    ]


def test_an_int_is_read_wide_because_sail_would_wrap_it():
    (line,) = pyspark_body(a_checked(a_step(fields={"n": "int"}), tables=T))

    assert "struct<n: bigint>" in line
    assert 'F.expr("TRY_CAST(_json.n AS INT)")' in line


def test_elements_of_other_arrays_are_cast_where_their_text_fits():
    (line,) = pyspark_body(a_checked(a_step(fields={"n": "array<int>"}), tables=T))

    assert "TRANSFORM(_json.n, e -> CASE WHEN e RLIKE '^-?[0-9]+" in line


@pytest.mark.parametrize(
    ("body", "code"),
    [({"column": "nope"}, "unknown_column"), ({"column": "id"}, "type"), ({"fields": {"d": "date"}}, "unknown_type"),
     ({"fields": {"d": "decimal(10,2)"}}, "unknown_type"), ({"fields": {"d": "array<array<int>>"}}, "unknown_type"),
     ({"fields": {"a": "int", "A": {"at": "b", "as": "int"}}}, "duplicate_column"),
     ({"fields": {"x": {"at": "a", "as": "int"}, "y": {"at": "A", "as": "int"}}}, "duplicate_column"),
     ({"fields": {"x": {"at": "o.a", "as": "int"}, "y": {"at": "o.A", "as": "int"}}}, "duplicate_column"),
     ({"fields": {"x": {"at": "a..b", "as": "int"}}}, "constant"), ({"fields": {"x": {"at": 'a"b', "as": "int"}}}, "constant"),
     ({"fields": {"a": "string", "b": {"at": "a.b", "as": "int"}}}, "type"),
     ({"fields": {"b": {"at": "a.b", "as": "int"}, "a": "string"}}, "type"),
     ({"fields": {"a": "string", "b": {"at": "a", "as": "int"}}}, "type")],
)  # fmt: skip
def test_what_cannot_be_read_is_a_problem(body, code):
    (problem,) = problems(a_step(**body), tables=T)

    assert problem.code == code
    assert problem.hint


def test_one_value_may_be_read_into_two_columns():
    assert codes(a_step(fields={"a": "int", "b": {"at": "a", "as": "int"}}), tables=T) == []


def test_a_document_keeps_the_short_form_of_a_field():
    spec = a_checked(a_step(fields={"n": "int", "c": {"at": "a.c", "as": "string"}}), tables=T).spec

    assert "n: int" in spec.to_yaml()
    assert parse_spec(spec.to_yaml()) == spec


def test_lineage_leads_to_the_column_of_texts():
    lineage = trace(a_checked(a_step(), tables=T))

    assert {column for _, column in lineage.columns["city"]} == {"text"}
    assert lineage.rows == frozenset()


def test_places_are_explained():
    step = a_checked(a_step(fields={"n": "int", "c": {"at": "a.c", "as": "string"}}), tables=T).spec.steps[0].step

    assert step.explain() == "read n and c (at a.c) from the JSON in text"
    assert step.order({"orders": ("id", "n")}) == ("id",)
