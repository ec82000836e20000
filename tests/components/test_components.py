"""Components in another Dagster project: checked, scaffolded and listed by dg, and run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from datamorph.components import PromptPipeline, SqlModels
from datamorph.errors import SettingsError, SpecError

ROOT = Path(__file__).parents[2]
PYPROJECT = """\
[project]
name = "shop"
version = "0.1.0"
[tool.dg]
directory_type = "project"
[tool.dg.project]
root_module = "shop"
registry_modules = ["datamorph.components"]
"""
DEFINITIONS = """\
from pathlib import Path
import dagster as dg

@dg.definitions
def defs():
    return dg.load_from_defs_folder(path_within_project=Path(__file__).parent)
"""
COUNTED = """\
type: datamorph.components.PromptPipeline
attributes:
  name: counted
  prompt: count orders per status
  target: curated.ops.counted
  schedule: 0 6 * * *
"""


@pytest.fixture
def project(tmp_path):
    """A Dagster project that knows nothing of ours but the components."""
    for name, text in {
        "pyproject.toml": PYPROJECT,
        "shop/__init__.py": "",
        "shop/definitions.py": DEFINITIONS,
        "shop/defs/__init__.py": "",
        "shop/defs/counted/defs.yaml": COUNTED,
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.long
def test_dg_checks_and_scaffolds_them(project):
    path = os.pathsep.join([str(ROOT), str(project)])
    environment = {**os.environ, "PYTHONPATH": path, "DATAMORPH_HOME": str(project / "home")}

    def run(*command):
        dg_command = [str(Path(sys.executable).with_name("dg")), *command]
        done = subprocess.run(
            dg_command, cwd=project, env=environment, capture_output=True, text=True, check=False, timeout=200
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run("scaffold", "defs", "datamorph.components.SqlModels", "models")
    assert "All definitions loaded successfully" in run("check", "defs")
    listed = run("list", "defs", "--json")
    assert "counted" in listed
    assert "counted_schedule" in listed


@pytest.mark.long
@pytest.mark.parametrize(
    ("command", "told"),
    [("check defs", "loaded successfully"), ("list components", "SqlModels"), ("list defs", "prompt_pipeline")],
)
def test_dg_finds_nothing_to_complain_about_in_this_project(tmp_path, command, told):
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = {**os.environ, "PYTHONPATH": path, "DATAMORPH_HOME": str(tmp_path), "COLUMNS": "300"}

    dg_command = [str(Path(sys.executable).with_name("dg")), *command.split()]
    done = subprocess.run(
        dg_command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=200
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert told in done.stdout


def test_a_prompt_in_a_file_is_a_job_that_publishes(platform, home):
    component = PromptPipeline(
        name="counted", prompt="count orders per status", target="curated.ops.counted", home=str(home),
        schedule="0 6 * * *", timezone="Europe/Vienna",
    )  # fmt: skip
    definitions = component.build_defs()

    with dg.DagsterInstance.ephemeral() as instance:
        result = definitions.resolve_job_def("counted").execute_in_process(instance=instance)

    (schedule,) = definitions.schedules
    assert result.success
    assert platform.read("curated.ops.counted").num_rows == 2
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 6 * * *", "Europe/Vienna")


@pytest.mark.parametrize(
    ("wrong", "error"), [({"target": "counted"}, SettingsError), ({"schedule": "daily"}, SpecError)]
)
def test_what_is_wrong_fails_at_load_time(wrong, error):
    with pytest.raises(error):
        PromptPipeline(name="counted", prompt="count orders per status", **wrong).build_defs()


def test_models_are_assets(platform, home):
    file = home / "dbt_like_sql" / "curated" / "shop" / "per_status.sql"
    file.parent.mkdir(parents=True)
    file.write_text("/* ---\ngrain: status\n--- */\nSELECT status, COUNT(*) AS n FROM raw.shop.orders GROUP BY status")

    keys = {spec.key.to_user_string() for spec in SqlModels(home=str(home)).build_defs().resolve_all_asset_specs()}

    assert "curated/shop/per_status" in keys
