"""Nothing is spent beyond the caps, whoever asks at the same time; what is spent is accounted for, answer or not."""

from __future__ import annotations

import io
import subprocess
import sys
from datetime import date

import pytest
from messages_server import failure, message
from rich.console import Console
from scripted import MODEL, PROMPT, WRONG, answer, asking, record, saying

from datamorph import open_platform
from datamorph.adapters.llm import shipped_rates
from datamorph.adapters.llm.ledger import SqliteLedger
from datamorph.cli.render_plan import render_plan
from datamorph.core.cost import Rate, TokenUsage, parse_rates
from datamorph.errors import BudgetError, SettingsError
from datamorph.platform.language_model import open_meter
from datamorph.platform.ports import Ports
from datamorph.settings import load_settings

DAY = date(2026, 1, 31)
FIRST_COST = (1000 * 2 + 200 * 10) / 1e6
MOST = (1000 * 4 + 16_000 * 10) / 1e6


def shown(plan):
    """What a person sees of a plan, on one line."""
    console = Console(width=200, file=io.StringIO())
    console.print(*render_plan(plan))
    return " ".join(console.file.getvalue().split())


def spent_today(home):
    platform = open_platform(home)
    return SqliteLedger(home / ".datamorph" / "llm" / "spending.db").spent(platform._ports.now().date())


def test_every_kind_of_token_has_its_rate():
    rate = Rate(input=2, output=10, cache_read=0.1, cache_write=2.5, cache_write_1h=4)
    million = 1_000_000

    assert rate.price(TokenUsage(input=million)) == 2
    assert rate.price(TokenUsage(output=million)) == 10
    assert rate.price(TokenUsage(cache_read=million)) == pytest.approx(0.1)
    assert rate.price(TokenUsage(cache_write=million, cache_write_1h=million)) == 6.5
    assert rate.most(million, million) == 14


def test_long_prompts_may_have_another_rate():
    rate = shipped_rates().of("claude-haiku-5-5")

    assert rate.price(TokenUsage(input=100_000)) == pytest.approx(0.01)
    assert rate.price(TokenUsage(input=50_000, cache_read=50_001)) > 0.025


@pytest.mark.parametrize(
    ("model", "known"),
    [
        ("claude-opus-5-5", True), ("claude-opus-5-5-20261101", True), ("eu.anthropic.claude-opus-5-5-v1:0", True),
        ("global.anthropic.claude-opus-5-5-20261101-v1:0", True), ("claude-opus-5-7", False),
        ("my-claude-opus-5-5", False), ("llama", False), ("", False),
    ],
)  # fmt: skip
def test_a_rate_is_found_by_the_models_name_in_every_form_and_never_by_a_like_one(model, known):
    assert (shipped_rates().of(model) is not None) == known


def test_the_shipped_rates_say_when_and_where_they_were_read():
    rates = shipped_rates()

    assert date.fromisoformat(rates.as_of)
    assert rates.source.startswith("https://")


@pytest.mark.parametrize(
    "text", ["", "models: {}", "{as_of: x, source: y, models: {m: {input: -1, output: 1}}}", "- a", "{"]
)
def test_a_wrong_file_of_rates_is_an_error(text):
    with pytest.raises(SettingsError, match="no file of rates"):
        parse_rates(text, origin="rates.yaml")


def test_own_rates_are_read_from_the_project(platform, home):
    (home / "rates.yaml").write_text("{as_of: 2026-01-31, source: me, models: {local: {input: 0, output: 0}}}")
    with asking(home, saying(answer()), llm_model="local", llm_rates="rates.yaml") as (asked, _):
        plan = asked.plan(PROMPT)

    assert plan.planner == "anthropic:local"
    assert record(asked)["provenance"]["cost_usd"] == 0


def test_without_a_rate_there_is_no_call(platform, home):
    with asking(home, saying(answer()), llm_model="local") as (asked, server):
        plan = asked.plan(PROMPT)

    assert "there is no rate for 'local'" in plan.understanding.assumptions[0]
    assert server.requests == server.counted == []
    assert "offline; local was not asked, no price" in shown(plan)


def test_a_price_says_whose_it_is_of_which_day_and_what_is_not_verified(platform, home):
    (home / "rates.yaml").write_text(
        "{as_of: 2026-01-31, source: our contract, models: {local: {input: 1, output: 2}}}"
    )
    with asking(home, saying(answer()), llm_model="local", llm_rates="rates.yaml") as (asked, _):
        own = asked.plan(PROMPT)
    with asking(home, saying(answer())) as (asked, server):
        other = asked.plan(PROMPT)
    replayed = open_platform(home, planner="replay", llm_model=MODEL, llm_cache=False).plan(PROMPT)
    listed = open_meter(Ports(load_settings(home, planner="anthropic", llm_model=MODEL)))

    assert "0.0014 USD (our contract, 2026-01-31)" in shown(own)
    day = shipped_rates().as_of
    assert f"0.0040 USD (list prices of {day}, unverified for {server.url})" in shown(other)
    assert record(asked, other.run_id)["provenance"]["price"] == f"list prices of {day}, unverified for {server.url}"
    assert "0.0000 USD (recorded answers cost nothing)" in shown(replayed)
    assert listed.price == f"list prices of {day}"


def test_a_prompt_is_counted_before_it_is_sent_and_not_sent_beyond_the_cap(platform, home):
    with asking(home, saying(answer()), tokens=200_000, llm_usd_per_run=0.5) as (asked, server):
        plan = asked.plan(PROMPT)

    assert len(server.counted) == 1
    assert server.requests == []
    notice = plan.understanding.assumptions[0]
    assert "200,000 tokens in" in notice
    assert "llm_usd_per_run is 0.5" in notice
    assert plan.planner == "offline"
    assert spent_today(home) == 0


def test_the_cap_of_a_run_stops_its_repairs(platform, home):
    with asking(home, saying(answer(WRONG), answer()), llm_usd_per_run=MOST + FIRST_COST / 2) as (asked, server):
        plan = asked.plan(PROMPT)

    assert len(server.requests) == 1
    assert plan.planner == "offline"
    assert "this plan has cost 0.0040 USD" in plan.understanding.assumptions[0]
    assert spent_today(home) == pytest.approx(FIRST_COST)


def test_the_cap_of_a_day_holds_over_processes_and_is_kept_in_the_state(platform, home):
    with asking(home, saying(answer()), llm_cache=False, llm_usd_per_day=MOST + FIRST_COST * 1.5) as (asked, _server):
        plans = [asked.plan(PROMPT) for _ in range(3)]

    assert [plan.planner for plan in plans] == [f"anthropic:{MODEL}"] * 2 + ["offline"]
    assert "llm_usd_per_day" in plans[2].understanding.assumptions[0]
    assert spent_today(home) == pytest.approx(2 * FIRST_COST)


def test_without_fallback_a_cap_stops_the_run_with_a_clear_message(platform, home):
    with asking(home, saying(answer()), llm_usd_per_run=0, llm_fallback=False) as (asked, _):
        with pytest.raises(BudgetError, match="llm_usd_per_run is 0") as raised:
            asked.plan(PROMPT)

    assert "raise llm_usd_per_run" in raised.value.fix


def test_an_answer_that_was_lost_is_paid_for_and_asked_once_more(platform, home):
    lost = message("x" * 100, cut=0.5)
    with asking(home, [lost, *saying(answer())]) as (asked, server):
        plan = asked.plan(PROMPT)

    assert plan.planner == f"anthropic:{MODEL}"
    assert len(server.requests) == 2
    assert plan.understanding.provenance.cost_usd == pytest.approx(MOST + FIRST_COST)
    assert plan.understanding.provenance.attempts[0].failed_tries
    assert spent_today(home) == pytest.approx(MOST + FIRST_COST)


def test_a_refused_try_costs_nothing_and_is_told(platform, home):
    with asking(home, [failure(529, "overloaded_error"), *saying(answer())]) as (asked, _):
        plan = asked.plan(PROMPT)

    (attempt,) = plan.understanding.provenance.attempts
    assert "529" in attempt.failed_tries[0]
    assert plan.understanding.provenance.cost_usd == pytest.approx(FIRST_COST)


def test_an_answer_that_costs_more_than_it_may_ends_the_plan(platform, home):
    dear = saying(answer(WRONG), answer(), tokens_out=2_000_000)
    with asking(home, dear, llm_usd_per_day=100) as (asked, server):
        plan = asked.plan(PROMPT)

    assert len(server.requests) == 1
    assert plan.planner == "offline"
    assert spent_today(home) == pytest.approx(20.002)


def test_what_a_dead_process_set_aside_stays_on_the_books(tmp_path):
    SqliteLedger(tmp_path / "l.db").reserve(DAY, 3, cap=5)

    ledger = SqliteLedger(tmp_path / "l.db")
    with pytest.raises(BudgetError, match=r"has cost 3\.0000 USD today"):
        ledger.reserve(DAY, 2.5, cap=5)
    assert ledger.spent(DAY) == 3


def test_another_day_is_another_budget(tmp_path):
    ledger = SqliteLedger(tmp_path / "l.db")
    ledger.reserve(DAY, 3, cap=3)

    ledger.reserve(date(2026, 2, 1), 3, cap=3)


def test_processes_together_do_not_spend_more_than_the_cap(tmp_path):
    code = (
        "import sys; from datetime import date; from pathlib import Path\n"
        "from datamorph.adapters.llm.ledger import SqliteLedger\n"
        "from datamorph.errors import BudgetError\n"
        "ledger, kept = SqliteLedger(Path(sys.argv[1])), 0\n"
        "for _ in range(20):\n"
        "    try: ledger.settle(ledger.reserve(date(2026, 1, 31), 1.0, cap=25.0), 1.0); kept += 1\n"
        "    except BudgetError: pass\n"
        "print(kept)"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "l.db")]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    kept = [int(process.communicate(timeout=60)[0]) for process in running]

    assert sum(kept) == 25
    assert SqliteLedger(tmp_path / "l.db").spent(DAY) == 25


def test_a_ledger_that_cannot_be_read_is_no_licence_to_spend(platform, home):
    (home / ".datamorph" / "llm").mkdir(parents=True)
    (home / ".datamorph" / "llm" / "spending.db").write_text("no database, but longer than a header" * 10)
    with asking(home, saying(answer())) as (asked, server):
        plan = asked.plan(PROMPT)

    assert server.requests == []
    assert "what was spent today is not known" in plan.understanding.assumptions[0]
