"""A run as single stages: the same run as in one go, carried between processes, taken up where it waits."""

from __future__ import annotations

import pickle

import pytest

from datamorph import open_platform
from datamorph.core.plan import Questions
from datamorph.core.run import EventKind, RunState, Stage
from datamorph.errors import ApprovalError, CheckFailedError, NotFoundError, PromptError, SettingsError
from datamorph.platform.stages import Request, Word

COPY = """\
    name: copied
    sources: {orders: raw.shop.orders}
    steps: [{name: kept, filter: {from: orders, where: %s}}]
    target: {table: curated.shop.copied, key: [order_id]}
    """


def started(platform, run_id):
    return [event.stage for _, event in platform.events(run_id) if event.kind is EventKind.STARTED]


def test_stage_by_stage_is_the_same_run_as_in_one_go(platform):
    whole = platform.run(platform.plan("count orders per status"))
    stages = platform.stages

    work = stages.begin(Request("count orders per status"))
    for stage in Stage:
        work = pickle.loads(pickle.dumps(stages.advance(work, stage, word=Word(force=True))))  # noqa: S301

    assert (work.result.table, work.result.rows, work.result.schema) == (whole.table, whole.rows, whole.schema)
    assert [check.passed for check in work.result.checks] == [check.passed for check in whole.checks]
    assert started(platform, work.run_id) == list(Stage)
    assert set(work.result.seconds) == {stage.value for stage in Stage}
    assert platform.runs()[0].state is RunState.PUBLISHED


def test_a_stage_that_is_done_is_not_done_again(platform):
    stages = platform.stages
    work = stages.go(stages.begin(Request("count orders per status")), list(Stage)[:4])

    again = stages.go(work, list(Stage)[:4])

    assert again is work
    assert started(platform, work.run_id) == list(Stage)[:4]


def test_an_unchanged_table_is_not_computed(platform):
    first = platform.run(platform.plan("count orders per status"))
    stages = platform.stages

    work = stages.go(stages.begin(Request("count orders per status")))

    assert work.result.is_unchanged
    assert work.result.snapshot_id == first.snapshot_id


def test_a_target_and_an_engine_may_be_chosen(platform):
    from datamorph.platform.reading import parse_ref

    stages = platform.stages
    request = Request("count orders per status", target=parse_ref("curated.ops.by_status"))

    work = stages.go(stages.begin(request), word=Word(engine="sail"))

    assert work.result.table == "curated.ops.by_status"
    assert platform.pipeline("by_status").spec.target.table == request.target
    with pytest.raises(SettingsError, match="'spork'"):
        stages.go(stages.begin(request), word=Word(engine="spork"))


def test_a_question_is_answered_in_the_same_run_by_another_process(platform, home):
    stages = platform.stages
    work = stages.go(stages.begin(Request("the best orders", domains=("shop",))), list(Stage)[:4])
    (question,) = work.outcome.questions
    asked = platform.runs()[0]

    other = open_platform(home)
    answered = other.stages.resume(work.run_id, answers={question.id: question.choices[0].value})
    done = other.stages.go(answered)

    assert isinstance(work.outcome, Questions)
    assert (asked.run_id, asked.state) == (work.run_id, RunState.ASKED)
    assert answered.request.domains == ("shop",)
    assert done.result.run_id == work.run_id
    assert platform.runs()[0].state is RunState.PUBLISHED
    with pytest.raises(PromptError, match="waits for nothing"):
        platform.stages.resume(work.run_id)


def test_a_question_that_was_answered_wrongly_still_waits(platform):
    stages = platform.stages
    work = stages.go(stages.begin(Request("the best orders")), list(Stage)[:4])

    again = stages.go(stages.resume(work.run_id), list(Stage)[:4])

    assert isinstance(again.outcome, Questions)
    assert platform.runs()[0].state is RunState.ASKED


def test_a_held_run_keeps_its_plan_and_goes_on_when_it_is_approved(platform, spec_of):
    platform.run(platform.plan_spec(spec_of(COPY % "amount > 0")))
    other = spec_of((COPY % "amount > 0").replace("name: copied", "name: other"))
    with pytest.raises(ApprovalError, match="was made by pipeline 'copied'") as held:
        platform.run(platform.plan_spec(other))

    run_id = held.value.run_id
    assert platform.runs()[0].state is RunState.HELD
    with pytest.raises(ApprovalError):
        platform.stages.go(platform.stages.resume(run_id))
    work = platform.stages.go(platform.stages.resume(run_id), word=Word(approve=True))

    assert work.result.run_id == run_id
    assert started(platform, run_id).count(Stage.PLAN) == started(platform, run_id).count(Stage.COMPILE) - 1 == 0
    assert platform.history("curated.shop.copied")[0].properties["pipeline"] == "other"


def test_rows_that_wait_for_approval_are_published_and_not_computed_again(platform, spec_of, home):
    platform.run(platform.plan_spec(spec_of(COPY % "amount > 0")))
    with pytest.raises(ApprovalError, match="would change") as held:
        platform.run(platform.plan_spec(spec_of(COPY % "amount > 50")))

    other = open_platform(home)
    work = other.stages.go(other.stages.resume(held.value.run_id), word=Word(approve=True))

    assert work.result.rows == platform.read("curated.shop.copied").num_rows == 3
    assert started(platform, work.run_id).count(Stage.STAGE) == 1
    assert [check.passed for check in work.result.checks] == [True]
    assert platform.runs()[0].state is RunState.PUBLISHED


def test_held_rows_are_computed_anew_when_the_table_has_moved_on(platform, spec_of):
    merged = "{table: curated.shop.copied, write: merge, key: [order_id]}"
    text = (COPY % "amount > %s").replace("{table: curated.shop.copied, key: [order_id]}", merged)
    platform.run(platform.plan_spec(spec_of(text % 50)))
    edited = text.replace("amount > %s", "amount > 50").replace(
        "steps: [", "steps: [{name: more, derive: {from: orders, columns: {amount: amount + 1}}}, "
    ).replace("from: orders, where", "from: more, where")  # fmt: skip
    with pytest.raises(ApprovalError) as held:
        platform.run(platform.plan_spec(spec_of(edited)))
    platform.run(platform.plan_spec(spec_of(text % 0)), approve=True)

    work = platform.stages.go(platform.stages.resume(held.value.run_id), word=Word(approve=True))

    assert started(platform, work.run_id).count(Stage.STAGE) == 2
    assert work.result.rows == 5


def test_after_a_failure_the_stages_that_went_well_are_not_done_again(platform, spec_of):
    stages = platform.stages
    spec = spec_of((COPY % "amount > 0") + "checks: [{expect_table_row_count_to_equal: {value: 1}}]\n    ")
    plan = platform.plan_spec(spec)
    work = stages.go(stages.resume(plan.run_id), list(Stage)[:6])
    with pytest.raises(CheckFailedError):
        stages.advance(work, Stage.AUDIT)

    with pytest.raises(CheckFailedError):
        stages.advance(work, Stage.AUDIT)

    again, first = platform.runs()[:2]
    assert (first.run_id, first.state) == (plan.run_id, RunState.FAILED)
    assert (again.state, started(platform, again.run_id)) == (RunState.FAILED, [Stage.AUDIT])
    assert again.pipeline == "copied"


def test_an_unknown_run_is_told(platform):
    with pytest.raises(NotFoundError, match="'nope'"):
        platform.stages.resume("nope")
