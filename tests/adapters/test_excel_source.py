"""Sheets of Excel are staged with the types of their cells."""

from __future__ import annotations

import datetime as dt

import pyarrow.parquet as pq
import pytest
import xlsxwriter
from staged_files import opened, rows, stage_file, types

from datamorph.core.load_record import LoadRecord
from datamorph.core.source_spec import Files
from datamorph.errors import SourceError


def book(path, sheets):
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as workbook:
        for name, rows_ in sheets.items():
            sheet = workbook.add_worksheet(name)
            for number, row in enumerate(rows_):
                sheet.write_row(number, 0, row)


def test_a_book_of_excel_has_the_types_of_its_cells(tmp_path):
    header = ["id", "code", "price", "day", "ok", "mixed", "empty"]
    first = [1, "007", 1.5, dt.date(2024, 2, 29), True, 1, None]
    second = [2, "12", 2, None, False, "x", None]
    book(tmp_path / "a.xlsx", {"Orders": [header, first, second], "Other": [["n"], [7]]})

    staged = stage_file(tmp_path / "a.xlsx", tmp_path / "staged")

    assert types(staged) == {
        "id": "bigint", "code": "string", "price": "double", "day": "date", "ok": "boolean", "mixed": "string",
        "empty": "string",
    }  # fmt: skip
    assert [tuple(row.values()) for row in rows(staged)] == [
        (1, "007", 1.5, dt.date(2024, 2, 29), True, "1", None), (2, "12", 2.0, None, False, "x", None)
    ]  # fmt: skip


def test_a_sheet_is_chosen_by_its_name_or_the_names_are_told(tmp_path):
    book(tmp_path / "a.xlsx", {"Orders": [["n"], [1]], "Other": [["n"], [7]]})

    def found(sheet):
        source = opened(Files(path="a.xlsx", sheet=sheet), tmp_path)
        (piece,) = source.pending(LoadRecord()).pieces
        schema = source.discover(piece, str(tmp_path / "work"), lambda what, facts: None).schema
        staged = source.stage(piece, schema, str(tmp_path / "out.parquet"), lambda what, facts: None)
        return pq.read_table(staged.file).to_pylist()

    assert found("Other") == [{"n": 7}]
    with pytest.raises(SourceError, match="no sheet 'Others'") as caught:
        found("Others")
    assert "Orders, Other" in caught.value.fix
