"""A plan of a language model that is taken up later, by another process or after a restart, stays that model's plan."""

from __future__ import annotations

import json
from contextlib import closing

import pytest
from scripted import MODEL, PROMPT, SPEC, WRONG, answer, asking, record, saying

from datamorph import open_platform
from datamorph.cli.edge import run_command
from datamorph.core.provenance import Provenance
from datamorph.core.spec import parse_spec
from datamorph.errors import ApprovalError
from datamorph.web.running import Runner

OWNED = f"name: totals\nprompt: what a person wrote\n{SPEC.strip()}\nchecks:\n" + (
    "- {expect_column_values_to_be_between: {column: total, min_value: -1000}}\n"
)
OBJECTION = "language model's plan would drop or loosen checks of 'totals': between_total"


@pytest.fixture
def planned(home):
    """A plan that nobody has run yet, made in two attempts; its process has ended."""
    with asking(home, saying(answer(WRONG), answer(), tokens_in=100, cached=9000)) as (platform, _):
        yield platform.plan(PROMPT)


@pytest.fixture
def objected(home):
    """A planned run of a model that drops the check of a person's pipeline."""
    with closing(open_platform(home)) as platform:
        platform.run(platform.plan_spec(parse_spec(OWNED)), approve=True, force=True)
    with asking(home, saying(answer())) as (platform, _):
        return platform.plan(PROMPT).run_id


def taken_up(home, run_id):
    with closing(open_platform(home)) as platform:
        return platform.stages.resume(run_id).plan


def test_who_planned_what_in_which_attempts_is_kept(home, planned):
    found = taken_up(home, planned.run_id)

    assert found.planner == planned.planner == f"anthropic:{MODEL}"
    assert found.understanding.phrases == planned.understanding.phrases != ()
    assert found.understanding.assumptions == planned.understanding.assumptions
    assert found.understanding.provenance == planned.understanding.provenance
    assert len(found.understanding.provenance.attempts) == 2


def test_a_record_is_read_as_it_was_written(planned):
    facts = json.loads(json.dumps(planned.understanding.provenance.facts()))

    assert Provenance.of_facts(facts).facts() == facts
    assert facts["tokens"]["cached"] == 18000


def test_the_pipeline_that_resume_publishes_says_who_planned_it(home, planned, capsys):
    with closing(open_platform(home)) as platform:
        facts = record(platform, planned.run_id)["provenance"]

    code = run_command(["resume", planned.run_id, "--home", str(home), "--json"])

    told = json.loads(capsys.readouterr().out)
    kept = json.loads((home / "pipelines" / "totals" / "plan.json").read_text())
    assert code == 0
    assert told["plan"]["planner"] == f"anthropic:{MODEL}"
    assert told["plan"]["understanding"]["phrases"][0]["meaning"] == "sum(amount)"
    assert kept == {"prompt": PROMPT, "spec_hash": planned.spec.hash(), **facts}


def test_what_a_model_may_not_do_it_may_not_do_later_either(home, objected):
    with closing(open_platform(home)) as platform:
        stages = platform.stages
        for _ in range(2):  # it is held then, and taken up from there
            with pytest.raises(ApprovalError, match=OBJECTION):
                stages.go(stages.resume(objected))

    code = run_command(["resume", objected, "--home", str(home), "--approve"])

    assert code == 0


def test_nor_after_a_restart_of_the_server_nor_by_a_rerun(home, objected):
    with closing(open_platform(home)) as platform:
        runner = Runner(platform)
        plan = runner.plan_of(objected)
        job = runner.run(plan)
        assert job.ended.wait(timeout=120)
        with pytest.raises(ApprovalError, match=OBJECTION):
            platform.rerun(objected, same_inputs=False)
        again = platform.stages.resume(plan.run_id).plan

    assert plan.run_id != objected
    assert plan.planner == again.planner == f"anthropic:{MODEL}"
    assert isinstance(job.error, ApprovalError)
    assert OBJECTION in job.error.problem
