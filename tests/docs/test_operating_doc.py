"""docs/operating.md: its settings, keys and examples are those of the product."""

from __future__ import annotations

import re
import tomllib

import yaml
from docs_words import DOCS
from typer.main import get_command

from datamorph.assets.prompt import PromptConfig
from datamorph.cli.app import app
from datamorph.components import PromptPipeline
from datamorph.settings import load_settings

TEXT = (DOCS / "operating.md").read_text()
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", TEXT, re.DOTALL)


def test_the_launchpads_keys_are_all_told():
    table = TEXT.split("| key | meaning |")[1].split("\n\n")[0]
    told = re.findall(r"`(\w+)`", "\n".join(line.split("|")[1] for line in table.splitlines() if line.count("|") > 2))

    assert sorted(told) == sorted(PromptConfig.model_fields)


def test_the_examples_are_read_by_what_they_are_for(tmp_path):
    first, component = (yaml.safe_load(text) for kind, text in BLOCKS if kind == "yaml")
    automation, alerts = (text for kind, text in BLOCKS if kind == "toml")

    assert PromptConfig(**first).target == "curated.shop.orders_per_status"
    assert PromptPipeline(**component["attributes"]).build_defs().resolve_job_def("counted")
    for text in (automation, alerts):
        (tmp_path / "datamorph.toml").write_text(text)
        read = load_settings(tmp_path).model_dump()
        assert {name: read[name] for name in tomllib.loads(text)} == {
            name: tuple(value) if isinstance(value, list) else value for name, value in tomllib.loads(text).items()
        }


def test_the_commands_have_these_options():
    commands = get_command(app).commands
    for line in "\n".join(text for kind, text in BLOCKS if kind == "bash").splitlines():
        if line.startswith("datamorph "):
            known = {name for parameter in commands[line.split()[1]].params for name in parameter.opts}
            assert {word for word in line.split() if word.startswith("--")} <= known


def test_the_defaults_are_those_of_the_settings(tmp_path):
    settings = load_settings(tmp_path)

    assert (settings.engine_runs, settings.backfill_runs, str(settings.inbox)) == (2, "each", "inbox")
    assert (settings.run_on_updates, settings.alert_quiet_minutes) == ((), 60)
