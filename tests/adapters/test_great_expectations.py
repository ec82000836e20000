"""The library in a process of its own: answers in order, reports, and clear errors."""

from __future__ import annotations

import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from datamorph.adapters.quality.great_expectations import GreatExpectations
from datamorph.core.checks import Check
from datamorph.errors import CheckRunError

ROWS = pa.table({
    "n": pa.array([1, 2, None, 2**60], pa.int64()),
    "note": pa.array(["{}", "[1]", "{", None]),
    "price": pa.array([1, 2, 3, 4], pa.decimal128(10, 2)),
})  # fmt: skip


@pytest.fixture
def file(tmp_path):
    pq.write_table(ROWS, tmp_path / "rows.parquet")
    return str(tmp_path / "rows.parquet")


def check(kind, **kwargs):
    return Check(type=f"expect_{kind}", kwargs=kwargs)


CHECKS = [
    check("column_values_to_be_json_parseable", column="note"),
    check("column_values_to_be_increasing", column="n", strictly=True),
    check("column_value_z_scores_to_be_less_than", column="price", threshold=1, double_sided=True),
    check("column_most_common_value_to_be_in_set", column="price", value_set=[1, 2, 3, 4], ties_okay=True),
]


def test_checks_are_answered_in_their_order_and_reports_are_pages(file, tmp_path):
    pytest.importorskip("great_expectations")

    json, increasing, scores, common = GreatExpectations().run(CHECKS, [file], report_into=str(tmp_path / "docs"))

    assert (json["success"], json["unexpected_count"], json["unexpected_values"]) == (False, 1, ["{"])
    assert increasing["success"]
    assert (scores["success"], scores["unexpected_count"]) == (False, 2)
    assert common["success"]
    pages = [page.read_text() for page in (tmp_path / "docs").rglob("*.html")]
    assert any("JSON" in page or "json" in page for page in pages)


def test_arguments_that_the_library_refuses_are_told(file):
    pytest.importorskip("great_expectations")
    wrong = check("column_values_to_match_json_schema", column="note", json_schema=5)

    with pytest.raises(CheckRunError, match="Great Expectations") as error:
        GreatExpectations().run([wrong], [file])
    assert "argument" in error.value.fix


def test_without_the_library_the_command_that_installs_it_is_told(file, monkeypatch):
    monkeypatch.setitem(sys.modules, "great_expectations", None)

    with pytest.raises(CheckRunError, match="expect_column_values_to_be_json_parseable") as error:
        GreatExpectations().run(CHECKS[:1], [file])
    assert "pip install 'datamorph[quality]'" in error.value.fix
