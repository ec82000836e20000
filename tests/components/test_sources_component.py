"""The Sources component in a Dagster project that `dg` knows."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = """\
[project]
name = "shop"
version = "0"
[tool.dg]
directory_type = "project"
[tool.dg.project]
root_module = "shop"
registry_modules = ["datamorph.components"]
"""
DEFINITIONS = """\
from pathlib import Path
from dagster import definitions, load_from_defs_folder

@definitions
def defs():
    return load_from_defs_folder(path_within_project=Path(__file__).parent)
"""


@pytest.fixture
def dg(tmp_path):
    """Call `dg` in a project of its own."""
    (tmp_path / "shop" / "defs").mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    (tmp_path / "shop" / "__init__.py").touch()
    (tmp_path / "shop" / "definitions.py").write_text(DEFINITIONS)
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}", "DATAMORPH_HOME": str(tmp_path)}

    def call(*arguments):
        command = [Path(sys.executable).with_name("dg"), *arguments]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return call


@pytest.mark.long
def test_it_is_scaffolded_checked_and_listed(dg, tmp_path):
    dg("scaffold", "defs", "datamorph.components.Sources", "shop_sources")

    assert "validated successfully" in dg("check", "yaml")
    listed = dg("list", "defs", "--json")

    assert "raw/shop/orders" in listed
    assert "raw_shop_orders_files" in listed
    assert (tmp_path / "shop" / "defs" / "shop_sources" / "sources.yaml").exists()
