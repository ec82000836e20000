"""The glossary of a project, from its file to plans, tables and errors; the example of the docs is right."""

from __future__ import annotations

import re
from pathlib import Path

DOC = (Path(__file__).parents[2] / "docs" / "glossary.md").read_text(encoding="utf-8")
(EXAMPLE,) = re.findall(r"```yaml\n(.*?)```", DOC, re.DOTALL)


def test_the_documented_example_fits_and_is_used(shop, home):
    (home / "glossary.yaml").write_text(EXAMPLE)

    listed = shop("glossary", "--json").document
    answer = shop("ask", "revenue per customer?", "--json").document
    orders = next(t for t in shop("tables", "--json").document["tables"] if t["table"] == "raw.shop.orders")

    assert listed["mistakes"] == []
    assert {term["term"] for term in listed["terms"]} >= {"revenue", "average basket", "big order"}
    assert {"customer_id": 1, "customer_name": "Ada Abbott", "revenue": 1100.5} in answer["rows"]
    assert "'revenue' is sum(amount) where status = 'completed' (glossary.yaml)" in str(answer["understanding"])
    assert orders["description"] == "one row per order"
    amount = next(column for column in orders["columns"] if column["name"] == "amount")
    assert (amount["unit"], amount["description"]) == ("EUR", "what was paid")
    assert "EUR" in shop("tables", "--columns").out


def test_every_documented_prompt_plans(shop, home):
    (home / "glossary.yaml").write_text(EXAMPLE)
    prompts = re.findall(r"^\| [^|]* \| `([^`]+)` \|", DOC, re.MULTILINE)

    assert len(prompts) == 3
    for prompt in prompts:
        assert "(glossary.yaml)" in str(shop("plan", prompt, "--json").document["understanding"])


def test_the_documented_wording_is_read_and_the_documented_command_keeps_another(shop, home):
    (home / "glossary.yaml").write_text(EXAMPLE)
    ((_, prompt, answer),) = re.findall(r'^datamorph (plan) "(.+)" --answer "(.+)" --remember$', DOC, re.MULTILINE)

    counted = shop("ask", "number of called off orders per customer", "--json").document
    kept = shop("plan", prompt, "--answer", answer, "--remember")

    assert "'called off' is read as 'status is cancelled' (glossary.yaml)" in str(counted["understanding"])
    assert [row["order_count"] for row in counted["rows"]] == [1]
    assert kept.code == 0
    added = [one for one in (home / "glossary.yaml").read_text().splitlines() if one not in EXAMPLE.splitlines()]
    assert added == ["  heavy: amount over 500"]


def test_a_changed_file_counts_at_the_next_prompt(shop, home):
    (home / "glossary.yaml").write_text("terms: {takings: sum(amount)}")
    before = shop("ask", "takings?", "--json").document["rows"]
    (home / "glossary.yaml").write_text("terms: {takings: max(amount)}")

    after = shop("ask", "takings?", "--json").document["rows"]

    assert (before, after) == ([{"takings": 1215.75}], [{"takings": 700.5}])


def test_a_mistake_is_told_with_file_line_and_fix_and_stops_planning(shop, home):
    (home / "glossary.yaml").write_text("terms:\n  revenue: sum(amont)\n")

    checked, planned = shop("glossary"), shop("plan", "count orders per status")

    for outcome in (checked, planned):
        assert outcome.code == 2
        assert "glossary.yaml, line 2: no table has a column 'amont'" in outcome.err
        assert "did you mean amount?" in outcome.err
    assert shop("tables").code == 0


def test_a_file_that_cannot_be_read_is_an_error_and_none_is_not(shop, home):
    assert shop("glossary").code == 0

    (home / "glossary.yaml").write_bytes(b"terms: {caf\xe9: sum(amount)}")
    assert "not UTF-8" in shop("glossary").err

    (home / "glossary.yaml").write_text("terms: [")
    assert "glossary.yaml is not readable YAML" in shop("glossary").err
