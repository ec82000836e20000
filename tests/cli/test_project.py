"""init, doctor and demo."""

from __future__ import annotations

import tomllib

import pytest
from engine_cases import needs_java

from datamorph.core.sources_file import read_sources
from datamorph.settings import Settings, load_settings


def test_a_new_project_has_settings_pipelines_and_gitignore(cli, home):
    outcome = cli("init")

    text = (home / "datamorph.toml").read_text()
    assert outcome.code == 0
    assert (home / "pipelines").is_dir()
    assert (home / ".gitignore").read_text() == ".datamorph/\n"
    assert all(f"# {name} = " in text for name in Settings.model_fields if name != "home")
    assert load_settings(home).engine == "sail"


def test_the_defaults_in_the_settings_file_are_the_defaults(cli, home):
    cli("init")

    lines = [line for line in (home / "datamorph.toml").read_text().splitlines() if " = " in line]
    values = tomllib.loads("\n".join(line.removeprefix("# ") for line in lines if "(not set)" not in line))
    assert load_settings(home, **values) == load_settings(home)


def test_the_sources_file_names_none_and_shows_some(cli, home):
    cli("init")
    text = (home / "sources.yaml").read_text()
    head, entries = text.split("sources:\n")

    shown = read_sources(f"sources:\n{entries.replace('#', ' ')}")

    assert read_sources(text).sources == {} == read_sources(text).broken
    assert not shown.problems
    assert [spec.kind for spec in shown.sources.values()] == ["files", "postgres", "http"]
    assert head.startswith("# Where raw tables come from.")


def test_what_is_there_already_stays(cli, home):
    home.mkdir()
    (home / ".gitignore").write_text("*.log\n")
    (home / "datamorph.toml").write_text("query_rows = 5\n")

    first, again = cli("init", "--json"), cli("init", "--json")

    assert first.document["files"] == {
        "datamorph.toml": "kept", "sources.yaml": "made", "pipelines/": "made", "dbt_like_sql/": "made",
        ".gitignore": "extended",
    }  # fmt: skip
    assert set(again.document["files"].values()) == {"kept"}
    assert (home / ".gitignore").read_text() == "*.log\n.datamorph/\n"


def test_a_project_in_a_folder_of_its_own(cli, tmp_path):
    outcome = cli("init", tmp_path / "a b")

    assert (tmp_path / "a b" / "datamorph.toml").exists()
    assert f'--home "{tmp_path}/a b"' in outcome.out


def test_the_doctor_starts_the_engine_and_finds_nothing_wrong(cli):
    outcome = cli("doctor", "--json")

    assert outcome.code == 0, outcome
    assert outcome.document["healthy"]
    assert "ran a transform" in outcome.document["findings"][-1]["detail"]


def test_the_doctor_names_what_is_wrong_and_its_fix(cli, home):
    (home / "pipelines" / "broken").mkdir(parents=True)
    (home / "pipelines" / "broken" / "spec.yaml").write_text("steps: [")
    (home / "code").write_text("open sesame")
    (home / "datamorph.toml").write_text('access_code = "file:code"\nwebhook_key = "env:NO_SUCH_KEY"\n')

    outcome = cli("doctor")

    assert outcome.code == 1
    assert "✗ pipelines" in outcome.out
    assert "✗ secrets   1 of 2 cannot be read: the environment has no NO_SUCH_KEY" in outcome.out
    assert "open sesame" not in outcome.out
    assert "fix: " in outcome.out


@needs_java
@pytest.mark.long
def test_the_doctor_runs_classic_spark_where_that_is_set(cli, home):
    home.mkdir()
    (home / "datamorph.toml").write_text('engine = "jvm"\nengine_memory_gb = 1\n')

    outcome = cli("doctor", "--json")

    assert outcome.code == 0, outcome
    assert "jvm ran a transform" in outcome.document["findings"][-1]["detail"]


def test_the_doctor_asks_for_java_only_where_the_engine_needs_it(cli, home, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)

    without = cli("doctor")
    monkeypatch.setenv("DATAMORPH_ENGINE", "jvm")
    needed = cli("doctor")

    assert (without.code, needed.code) == (0, 1)
    assert "✓ java      none, and only engine jvm needs it" in without.out
    assert "✗ java      engine 'jvm' needs Java 17 or newer" in needed.out


@pytest.mark.long
def test_the_demo_publishes_three_tables_and_a_second_time_nothing(cli):
    first = cli("demo", "--json")
    again = cli("demo")

    document = first.document
    assert first.code == 0, first
    assert [load["rows"] for load in document["loads"]] == [336776, 16, 1458, 3322, 26115]
    assert [run["result"]["table"] for run in document["runs"]][:2] == [
        "curated.ops.delays_by_airline", "curated.ops.cancellations",
    ]  # fmt: skip
    assert all(check["passed"] for run in document["runs"] for check in run["result"]["checks"])
    assert again.code == 0
    assert again.out.count("= Unchanged") == 3
    assert again.out.count("unchanged") == 5
    assert "ExpressJet Airlines Inc." in again.out
    assert "datamorph" in again.out.splitlines()[-1]
