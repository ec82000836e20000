"""Two tables under each other, each row with where it is from if that is asked for."""

from __future__ import annotations

from dataclasses import dataclass

from datamorph.planning.offline.names import Link
from datamorph.planning.offline.pieces.frames import Shown, read_frame
from datamorph.planning.offline.pieces.line import Found, Line, phrases

_STACKED = phrases("""
    (stack|stacked|stacking|concatenate|concatenated|concat|append|appended|union all|union all of)
    (under each other|below each other|on top of each other|one below the other|one under the other|one after the other)
    (underneath|below|beneath|under) [those of|the rows of] {t:TO}
    into (one|a single) (list|table)
    (one|a single) (list|table) (of|with) (all|all rows of|all the rows of|the rows of) {t:TO}
    all rows of {t:TO} (followed by|and then|then|plus|and) all rows of {o:TO}
    in (one|a single) (list|table) , stacked
""")
_PARTS = {
    "new": "[a|an|the] [new|extra|additional|constant] column [{w:w}]",
    "tells": "(that tells|telling|saying|that says|which says|showing|that shows)",
    "row": "(each row|the row|a row|it|every row)",
    "from": "(is from|comes from|came from|is)",
    "holds": "(that says|saying|with|telling|that is|which is|that reads|containing|holding|=)",
}
_NAMED = phrases(
    """
    <new> <tells> which table <row> <from>
    which table <row> <from>
    <new> (with|holding|containing) the name of the [source] table
    <new> (with|holding|containing) the [source] table [name]
    [the] table name as [a|an] [new|extra|additional] column
    <new> <tells> where <row> <from>
    [a|an|the] source column
    (tag|label|mark) (each row|every row|the rows|all rows) with (its|the|their) [source] table [name]
    keep track of the source table in a column
    """,
    **_PARTS,
)
_LABELLED = phrases(
    """
    <new> <holds> {a:Q} (or|/|and|from|resp.|respectively) {b:Q}
    <new> [:] [that is|which is|with|that says|=] {a:Q} for {t:TO} (and|,) {b:Q} for {o:TO}
    (label|mark|tag|flag) (the rows|each row|every row|all rows|rows) [as|with] {a:Q} (or|and|/) {b:Q}
    """,
    **_PARTS,
)
_NAMES = ("source", "source_table", "source_column", "source_of_row")
_TALK = frozenset("combine combined merge merged rows stacked then followed bring join way table".split())


@dataclass(frozen=True)
class Tag:
    """A column that tells where a row is from: its name, and what it says of each table."""

    name: str
    texts: tuple[str, str]


@dataclass(frozen=True)
class Stacked:
    """Rows of two tables, one below the other."""

    shown: Shown
    tag: Tag | None


def read_stacked(line: Line) -> Stacked | None:
    """The request, if every piece of the prompt has its place in it."""
    tags = [*line.take(_LABELLED, "G", lambda one: _labelled(line, one)),
            *line.take(_NAMED, "G", lambda one: _named(line, one))]  # fmt: skip
    if len(set(tags)) > 1 or line.other is None or not any(one.sign == "O" for one in line.signs):
        return None
    if not line.take(_STACKED, "T", lambda _: True):
        return None
    shown = read_frame(line, ("G",) if tags else (), _TALK | {"O"})
    tag = tags[0] if tags else None
    return Stacked(shown, tag) if shown is not None and _fits(line, shown) else None


def _fits(line: Line, shown: Shown) -> bool:
    """True where both tables have the columns that are shown."""
    schemas = [line.brief.said.tables[table].schema for table in (line.fact, line.other) if table is not None]
    if shown.is_whole:
        return schemas[0].names == schemas[1].names
    columns = [one for one in shown.entries if isinstance(one, Link)]
    return all(one.table == line.fact and one.column in schemas[1].names for one in columns)


def _named(line: Line, one: Found) -> Tag | None:
    other = line.other.name if line.other is not None else ""
    return Tag(one.text("w").strip() or _name(line), (line.fact.name, other))


def _labelled(line: Line, one: Found) -> Tag | None:
    """Which text is for which table: as it is said, or because the tables are called so."""
    first, second, table = one.sign("a"), one.sign("b"), one.sign("t")
    if first is None or second is None:
        return None
    texts = str(first.value), str(second.value)
    if table is not None:
        texts = texts if table.sign == "T" else (texts[1], texts[0])
    else:
        fits = [way for way in (texts, texts[::-1]) if _is_called(line, way)]
        if len(fits) != 1:
            return None
        texts = fits[0][0], fits[0][1]
    return Tag(one.text("w").strip() or _name(line), texts)


def _name(line: Line) -> str:
    """What the column is called where the prompt has no name for it: by a word of the prompt, if there is one."""
    words = set(line.brief.words)
    return next((name for name in _NAMES if words & set(name.split("_"))), _NAMES[0])


def _is_called(line: Line, texts: tuple[str, ...]) -> bool:
    """``web`` of web_orders and ``shop`` of shop_orders."""
    words = line.brief.said.names.table_words
    tables = [table for table in (line.fact, line.other) if table is not None]
    return all(text.lower() in words[table] for text, table in zip(texts, tables, strict=True))
