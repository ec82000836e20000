"""What differs between two states of a table is told by row, by column and with samples."""

from __future__ import annotations

import pytest

from datamorph import open_platform
from datamorph.errors import ApprovalError, NotFoundError

TABLE = "raw.shop.news"
COPY = "curated.shop.copy"


@pytest.fixture
def news(tmp_path):
    """A platform with a way to load raw.shop.news."""
    platform = open_platform(tmp_path / "home")

    def load(text):
        (tmp_path / "news.csv").write_text(text)
        return platform.load(tmp_path / "news.csv", TABLE, force=True).snapshot_id

    yield platform, load
    platform.close()


def copy(spec_of, where="id > 0", city="city"):
    return spec_of(f"""
        name: copy
        sources: {{news: raw.shop.news}}
        steps:
        - {{name: some, filter: {{from: news, where: {where}}}}}
        - {{name: told, derive: {{from: some, columns: {{city: {city}}}}}}}
        target: {{table: {COPY}, key: [id]}}
        """)


def test_rows_are_matched_by_key_and_their_columns_compared(news, spec_of):
    platform, load = news
    load("id,city,n\n1,Oslo,1\n2,Graz,2\n3,Bari,3\n")
    platform.run(platform.plan_spec(copy(spec_of)))
    load("id,city,n\n1,Oslo,10\n2,,2\n4,Rome,4\n")
    platform.run(platform.plan_spec(copy(spec_of)))

    diff = platform.diff(COPY)

    assert (diff.added, diff.removed, diff.changed, diff.key) == (1, 1, 2, ("id",))
    assert [(c.name, c.changed, c.nulls, c.total) for c in diff.columns] == [("city", 1, 1, None), ("n", 1, 0, 10.0)]
    assert diff.added_rows == ({"id": 4, "city": "Rome", "n": 4},)
    assert diff.removed_rows == ({"id": 3, "city": "Bari", "n": 3},)
    assert [(dict(c.key), dict(c.values)) for c in diff.changed_rows] == [
        ({"id": 1}, {"n": (1, 10)}), ({"id": 2}, {"city": ("Graz", None)})]  # fmt: skip
    assert diff.told() == "1 rows added, 1 removed, 2 changed (city 1, n 1)"
    assert platform.diff(COPY, *[str(line.snapshot_id) for line in platform.history(COPY)]).removed == 1


def test_a_table_is_compared_with_what_its_rows_came_after_and_not_with_what_was_undone(news):
    platform, load = news
    first = load("id,city\n1,Oslo\n")
    load("id,city\n9,Wrong\n")
    platform.rollback(TABLE, first)
    with pytest.raises(NotFoundError, match="no snapshot before"):
        platform.diff(TABLE)
    last = load("id,city\n1,Oslo\n2,Graz\n")

    diff = platform.diff(TABLE)

    assert (diff.before, diff.after) == (f"snapshot {first}", f"snapshot {last}")
    assert (diff.added, diff.removed) == (1, 0)


def test_without_a_key_rows_are_compared_as_often_as_they_stand(news):
    platform, load = news
    load("id,city\n1,Oslo\n1,Oslo\n2,Graz\n")
    load("id,city\n1,Oslo\n2,Graz\n2,Graz\n3,Bari\n")

    diff = platform.diff(TABLE)

    assert (diff.added, diff.removed, diff.changed, diff.key) == (2, 1, 0, ())
    assert diff.added_rows == ({"id": 2, "city": "Graz"}, {"id": 3, "city": "Bari"})
    assert diff.removed_rows == ({"id": 1, "city": "Oslo"},)


def test_changes_of_columns_are_told_beside_those_of_rows(news):
    platform, load = news
    first = load("id,city,n\n1,Oslo,1\n2,Graz,2\n")
    second = load("id,n,state\n1,1.5,x\n2,2.0,y\n")

    diff = platform.diff(TABLE, str(first), str(second))

    assert (diff.change.added, diff.change.removed, diff.change.retyped) == (("state",), ("city",), ("n",))
    assert diff.takes_away


def test_a_state_differs_in_nothing_from_itself(news):
    platform, load = news
    only = str(load("id,city\n1,Oslo\n"))

    diff = platform.diff(TABLE, only, only)

    assert diff.is_empty
    with pytest.raises(NotFoundError, match="no snapshot before"):
        platform.diff(TABLE)
    with pytest.raises(NotFoundError, match="no snapshot or tag 'nonsense'"):
        platform.diff(TABLE, "nonsense")


def test_an_edited_pipeline_that_takes_rows_away_needs_a_word_and_shows_what_goes(news, spec_of):
    platform, load = news
    load("id,city,n\n1,Oslo,1\n2,Graz,2\n3,Bari,3\n")
    platform.run(platform.plan_spec(copy(spec_of)))
    edited = copy(spec_of, where="id > 1", city="upper(city)")

    with pytest.raises(ApprovalError, match="0 rows added, 1 removed, 2 changed") as caught:
        platform.run(platform.plan_spec(edited))

    run_id = platform.runs()[0].run_id
    assert f"datamorph diff --staged {run_id}" in caught.value.fix
    assert platform.read(COPY).num_rows == 3
    diff = platform.diff_staged(run_id)
    assert (diff.removed, diff.changed, diff.after) == (1, 2, f"run {run_id}")
    seen = []
    assert platform.run(platform.plan_spec(edited), decide=lambda found: not seen.append(found)).rows == 2
    assert seen[0].removed_rows == ({"id": 1, "city": "Oslo", "n": 1},)


def test_an_edited_pipeline_that_only_adds_rows_is_published_at_once(news, spec_of):
    platform, load = news
    load("id,city,n\n1,Oslo,1\n2,Graz,2\n")
    platform.run(platform.plan_spec(copy(spec_of, where="id > 1")))

    result = platform.run(platform.plan_spec(copy(spec_of)))

    audit = next(e for _, e in platform.events(result.run_id) if e.stage == "audit" and e.kind == "finished")
    assert result.rows == 2
    assert audit.facts["diff"] == "1 rows added, 0 removed, 0 changed"


def test_the_setting_lets_edits_through(news, spec_of, tmp_path):
    platform, load = news
    load("id,city,n\n1,Oslo,1\n2,Graz,2\n")
    platform.run(platform.plan_spec(copy(spec_of)))
    trusting = open_platform(tmp_path / "home", approve_changes=True)

    assert trusting.run(trusting.plan_spec(copy(spec_of, where="id > 1"))).rows == 1
    trusting.close()
