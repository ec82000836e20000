"""plan, run, ask, pipelines and runs: from a prompt to a published table."""

from __future__ import annotations

import pytest

PROMPT = "total amount per status, as curated.shop.amount_per_status"
AMBIGUOUS = "average delay per station, as curated.rail.delays"


@pytest.fixture
def rail(cli, home):
    """A table in which 'delay' may be either of two columns."""
    (home.parent / "trains.csv").write_text("train,station,arrival_delay,departure_delay\n1,Oslo,5,2\n2,Oslo,7,4\n")
    cli("load", home.parent / "trains.csv", "raw.rail.trains")
    return cli


def test_a_plan_shows_everything_and_computes_nothing(shop):
    outcome = shop("plan", PROMPT, "--code", "--sql")

    assert outcome.code == 0, outcome
    for part in ("Understood", "Plan  curated.shop.amount_per_status (a new table)", "spec_version: 1",
                 "def transform(", "SELECT", f'run "{PROMPT}"'):  # fmt: skip
        assert part in outcome.out
    assert shop("show", "amount_per_status").code == 7


def test_code_is_shown_only_when_asked_for(shop):
    outcome = shop("plan", PROMPT)

    assert "def transform(" not in outcome.out
    assert "spec_version" in outcome.out


def test_a_run_shows_plan_stages_checks_rows_and_times(shop):
    outcome = shop("run", PROMPT)

    assert outcome.code == 0, outcome
    stages = ["ground", "plan", "check", "compile", "dry run", "stage", "audit", "publish", "register"]
    assert [line.split("  ")[1].strip("✓ ") for line in outcome.err.splitlines() if "✓" in line] == stages
    for part in ("Understood", "✓  engines_agree", "✓ Published curated.shop.amount_per_status", "completed",
                 "1,125.50", "= engine ", " + platform ", "show curated.shop.amount_per_status"):  # fmt: skip
        assert part in outcome.out


def test_the_same_run_again_is_unchanged_and_still_shows_the_rows(shop):
    shop("run", PROMPT)

    outcome = shop("run", PROMPT)

    assert "= Unchanged curated.shop.amount_per_status" in outcome.out
    assert "1,125.50" in outcome.out


def test_a_run_is_one_json_document(shop):
    outcome = shop("run", PROMPT, "--json")

    document = outcome.document
    assert document["plan"]["spec"]["target"]["table"] == "curated.shop.amount_per_status"
    assert document["result"]["rows"] == 2
    assert document["result"]["seconds"]["total"] >= document["result"]["seconds"]["stage"]
    assert all(check["passed"] for check in document["result"]["checks"])
    assert outcome.err == ""


def test_pipelines_and_runs_are_on_the_record(shop):
    shop("run", PROMPT)
    (saved,) = shop("pipelines", "--json").document["pipelines"]
    last = shop("runs", "--json").document["runs"][0]

    events = shop("runs", last["run_id"], "--json").document["events"]
    shown = shop("pipelines", saved["pipeline"], "--code")

    assert (last["state"], last["table"]) == ("published", "curated.shop.amount_per_status")
    assert [event["number"] for event in events] == list(range(1, len(events) + 1))
    assert "spec_version: 1" in shown.out
    assert "def transform(" in shown.out
    assert "published" in shop("runs").out
    assert "publish" in shop("runs", last["run_id"]).out


def test_a_saved_pipeline_runs_by_name(shop):
    shop("run", PROMPT)
    name = shop("pipelines", "--json").document["pipelines"][0]["pipeline"]

    outcome = shop("run", "--pipeline", name, "--force")

    assert outcome.code == 0
    assert "✓ Published curated.shop.amount_per_status" in outcome.out


def test_a_broken_pipeline_is_a_line_of_the_list(shop, home):
    (home / "pipelines" / "broken").mkdir(parents=True)
    (home / "pipelines" / "broken" / "spec.yaml").write_text("steps: [")

    outcome = shop("pipelines")

    assert outcome.code == 0
    assert "broken" in outcome.out


def test_a_failed_check_keeps_the_table_and_shows_the_staged_rows(shop, home, platform, totals):
    platform.run(platform.plan_spec(totals))
    spec = home / "pipelines" / "customer_totals" / "spec.yaml"
    unique = "expect_column_values_to_be_unique: {column: customer_id}"
    spec.write_text(spec.read_text().replace(unique, "expect_table_row_count_to_be_between: {min_value: 100}"))

    failed = shop("run", "--pipeline", "customer_totals")
    run = shop("runs", "--json").document["runs"][0]["run_id"]
    staged = shop("show", "--staged", run)

    assert failed.code == 6, failed
    assert "✗  row_count" in failed.err
    assert f"show --staged {run}" in failed.err
    assert "Ada Abbott" in staged.out
    assert len(shop("history", "customer_totals", "--json").document["snapshots"]) == 1


def test_open_questions_come_with_the_option_that_answers_them(rail):
    asked = rail("run", AMBIGUOUS)
    document = rail("run", AMBIGUOUS, "--json").document

    (question,) = document["questions"]
    assert (asked.code, document["exit_code"]) == (3, 3)
    for choice in question["choices"]:
        assert f"    --answer {question['id']}={choice['value']}\n" in asked.err
        assert choice["label"] in asked.err


def test_an_answer_leads_to_its_table(rail):
    (question,) = rail("run", AMBIGUOUS, "--json").document["questions"]
    (value,) = [choice["value"] for choice in question["choices"] if "arrival" in choice["value"]]

    outcome = rail("run", AMBIGUOUS, "--answer", f"{question['id']}={value}")

    assert outcome.code == 0, outcome
    assert rail("query", "SELECT * FROM delays", "--json").document["rows"][0]["station"] == "Oslo"
    assert "6.0" in outcome.out


def test_an_answer_that_is_not_written_so_is_a_usage_error(shop):
    outcome = shop("run", PROMPT, "--answer", "yes")

    assert outcome.code == 2
    assert "ID=VALUE" in outcome.err


def test_a_refusal_has_its_reason_and_its_code(shop):
    prompt = "drop table raw.shop.orders"

    told, document = shop("run", prompt), shop("run", prompt, "--json").document

    assert told.code == 4
    assert told.err.splitlines()[-1].startswith("  fix: ") or "fix: " in told.err
    assert document["error"]["exit_code"] == 4
    assert document["error"]["reason"] in ("unsafe", "impossible", "out_of_scope", "unreadable")


def test_a_question_is_answered_with_rows_and_sql(shop):
    outcome = shop("ask", "how many orders per status?")
    document = shop("ask", "how many orders per status?", "--json").document

    assert outcome.code == 0, outcome
    assert "completed" in outcome.out
    assert "SELECT" in outcome.out
    assert {row["status"] for row in document["rows"]} == {"completed", "cancelled"}


def test_only_the_tables_of_a_domain_are_planned_over(shop):
    outcome = shop("run", PROMPT, "--domain", "nope")

    assert outcome.code == 7
    assert "shop" in outcome.err


def test_a_run_needs_a_prompt_or_a_pipeline(shop):
    assert shop("run").code == 2
    assert shop("run", PROMPT, "--pipeline", "x").code == 2


RECENT = """
name: recent
sources: {orders: raw.shop.orders}
steps:
- {name: recent, filter: {from: orders, where: ordered_on <= current_date()}}
target: {table: curated.shop.recent}
"""


def test_a_pipeline_is_run_as_of_a_day(shop, platform, tmp_path):
    file = tmp_path / "recent.yaml"
    file.write_text(RECENT)
    days = sorted(row["ordered_on"] for row in platform.read("raw.shop.orders").to_pylist())

    first = shop("run", "--spec", file, "--day", days[0].isoformat(), "--yes", "--json")
    second = shop("run", "--pipeline", "recent", "--day", days[-1].isoformat(), "--json", "--approve")

    assert (first.code, second.code) == (0, 0), (first, second)
    assert first.document["result"]["rows"] == days.count(days[0])
    assert second.document["result"]["rows"] == len(days)


def test_a_day_that_is_none_or_says_nothing_is_refused(shop, tmp_path, totals):
    file = tmp_path / "totals.yaml"
    file.write_text(totals.to_yaml())

    odd = shop("run", "--spec", file, "--day", "yesterday")
    idle = shop("run", "--spec", file, "--day", "2024-01-31")
    alone = shop("run", "orders of the last 7 days", "--day", "2024-01-31")

    assert "'yesterday'" in odd.err and odd.code == 2
    assert "depend on no day" in idle.err and idle.code != 0
    assert "--day needs" in alone.err and alone.code == 2
