"""docs/checks.md is made from the expectations themselves: write it anew with DATAMORPH_WRITE_DOCS=1."""

from __future__ import annotations

import os

import pytest
from docs_words import DOCS, LAKE, TABLES

from datamorph.core.checks import Check
from datamorph.core.expectations import EXPECTATIONS, FAMILIES, Expectation
from datamorph.core.spec import read_document, write_document

PAGE = DOCS / "checks.md"
HEAD = """\
# Checks

Every check, made from the code. Names, arguments and meaning are Great Expectations' unless marked *own*; the
examples fit `orders` of [steps.md](steps.md). How they run, block or set rows apart: [quality.md](quality.md).

- All checks of a run are **one SELECT that scans the staged rows once**. *columns*: no scan is needed. *one more scan*:
  of the other table, at the snapshot that it has then. *library*: runs in Great Expectations
  (`pip install 'datamorph[quality]'`).
- **Missing values** (NULL, and NaN in floating point) are ignored by checks of values. `mostly` is the least share of
  the others that must fit. `ignore_row_if` says which rows checks of several columns leave out.
- `row_condition` (Spark SQL, Great Expectations' `condition_parser: spark`) makes any check that scans look at some
  rows only.
- *rows*: the check may have `on_fail: quarantine`.
- Where values stand twice, one more scan counts all rows of such keys, as Great Expectations does.
"""
PATHS = {"scan": "", "schema": "columns", "table": "one more scan", "great_expectations": "library"}


def marks(expectation: Expectation) -> str:
    found = ["own" if expectation.is_own else "", PATHS[expectation.path], "rows" if expectation.blames_rows else ""]
    return ", ".join(f"*{mark}*" for mark in found if mark)


def line(expectation: Expectation) -> str:
    example = write_document(dict(expectation.example)).strip()
    shown = example if example.startswith("{") else "{" + ", ".join(example.splitlines()) + "}"
    arguments = ", ".join([*expectation.required, *(f"[{name}]" for name in expectation.optional)])
    cells = [f"`{expectation.type}`", expectation.summary, arguments, f"`{shown}`", marks(expectation)]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def test_the_page_says_what_the_expectations_say():
    head = "| check | what holds | arguments, [optional] | example | |\n|---|---|---|---|---|\n"
    sections = [
        f"## {title}\n\n{head}" + "\n".join(map(line, family.EXPECTATIONS)) + "\n" for title, family in FAMILIES.items()
    ]
    page = "\n".join([HEAD, *sections])
    if os.environ.get("DATAMORPH_WRITE_DOCS"):
        PAGE.write_text(page)

    assert PAGE.read_text() == page


@pytest.mark.parametrize("expectation", EXPECTATIONS.values(), ids=EXPECTATIONS)
def test_an_example_fits(expectation):
    written = write_document({expectation.type: dict(expectation.example)})
    example = read_document(written, origin="the example")

    assert Check.model_validate(example).problems(TABLES["orders"], LAKE) == []
