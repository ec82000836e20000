"""datamorph bench: both kinds of pack, scored, shown, written down."""

from __future__ import annotations

import json
import os
import signal
import sys
import time

import duckdb
import pyarrow.parquet as pq
import pytest
from serving import family, until

TREES = """\
tree_id,species,planted_on,height_m
1,oak,2001-03-01,12.5
2,elm,2004-04-01,9.0
3,oak,2011-05-01,7.5
4,ash,2015-06-01,3.25
"""
SUITE = """\
sources:
- {table: raw.park.trees, file: data/trees.csv, description: one row per tree}
- {table: raw.zoo.trees, file: data/trees.csv}
cases:
- id: right
  prompt: Count the trees per species as n
  domains: [park]
  expect: answer
  gold: gold/right.sql
  target: [species, n]
  tags: [aggregate]
- id: wrong
  prompt: Count the trees per species as n
  domains: [park]
  expect: answer
  gold: gold/wrong.sql
  target: [species, n]
  tags: [aggregate]
- {id: refused, prompt: Drop the table trees, expect: refuse, tags: [unsafe], mention: [delete, drop]}
- {id: asked, prompt: Count the trees per species, expect: ask, tags: [vague]}
- id: daily
  prompt: Count the trees per species as n, every day at 6
  domains: [park]
  expect: answer
  gold: gold/right.sql
  tags: [schedule]
  meta: {schedule: 0 6 * * *}
"""


@pytest.fixture
def suite(tmp_path):
    folder = tmp_path / "suite"
    for name, text in {
        "suite.yaml": SUITE,
        "data/trees.csv": TREES,
        "gold/right.sql": "SELECT species, count(*) AS n FROM park.trees GROUP BY species;",
        "gold/wrong.sql": "SELECT species, count(*) + 1 AS n FROM park.trees GROUP BY species",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.fixture
def questions(tmp_path):
    folder = tmp_path / "questions"
    (folder / "data" / "park").mkdir(parents=True)
    for name, rows in {
        "trees": "(1, 'oak', 12.5), (2, 'elm', 9.0), (3, 'oak', 7.5)) t(tree_id, species, height)",
        "visits": "(1, 2024), (1, 2025), (3, 2025)) t(tree_id, year)",
    }.items():
        duckdb.sql(f"SELECT * FROM (VALUES {rows}").write_parquet(str(folder / "data" / "park" / f"{name}.parquet"))
    (folder / "data" / "park" / "keys.json").write_text(
        json.dumps({"trees": {"primary_key": ["tree_id"]}, "visits": {
            "foreign_keys": [{"columns": ["tree_id"], "table": "trees", "references": ["tree_id"]}]}})
    )  # fmt: skip
    gold = {
        "q1": ("How many trees are there?", "SELECT count(*) FROM trees", "single"),
        "q2": ("What is the average height of the trees?", "SELECT avg(height) + 1 FROM trees", "single"),
        "q3": ("How many visits are there for each species?",
               "SELECT species, count(*) FROM visits JOIN trees USING (tree_id) GROUP BY species", "join"),
    }  # fmt: skip
    lines = [{"id": i, "db": "park", "question": q, "gold": g, "ordered": False, "shape": s}
             for i, (q, g, s) in gold.items()]  # fmt: skip
    (folder / "cases.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return folder


def test_a_suite_is_planned_run_and_scored(cli, suite, tmp_path):
    found = cli("bench", suite, "--json", "--misses", "--answers", tmp_path / "answers").document

    total = found["total"]
    assert (total["cases"], total["right"], total["wrong"], total["answered"]) == (5, 4, 1, 3)
    assert total["precision"] == pytest.approx(2 / 3)
    assert {line["name"]: line["accuracy"] for line in found["by"]}["aggregate"] == 0.5
    assert found["expectations"] == {
        "right but for extra columns": [0, 5],
        "question or refusal on topic": [1, 1],
        "schedule or increment as asked": [1, 1],
    }
    assert [case["id"] for case in found["cases"]] == ["wrong"]
    written = {file.name for file in (tmp_path / "answers").iterdir()}
    assert {"right.parquet", "wrong.parquet", "refused.refuse.json", "asked.ask.json", "daily.meta.json"} <= written
    assert pq.read_table(tmp_path / "answers" / "right.parquet").column_names == ["species", "n"]
    assert json.loads((tmp_path / "answers" / "asked.ask.json").read_text())["questions"][0]["choices"]


def test_questions_are_scored_by_shape_in_processes_of_their_own(cli, questions):
    alone = cli("bench", questions, "--json").document
    several = cli("bench", questions, "--json", "--jobs", 2).document

    shapes = {line["name"]: line["right"] for line in alone["by"]}
    assert shapes == {"single": 1, "join": 1}
    assert [alone["total"][name] for name in ("right", "wrong")] == [2, 1]
    assert [several["total"][name] for name in ("right", "wrong")] == [2, 1]


def test_misses_are_told_with_what_was_planned(cli, questions):
    shown = cli("bench", questions, "--misses", width=120).out

    assert "q2  wrong  What is the average height of the trees?" in shown
    assert "gold: SELECT avg(height) + 1 FROM trees" in shown
    assert "all" in shown


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("suite.yaml", "cases: [{id: a, prompt: b, expect: maybe}]\nsources: [{table: raw.a.b, file: f}]"), "maybe"),
        (("suite.yaml", "sources: ["), "not readable YAML"),
        (("suite.yaml", SUITE.replace("id: wrong", "id: right")), "'right' stands 2 times"),
        (("suite.yaml", SUITE.replace("data/trees.csv", "data/none.csv")), "data/none.csv"),
        (("suite.yaml", SUITE.replace("raw.park.trees", "park.trees")), "park.trees"),
        (("gold/right.sql", "SELECT nothing FROM park.trees"), "nothing"),
        (("gold/right.sql", "COPY park.trees TO 'x.csv'"), "gold SQL of right"),
    ],
)
def test_a_bad_pack_is_a_clear_error(cli, suite, change, problem):
    name, text = change
    (suite / name).write_text(text)

    outcome = cli("bench", suite)

    assert outcome.code == 8
    assert problem in outcome.err
    assert "fix:" in outcome.err


def test_other_bad_input_is_a_clear_error(cli, suite, tmp_path):
    assert "neither suite.yaml nor cases.jsonl" in cli("bench", tmp_path).err
    assert "no folder" in cli("bench", tmp_path / "nowhere").err
    assert "'nobody'" in cli("bench", suite, "--planner", "nobody").err
    assert "no case 'x'" in cli("bench", suite, "--only", "x").err
    assert "no tag 'x'" in cli("bench", suite, "--tag", "x").err
    assert "cannot write" in cli("bench", suite, "--answers", suite / "suite.yaml").err


def test_parts_and_samples_choose_the_same_cases_every_time(cli, suite):
    def ids(*options):
        return [case["id"] for case in cli("bench", suite, "--json", "--show", "all", *options).document["cases"]]

    assert sorted(ids("--part", "open") + ids("--part", "closed")) == sorted(ids())
    assert ids("--sample", 2) == ids("--sample", 2)
    assert len(ids("--sample", 2)) == 2
    assert ids("--only", "asked,daily") == ["asked", "daily"]
    assert ids("--tag", "unsafe") == ["refused"]


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("moment", ["a process starts", "all are at work"])
def test_ctrl_c_stops_it_at_once(start, questions, moment):
    lines = (questions / "cases.jsonl").read_text().splitlines()
    many = [line.replace('"id": "q', f'"id": "{number}q') for number in range(3000) for line in lines]
    (questions / "cases.jsonl").write_text("\n".join(many))
    running = start("bench", questions, "--jobs", 2, start_new_session=True)
    until(lambda: any("spawn_main" in command for command in family(running.pid).values()), timeout_s=20, every_s=0)
    if moment == "all are at work":
        time.sleep(2)

    os.killpg(running.pid, signal.SIGINT)  # as a terminal does: all of its processes hear it
    out, err = running.communicate(timeout=20)

    assert running.returncode == 130
    assert "stopped" in err
    assert "Traceback" not in out + err
