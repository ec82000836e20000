"""The hints are enough: a model that only does what they say ends right, or asks, or fails and says so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from scripted import MODEL, answer, asking
from weak_model import WeakModel

from datamorph import open_platform
from datamorph.core.plan import Plan, Questions, Refusal
from datamorph.core.spec import read_document
from datamorph.errors import ApprovalError

CASES = read_document((Path(__file__).parent / "weak_cases.yaml").read_text(), origin="the cases")
RIGHT = [case for case in CASES if "sql" in case]
ENDS = [case for case in CASES if case.get("ends")]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("weak")
    (folder / "customers.csv").write_text("customer_id,customer_name,city\n1,Ada,Oslo\n2,Ben,Graz\n3,Chloe,\n")
    (folder / "orders.csv").write_text(
        "order_id,customer_id,ordered_on,status,amount\n10,1,2024-01-05,completed,700.5\n11,1,2024-01-09,completed,400\n"
        "12,2,2024-02-01,cancelled,90.25\n13,2,2024-02-03,completed,20\n14,,2024-02-04,completed,5\n"
    )
    (folder / "codes.csv").write_text("code,label\n1,one\nx2,two\n")
    platform = open_platform(folder / "home")
    for name in ("customers", "orders", "codes"):
        platform.load(folder / f"{name}.csv", f"raw.shop.{name}")
    return folder / "home"


def weak(case):
    spec = {"target": {"table": "curated.shop.t"}, **case["spec"]}
    said = answer(json.dumps(spec), phrases=case["phrases"])
    return WeakModel(said, learns=case.get("learns", True))


def rows(table):
    return sorted(map(repr, (tuple(row.values()) for row in table.to_pylist())))


def test_there_are_thirty_cases():
    assert len(CASES) >= 30
    assert len(RIGHT) >= 25


@pytest.mark.parametrize("case", RIGHT, ids=lambda case: case["name"].replace(" ", "_"))
def test_it_ends_right_where_the_information_is_there(home, case):
    with asking(home, weak(case), llm_cache=False) as (platform, server):
        plan = platform.plan(case["prompt"])
        assert isinstance(plan, Plan), plan
        problems = [a.problems for a in plan.understanding.provenance.attempts]
        assert plan.planner == f"anthropic:{MODEL}", problems
        inputs = {name: table.files for name, table in plan.inputs.items()}
        found = platform._ports.queries.query(plan.query, inputs=inputs)
        expected = platform.query(case["sql"])

    if "columns" in case:
        found = found.select(case["columns"])
    assert rows(found) == rows(expected)
    assert str(plan.spec.target.table).startswith("curated.shop.")
    assert problems[0] and not problems[-1]
    assert len(server.requests) <= 4


@pytest.mark.parametrize("case", ENDS, ids=lambda case: case["name"].replace(" ", "_"))
def test_it_asks_or_fails_and_says_so_where_it_is_not(home, case):
    with asking(home, weak(case), llm_cache=False) as (platform, server):
        outcome = platform.plan(case["prompt"])

    provenance = outcome.understanding.provenance
    assert len(server.requests) <= 4
    assert provenance.attempts[0].problems
    if isinstance(outcome, Plan):  # the offline planner could read it
        assert provenance.planner == "offline"
        assert "gave no plan that holds" in outcome.understanding.assumptions[0]
    else:
        assert isinstance(outcome, Questions | Refusal)


def test_code_needs_its_reason_and_then_a_person(home):
    (case,) = [case for case in CASES if case.get("code")]
    with asking(home, weak(case), llm_cache=False) as (platform, _):
        plan = platform.plan(case["prompt"])
        assert plan.planner == f"anthropic:{MODEL}"
        with pytest.raises(ApprovalError, match="def step"):
            platform.run(plan)
