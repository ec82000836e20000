"""Values as text that is safe to print."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from datamorph.cli.cells import cells, safe, safe_lines, seconds, text


def shown(name, *values):
    return [cell.plain for cell in cells(name, values)]


@pytest.mark.parametrize(
    ("hostile", "printed"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07after", "after"),
        ("\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x9b31mred", "\\x9b31mred"),
        ("\x1b", "\\x1b"),
        ("a\nb\tc\rd", "a\\nb\\tc\\rd"),
        ("\x07\x08\x00", "\\x07\\x08\\x00"),
        ("user\u202egpj.exe", "user\\u202egpj.exe"),
        ("\ud800", "\\ud800"),
        ("[bold]x[/bold]", "[bold]x[/bold]"),
        ("Zoë 漢字 👩\u200d🚀", "Zoë 漢字 👩\u200d🚀"),
    ],
)
def test_control_characters_never_reach_the_terminal(hostile, printed):
    assert safe(hostile) == printed


def test_lines_stay_lines():
    assert safe_lines("a\n\tb\x1b[0m") == "a\n    b"


def test_numbers_of_a_column_share_their_decimals():
    assert shown("delay", 19.955389827868213, 7.5, None) == ["19.9554", "7.5000", "null"]
    assert shown("price", 7.5, 12.25) == ["7.50", "12.25"]
    assert shown("share", 0.011305, 0.02) == ["0.011305", "0.020000"]


def test_small_and_huge_floats_keep_their_meaning():
    assert shown("p", 1.5, 3e-12, 1e300, float("nan"), float("inf")) == ["1.50", "3e-12", "1e+300", "nan", "inf"]


def test_thousands_are_grouped_where_they_help():
    assert shown("flights", 54173, 714) == ["54,173", "714"]
    assert shown("year", 2013) == ["2013"]
    assert shown("customer_id", 1000234) == ["1000234"]
    assert shown("amount", Decimal("1234567.80")) == ["1,234,567.80"]


def test_times_are_iso_and_utc():
    assert text(datetime(2024, 1, 5, 6, tzinfo=UTC)) == "2024-01-05T06:00:00Z"
    assert text(datetime(2024, 1, 5, 6, tzinfo=timezone(timedelta(hours=2)))) == "2024-01-05T04:00:00Z"
    assert text(datetime(2024, 1, 5, 6)) == "2024-01-05T06:00:00"
    assert text(date(2024, 1, 5)) == "2024-01-05"


def test_other_values():
    assert (text(True), text(b"\xde\xad"), text({"a": [1, "é"]})) == ("true", "0xdead", '{"a": [1, "é"]}')


def test_durations():
    assert (seconds(0.214), seconds(59.9), seconds(125.2)) == ("0.21 s", "59.90 s", "2 min 5 s")
