"""docs/sources.md tells the truth: its file, its commands, its fields.

docs/sources.schema.json is made from the models: write it anew with DATAMORPH_WRITE_DOCS=1.
"""

from __future__ import annotations

import json
import os
import re
import shlex

import pytest
from docs_words import DOCS
from jsonschema import Draft202012Validator

from datamorph.cli.edge import run_command
from datamorph.core.document import read_document
from datamorph.core.source_spec import Dlt, Files, Http, Postgres, SourceSpec
from datamorph.core.sources_file import read_sources, sources_schema

TEXT = (DOCS / "sources.md").read_text()
PAGE = DOCS / "sources.schema.json"
VALIDATOR = Draft202012Validator(sources_schema())


def block(language):
    found = re.findall(r"^```(\w*)\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)
    return next(text for name, text in found if name == language)


def errors(text):
    return [error.message for error in VALIDATOR.iter_errors(read_document(text, origin="an example"))]


def test_the_schema_says_what_the_models_say():
    text = json.dumps(sources_schema(), indent=1, ensure_ascii=False) + "\n"
    if os.environ.get("DATAMORPH_WRITE_DOCS"):
        PAGE.write_text(text)

    assert PAGE.read_text() == text


def test_the_file_of_the_page_is_right():
    found = read_sources(block("yaml"))

    assert found.problems == ()
    assert len(found.sources) == 6
    assert errors(block("yaml")) == []


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("sources:\n  raw.a.b:\n    file: x", 3, "raw.a.b.file: there is no such field (did you mean files?)"),
        ("sources:\n  raw.a.b: {}", 2, "raw.a.b: a source has one of files, postgres, http, dlt, this has none"),
        ("sources:\n  curated.a.b: {files: x}", 2, "'curated.a.b' is not one"),
        ("sources:\n  raw.a.b:\n    files: {path: x, changed: keep}", 3, "raw.a.b.files.changed: Input should be"),
        ("sources:\n  raw.a.b:\n    files: {path: x, types: {n: money}}", 3, "a type is one of"),
        ("sources:\n  raw.a.b:\n    files: x\n    key: 7", 4, "raw.a.b.key"),
        ("sources:\n- raw.a.b", 1, "write raw.DOMAIN.NAME"),
        ("tables: {}", 1, "there is no field 'tables'"),
        ("sources:\n  raw.a.b: [", 1, "not readable YAML"),
        ("sources:\n  raw.a.b: {http: {url: 'ftp://x'}}", 2, "begins with http:// or https://"),
    ],
)
def test_mistakes_are_told_with_their_line(text, line, told):
    (problem,) = read_sources(text).problems

    assert problem.line == line
    assert told in str(problem)
    assert problem.hint
    assert "YAML" in told or "ftp" in text or "money" in text or errors(text) != [] or "{}" in text


def test_a_queue_serves_one_source():
    files = "{files: {path: s3://b/x/, events: 'https://sqs.eu.amazonaws.com/1/q'}}"

    found = read_sources(f"sources:\n  raw.a.b: {files}\n  raw.a.c: {files}\n")

    assert [str(ref) for ref in found.sources] == ["raw.a.b"]
    (problem,) = found.problems
    assert (problem.line, problem.where) == (3, "raw.a.c.files.events")
    assert "raw.a.b" in problem.message


def test_a_wrong_source_does_not_hide_the_others():
    found = read_sources("sources:\n  raw.a.b: {files: x}\n  raw.a.c: {fils: y}\n")

    assert [str(ref) for ref in found.sources] == ["raw.a.b"]
    assert list(found.broken) == ["raw.a.c"]


@pytest.mark.parametrize("model", [SourceSpec, Files, Postgres, Http, Dlt])
def test_every_field_is_in_a_table(model):
    rows = "".join(re.findall(r"^\| (`\w+`(?:, `\w+`)*) \|", TEXT, re.MULTILINE))

    assert set(re.findall(r"`(\w+)`", rows)) >= set(model.model_fields)


def test_the_commands_run(tmp_path, capsys):
    (tmp_path / "data" / "orders").mkdir(parents=True)
    (tmp_path / "data" / "orders" / "1.csv").write_text("order_id,amount\n1,2.5\n")
    (tmp_path / "events").mkdir()
    (tmp_path / "events" / "a.jsonl").write_text('{"id": 1}\n{"id": \n')
    (tmp_path / "sources.yaml").write_text(
        "sources: {raw.shop.orders: {files: data/orders/*.csv}, raw.web.events: {files: events/}}"
    )

    for command in block("").splitlines():
        assert run_command(["--home", str(tmp_path), *shlex.split(command)[1:]]) == 0, capsys.readouterr()
    shown = capsys.readouterr().out
    assert "events/a.jsonl" in shown
    assert run_command(["--home", str(tmp_path), "sources", "--json"]) == 0
    assert [state["state"] for state in json.loads(capsys.readouterr().out)["sources"]] == ["loaded", "loaded"]
    (tmp_path / "events" / "b.jsonl").write_text("no json\n")
    assert run_command(["--home", str(tmp_path), "load"]) == 8
    assert "events/b.jsonl" in capsys.readouterr().err
