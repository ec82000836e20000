"""A second look at grouped plans: measures that are not what they are called, groups that should be columns."""

from __future__ import annotations

import pytest
from lake import catalog

from datamorph.core.spec import build_spec
from datamorph.planning.offline.doubts.doubts import find_doubts
from datamorph.planning.offline.doubts.evidence import Evidence
from datamorph.planning.offline.indexes import Indexes
from datamorph.planning.offline.rephrasing.said import Said


def evidence(prompt, *steps, domain="bakery", tables=("sales",)):
    lake = catalog(domain)
    names, values, relations = Indexes().of(lake)
    spec = build_spec({
        "name": "r", "prompt": prompt, "sources": {table: f"raw.{domain}.{table}" for table in tables},
        "steps": list(steps), "target": {"table": f"curated.{domain}.r"}})  # fmt: skip
    return Evidence(Said(prompt, lake, names, values, relations), spec, relations)


def grouped(by, name="r", table="sales", **measures):
    return {"name": name, "aggregate": {"from": table, "by": list(by), "measures": measures}}


@pytest.mark.parametrize(
    ("prompt", "steps", "more", "doubt"),
    [
        (
            "per ward the mean fee_eur", [grouped(["ward"], table="visits", fee_eur="avg(walk_s)")],
            {"domain": "clinic", "tables": ("visits",)}, "fee_eur is made of walk_s, which is no money",
        ),
        (
            "per channel the number of sales as sales", [grouped(["channel"], sales="min(amount)")], {},
            "sales is min(amount), and no number of rows",
        ),
        (
            "per channel and amount_class the sales", [grouped(["channel"], amount_class="sum(amount)")], {},
            "amount_class is sum(amount), and no class",
        ),
        (
            "per shop the number of sales", [grouped(["shop_id"], table="shops", deals="count(distinct shop_id)")],
            {"tables": ("shops",)}, "deals counts the different shop_id of each shop_id, which is one",
        ),
        (
            "one row per shop_id, one column per channel with the number of sales: shop_id, counter, online",
            [grouped(["shop_id", "channel"], n="count(*)")], {}, "it has a row for each channel, not a column",
        ),
        (
            "sum of amount per channel, largest sum first and channel as tie-break",
            [grouped(["channel"], total="sum(amount)"),
             {"name": "s", "sort": {"from": "r", "by": ["total desc", "channel desc"]}}], {},
            "it is sorted by channel, a text, from Z to A",
        ),
        (
            "big is true when amount is over 8, else false, then the number of sales per big",
            [{"name": "d", "derive": {"from": "sales", "columns":
                                      {"big": "case when amount > 8 then 'big' else 'false' end"}}},
             grouped(["big"], table="d", n="count(*)")], {}, "'false' is a text in it",
        ),
    ],
)  # fmt: skip
def test_a_measure_that_is_not_what_it_is_called_is_doubted(prompt, steps, more, doubt):
    assert doubt in find_doubts(evidence(prompt, *steps, **more))


@pytest.mark.parametrize(
    ("prompt", "steps", "more"),
    [
        (
            "per ward the mean fee_eur", [grouped(["ward"], table="visits", fee_eur="avg(fee_cents) / 100")],
            {"domain": "clinic", "tables": ("visits",)},
        ),
        ("per channel the number of sales as sales", [grouped(["channel"], sales="count(*)")], {}),
        (
            "sum of amount per channel, largest sum first, then channel descending",
            [grouped(["channel"], total="sum(amount)"),
             {"name": "s", "sort": {"from": "r", "by": ["total desc", "channel desc"]}}], {},
        ),
    ],
)  # fmt: skip
def test_one_that_is_what_it_is_called_is_not(prompt, steps, more):
    found = find_doubts(evidence(prompt, *steps, **more))

    assert not [one for one in found if "no money" in one or "no number" in one or "Z to A" in one]
