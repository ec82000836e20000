"""Rows as files: CSV, Parquet, Excel."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from datamorph.documents import plain, values
from datamorph.errors import QueryError

if TYPE_CHECKING:
    import pyarrow as pa

EXCEL_ROWS = 1_048_575
EXCEL_TEXT = 32_767
_RISKY = ("=", "+", "-", "@", "\t", "\r")


def export(table: pa.Table, kind: str) -> tuple[bytes, str]:
    """The file and its media type.

    Raises:
        QueryError: more rows than a sheet has.
    """
    write, media = _WRITERS[kind]
    return write(table), media


def _parquet(table: pa.Table) -> bytes:
    import pyarrow.parquet as pq  # noqa: PLC0415 (only here)

    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd")
    return sink.getvalue()


def _csv(table: pa.Table) -> bytes:
    """UTF-8; a text that a spreadsheet would take for a formula begins with an apostrophe."""
    import csv  # noqa: PLC0415 (only here)

    sink = io.StringIO(newline="")
    writer = csv.writer(sink)
    writer.writerow([_unformula(name) for name in table.column_names])
    for row in zip(*(values(column) for column in table.columns), strict=True):
        writer.writerow(["" if value is None else _unformula(plain(value)) for value in row])
    return sink.getvalue().encode()


def _unformula(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_RISKY) and not _is_number(value) else value


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _xlsx(table: pa.Table) -> bytes:
    import xlsxwriter  # noqa: PLC0415 (only here)

    if table.num_rows > EXCEL_ROWS:
        raise QueryError(
            f"{table.num_rows:,} rows do not fit into one sheet", fix="export CSV or Parquet, or add LIMIT"
        )
    sink = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "remove_timezone": True,
               "nan_inf_to_errors": True}  # fmt: skip
    book = xlsxwriter.Workbook(sink, options)
    sheet = book.add_worksheet("rows")
    head, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    sheet.write_row(0, 0, table.column_names, head)
    sheet.freeze_panes(1, 0)
    for x, column in enumerate(table.columns):
        for y, value in enumerate(values(column), 1):
            if isinstance(value, date):
                sheet.write_datetime(
                    y,
                    x,
                    value,  # type: ignore[arg-type]
                    moment if isinstance(value, datetime) else day,
                )
            elif value is not None:
                sheet.write(y, x, _excel(value))
    book.close()
    return sink.getvalue()


def _excel(value: Any) -> Any:
    if isinstance(value, bool | int | float):
        return value if not isinstance(value, int) or abs(value) < 2**53 else str(value)
    if isinstance(value, Decimal):
        return float(value)
    return str(plain(value))[:EXCEL_TEXT]


_WRITERS: Mapping[str, tuple[Callable[[Any], bytes], str]] = {
    "csv": (_csv, "text/csv; charset=utf-8"),
    "parquet": (_parquet, "application/vnd.apache.parquet"),
    "xlsx": (_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
