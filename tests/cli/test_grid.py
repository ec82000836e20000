"""Rows as a table that fits the width."""

from __future__ import annotations

from io import StringIO

from rich.console import Console

from datamorph.cli.grid import Grid


def drawn(grid, *, width):
    console = Console(file=StringIO(), width=width, markup=False)
    console.print(grid)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


def test_numbers_stand_right_and_text_left():
    assert drawn(Grid([("city", ["Oslo", "Graz"]), ("people", [709037, 291134])]), width=40) == [
        "city   people",
        "─────────────",
        "Oslo  709,037",
        "Graz  291,134",
    ]


def test_long_text_is_cut_with_a_mark_and_numbers_never():
    lines = drawn(Grid([("id", [123456789]), ("note", ["a very long note about nothing at all"])]), width=30)

    assert lines[-1] == "123456789  a very long note a…"


def test_columns_without_room_are_counted_and_named():
    lines = drawn(Grid([(f"column_{n}", [n * 1000]) for n in range(9)]), width=40)

    assert lines[0] == "column_0  column_1  column_2  …"
    assert " ".join(lines[3:]) == ("… 6 more columns: column_3, column_4, column_5, column_6, column_7, column_8")


def test_ids_are_shown_whole_or_not_at_all():
    grid = Grid.of_rows([{"name": "x" * 40, "run": "20260131-060000-1a2b3c"}], whole=("run",))

    assert "20260131-060000-1a2b3c" in drawn(grid, width=40)[2]
    assert "1 more column: run" in drawn(grid, width=30)[-1]


def test_the_number_of_all_rows_is_told():
    assert drawn(Grid([("n", [1, 2])], total=1500), width=40)[-1] == "… 2 of 1,500 rows"
    assert drawn(Grid([("n", [])], total=0), width=40)[-1] == "… no rows"


def test_wide_characters_keep_the_columns_straight():
    lines = drawn(Grid([("name", ["漢字", "ab"]), ("n", [1, 2])]), width=40)

    assert lines[2:] == ["漢字  1", "ab    2"]


def test_markup_in_cells_and_names_is_only_text():
    lines = drawn(Grid([("[red]c", ["[bold]x[/bold]"])]), width=40)

    assert [lines[0], lines[2]] == ["[red]c", "[bold]x[/bold]"]


def test_nothing_is_wider_than_the_screen():
    columns = [("text", ["x" * 200]), *((f"n{i}", [10**12 + i]) for i in range(12))]

    for width in (20, 33, 80, 120):
        assert max(map(len, drawn(Grid(columns), width=width))) <= width
