"""docs/gallery.md: its specs check and run, its code is what they become. DATAMORPH_WRITE_DOCS=1 writes the code."""

from __future__ import annotations

import ast
import os
import re

import duckdb
import pytest
from docs_words import DOCS, TABLES

from datamorph.core.duckdb_cast import duckdb_type
from datamorph.core.pyspark import compile_pyspark
from datamorph.core.spec import parse_spec
from datamorph.core.sql import compile_sql
from datamorph.core.table import TableRef, TableSchema
from datamorph.core.typecheck import CheckedSpec, require_checked
from datamorph.platform.planning import format_python

PAGE = DOCS / "gallery.md"
HEAD, *SECTIONS = re.split(r"^(?=## )", PAGE.read_text(), flags=re.MULTILINE)
VISITS = TableSchema.of(**dict(re.findall(r"(\w+) (\w+)[,)]", HEAD.split("`visits`")[1].replace("\n", " "))))
SHOP = {**TABLES, "visits": VISITS}
LAKE = {TableRef.parse(f"raw.shop.{name}"): schema for name, schema in SHOP.items()}


def title(section: str) -> str:
    return section.splitlines()[0].removeprefix("## ")


def document(section: str) -> str:
    return re.findall(r"```yaml\n(.*?)```", section, re.DOTALL)[0]


def checked(section: str) -> CheckedSpec:
    return require_checked(parse_spec(document(section)), LAKE)


@pytest.mark.parametrize("section", SECTIONS, ids=title)
def test_a_spec_of_the_gallery_runs(section):
    found = checked(section)

    with duckdb.connect() as connection:
        for name in found.spec.sources:
            columns = ", ".join(f"{column.name} {duckdb_type(column.type)}" for column in SHOP[name])
            connection.execute(f"CREATE TABLE {name} ({columns})")
        names = tuple(column[0] for column in connection.execute(compile_sql(found)).description)

    assert names == found.schema.names


def test_the_code_is_what_the_specs_become():
    page = HEAD
    for section in SECTIONS:
        code = format_python(compile_pyspark(checked(section)))
        ast.parse(code)
        page += section.partition("\n```python")[0].rstrip() + f"\n\n```python\n{code}```\n\n"
    if os.environ.get("DATAMORPH_WRITE_DOCS"):
        PAGE.write_text(page.rstrip() + "\n")

    assert PAGE.read_text() == page.rstrip() + "\n"


def test_the_sentence_is_the_prompt():
    for section in SECTIONS:
        (sentence,) = re.findall(r"^> (.*)\.$", section, re.MULTILINE)
        assert parse_spec(document(section)).prompt == sentence


def test_the_gallery_grows_from_one_step_to_a_dozen():
    sizes = [len(parse_spec(document(section)).steps) for section in SECTIONS]

    assert (len(sizes), sizes[0], sizes[-1]) == (10, 1, 12)
