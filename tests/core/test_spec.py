"""The document: YAML that reads back as written, and clear words for what does not."""

import time

import pytest
from core_words import a_spec, out
from hypothesis import given
from hypothesis import strategies as st

from datamorph.core.document import MAX_BYTES
from datamorph.core.spec import PipelineSpec, build_spec, parse_spec
from datamorph.errors import SpecError

BASE = "name: t\nsources: {orders: raw.t.orders}\ntarget: {table: curated.t.out}\n"
FULL = """\
spec_version: 1
name: customer_totals
prompt: Total amount per customer, every day at 6
sources: {orders: raw.shop.orders}
steps:
- name: totals
  aggregate:
    from: orders
    by: [customer_id]
    measures: {total_amount: sum(amount)}
- name: kept
  filter: {from: totals, where: total_amount > 1000}
target:
  table: curated.sales.customer_totals
  key: [customer_id]
checks:
- expect_column_values_to_be_unique: {column: customer_id}
schedule: {cron: 0 6 * * *}
assumptions: ['''total'' is sum(orders.amount)']
"""


def test_the_document_is_written_as_it_was_read():
    assert parse_spec(FULL).to_yaml() == FULL


def test_a_spec_keeps_its_hash():
    assert parse_spec(FULL).hash() == "7b028b002844"
    assert parse_spec(FULL.replace("\n", "\n\n").replace("spec_version: 1", "")).hash() == "7b028b002844"
    assert parse_spec(FULL.replace("1000", "1001")).hash() != "7b028b002844"


texts = st.text() | st.sampled_from(
    [
        "on",
        "no",
        "12:30",
        "010",
        "1e3",
        "0x1F",
        "~",
        "null",
        "2024-01-31",
        "<<",
        "- a",
        "a: b",
        "#",
        "true",
        "1_000",
        ".inf",
        "\x85\u2028\ufeff",
        "\x85a",
        "a\u2028b",
        "a\r\nb",
        "\0\x07\x7f",
        "=",
        "!!str",
        "&a",
        "*a",
        " lead",
        "trail ",
        "\n\n",
        "'",
        '"',
        "%",
        "@",
        "`",
        "{}",
        "[]",
    ]
)
names = texts.filter(lambda text: text and "\0" not in text and len(text) < 200)


@given(
    prompt=texts,
    description=texts,
    assumptions=st.lists(texts, max_size=3),
    column=names,
    other=names,
    fill=st.one_of(texts, st.integers(), st.booleans(), st.floats(allow_nan=False)),
)
def test_any_text_survives_the_document(prompt, description, assumptions, column, other, fill):
    spec = a_spec(
        {"name": "a", "derive": {"from": "orders", "columns": {column: f"`{other}`"[:4000]}}},
        {"name": "b", "select": {"from": "a", "columns": [other, {column: other}]}},
        {"name": "c", "fill": {"from": "b", "values": {column: fill}}},
        out("sort", from_="c", by=[column]),
        prompt=prompt, description=description, assumptions=assumptions,
        checks=[{"expect_column_values_to_be_in_set": {"column": column, "value_set": [other, fill, None]}}],
    )  # fmt: skip

    again = parse_spec(spec.to_yaml())

    assert again == spec
    assert again.hash() == spec.hash()
    assert PipelineSpec.model_validate(spec.model_dump(mode="json")) == spec


@pytest.mark.parametrize(
    ("text", "value"),
    [("010", 10), ("12:30", "12:30"), ("1_000", "1_000"), ("0x10", "0x10"), ("1e3", 1000.0), ("on", "on"), (".5", 0.5),
     ("2024-01-31", "2024-01-31"), ("true", True), ("-3", -3), ("+4", 4), ("yes", "yes"), ("1.", 1.0)],
)  # fmt: skip
def test_values_are_read_as_yaml_1_2_says(text, value):
    spec = parse_spec(BASE + f"steps: [{{name: f, fill: {{from: orders, values: {{x: {text}}}}}}}]")

    found = spec.steps[0].step.values["x"]

    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "document"),
        ("[1, 2]", "document"),
        ("a: [", "YAML"),
        ("\t", "YAML"),
        ("a: &x 1\nb: *x", "aliases"),
        ("<<: {name: t}\n" + BASE, "<<"),
        (BASE + "name: b", "stands twice"),
        (BASE + "steps: [{name: a, name: b}]", "stands twice"),
        ("{1: 2, '1': 3}", "stands twice"),
        ("{[1]: 2}", "unhashable"),
        ("!!python/object:os.system x", "YAML"),
        ("!!binary x", "YAML"),
        (BASE + "prompt: !!str 5", "tags"),
        (BASE + "---\n" + BASE, "second document"),
        ("[" * 5000, "nested too deeply"),
        ("- " * 100_000, "nested too deeply"),
        ("9" * 5000, "digits"),
        ("description: \x07", "YAML"),
        (BASE + "colour: red", "colour"),
        (BASE + "null: 5", "strings"),
        ("spec_version: 99\n" + BASE, "upgrade datamorph"),
        ("spec_version: abc\n" + BASE, "spec_version"),
        (BASE.replace("name: t", "name: 5"), "name: Input should be a valid string"),
        (BASE.replace("name: t", "name: T t"), "name"),
        (BASE.replace("{orders:", "{from:"), "'from' is reserved"),
        (BASE.replace("{orders:", "{transform:"), "'transform' is reserved"),
        (BASE.replace("{orders:", "{Orders:"), "sources"),
        (BASE.replace("raw.t.orders", "gold.t.orders"), "tier 'gold'"),
        (BASE.replace("raw.t.orders", "5"), "tier.domain.name"),
        (BASE + "steps: [{name: f, fliter: {from: orders}}]", "one of aggregate"),
        (BASE + "steps: [{1: 2}]", "one of aggregate"),
        (BASE + "steps: [{name: f, step: {}}]", "one of aggregate"),
        (BASE + "steps: [{name: f, filter: {}, sort: {}}]", "one of aggregate"),
        (BASE + "steps: [5, null]", "steps.0"),
        (BASE + "steps: [{name: f, filter: {from: orders, were: x > 1}}]", "where: Field required; were: Extra"),
        (BASE + "steps: [{name: f, derive: {from: orders, columns: {1: x}}}]", "columns.1"),
        (
            BASE + "steps: [{name: f, filter: {from: orders, where: 5}}]",
            "where: Input should be a valid string (got 5)",
        ),
        (BASE + 'steps: [{name: f, filter: {from: orders, where: "a\\0"}}]', "where"),
        (BASE + "steps: [{name: 'a\n', filter: {from: orders, where: x}}]", "steps.0"),
        (BASE + "checks: [{1: 2}]", "checks.0"),
        (BASE + "schedule: {cron: daily}", "cron"),
    ],
)
def test_what_is_no_spec_is_told_in_a_sentence(text, message):
    with pytest.raises(SpecError) as refused:
        parse_spec(text, origin="spec.yaml")

    assert message in str(refused.value)
    assert "spec.yaml" in refused.value.problem
    assert len(refused.value.problem) < 2000


def test_a_document_that_is_too_large_is_not_read():
    started = time.perf_counter()

    with pytest.raises(SpecError, match="at most"):
        parse_spec("a" * (MAX_BYTES + 1))

    assert time.perf_counter() - started < 1


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.text(max_size=5) | st.sampled_from(["name", "sources", "steps", "target", "filter", "checks"]),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_any_data_is_a_spec_or_an_error_that_says_so(data):
    try:
        assert isinstance(build_spec(data), PipelineSpec)
    except SpecError as error:
        assert error.fix
