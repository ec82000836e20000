"""docs/cli.md and the commands say the same."""

from __future__ import annotations

import re
from pathlib import Path

from typer.main import get_command

from datamorph.cli.app import app
from datamorph.errors import DataMorphError

TEXT = (Path(__file__).parents[2] / "docs" / "cli.md").read_text()


def commands():
    return get_command(app).commands  # type: ignore[attr-defined]


def options(command):
    return {name for parameter in command.params for name in parameter.opts if name.startswith("--")}


def kinds(error):
    return [error, *(kind for child in error.__subclasses__() for kind in kinds(child))]


def test_every_command_has_a_section_with_an_example():
    sections = dict(re.findall(r"^### ([\w-]+)\n(.*?)(?=^##|\Z)", TEXT, re.MULTILINE | re.DOTALL))

    assert list(sections) == list(commands())
    for name, text in sections.items():
        assert f"datamorph {name}" in text


def test_every_option_is_mentioned():
    for name, command in commands().items():
        missing = [option for option in options(command) - {"--help"} if option not in TEXT]
        assert not missing, f"{name}: {missing}"


def test_only_options_that_exist_are_mentioned():
    known = {option for command in [get_command(app), *commands().values()] for option in options(command)}

    assert set(re.findall(r"(--[a-z][a-z-]+)", TEXT)) <= known | {"--help", "--install-completion"}


def test_every_exit_code_is_in_the_table():
    listed = {int(code) for code in re.findall(r"^\| (\d+) \|", TEXT, re.MULTILINE)}

    assert listed == {0, *(kind.exit_code for kind in kinds(DataMorphError))}
