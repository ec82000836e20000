"""What is planned rather than done: ``was due to leave in March`` is about the scheduled date."""

from __future__ import annotations

from datamorph.planning.offline.draft import Draft
from datamorph.planning.offline.grammar.places import ROLES
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.grammar.states import named_tables
from datamorph.planning.offline.model import Noun
from datamorph.planning.offline.names import Link

_DUE = frozenset({"due", "scheduled", "planned", "supposed", "expected", "meant"})
_PLANNED = frozenset({"due", "scheduled", "planned", "expected", "promised", "estimated"})


def read_dues(reader: Reader, draft: Draft) -> None:
    """Close ``was due to`` where a table that is named has one date that says so: that is the date meant."""
    for place in range(len(reader.tokens) - 1):
        reader.position = place
        if reader.lower() not in _DUE or reader.lower(1) != "to" or reader.lower(2) in ("the", "a"):
            continue
        tables = named_tables(reader)
        links = tuple(
            Link(table, column, 1.0)
            for (table, column), words in sorted(reader.names.column_words.items())
            if table in tables and column in reader.names.dates[table] and _PLANNED & set(words)
        )
        if len(links) == 1:
            draft.dates.append(Noun(reader.tokens[place].text, (), links, place))
            is_bare = reader.lower(2) in ROLES and reader.lower(3) in (
                "",
                "in",
                "on",
                "before",
                "after",
                "between",
                ".",
            )
            reader.close(place, place + 2 + is_bare, f"by {links[0].column}")
