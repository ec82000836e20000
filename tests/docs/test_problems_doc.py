"""docs/problems.md: every problem with its smallest example. DATAMORPH_WRITE_DOCS=1 writes what is said anew."""

from __future__ import annotations

import ast
import os
import re
from pathlib import Path

import pytest
from docs_words import DOCS, LAKE, spec_of

from datamorph.core.typecheck import CheckedSpec, typecheck

PAGE = DOCS / "problems.md"
SECTIONS = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", PAGE.read_text(), re.MULTILINE | re.DOTALL))


def problem_codes() -> set[str]:
    """Codes of every problem that the core can report, read from its source."""
    codes: set[str] = set()
    for path in (Path(__file__).parents[2] / "datamorph" / "core").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if name in ("add", "ExpressionError", "SelectError") and any(
                    keyword.arg == "hint" for keyword in node.keywords
                ):
                    codes.add(str(node.args[0].value))
    return codes


def blocks(section: str) -> tuple[str, str]:
    """The example and what is said about it."""
    ((example, said),) = re.findall(r"```yaml\n(.*?)```\n```text\n(.*?)```", section, re.DOTALL)
    return example, said


def problems_of(example: str):
    """The problems of an example, in which ``[abc]*3`` stands for ``abcabcabc``."""
    spelled = re.sub(r"\[([^\[\]]*)\]\*([0-9]+)", lambda match: match[1] * int(match[2]), example)
    outcome = typecheck(spec_of(spelled), LAKE)
    return () if isinstance(outcome, CheckedSpec) else outcome


def test_every_problem_has_a_section_and_every_section_a_problem():
    assert set(SECTIONS) == problem_codes()


def test_every_section_is_in_the_table_at_the_top():
    linked = re.findall(r"\[(\w+)\]\(#(\w+)\)", PAGE.read_text().split("\n## ")[0])

    assert [code for code, _ in linked] == list(SECTIONS)
    assert all(code == anchor for code, anchor in linked)


@pytest.mark.parametrize("code", SECTIONS)
def test_an_example_has_its_problem_and_no_other(code):
    assert {problem.code for problem in problems_of(blocks(SECTIONS[code])[0])} == {code}


@pytest.mark.parametrize("code", SECTIONS)
def test_a_section_says_what_the_problem_says(code):
    example, said = blocks(SECTIONS[code])
    found = "\n".join(map(str, problems_of(example))) + "\n"
    if os.environ.get("DATAMORPH_WRITE_DOCS"):
        PAGE.write_text(
            PAGE.read_text().replace(f"{example}```\n```text\n{said}```", f"{example}```\n```text\n{found}```")
        )
        said = found

    assert said == found


def test_a_section_says_what_to_do():
    assert [code for code, text in SECTIONS.items() if not text.rpartition("```")[2].strip()] == []
