"""The name of the rows that a result is about, where the prompt says no more than ``name``."""

from __future__ import annotations

from datamorph.core.table import TableRef
from datamorph.planning.offline.build.find import look_up
from datamorph.planning.offline.build.names import label_of
from datamorph.planning.offline.build.terms import ColumnLeaf
from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.draft import Output

_NAMES = frozenset({"name", "names"})


def name_of_rows(work: Work, output: Output) -> tuple[str, str] | None:
    """``name`` beside groups of one table: the column that names its rows, as it is shown and in the frame."""
    entities = [group.entity for group in work.groups if group.entity is not None]
    if output.noun.text.lower() not in _NAMES or len(entities) != 1 or len(work.groups) != 1:
        return None
    label = label_of(entities[0], work.scope) or _only_name(work, entities[0])
    if label is None:
        return None
    spot = ColumnLeaf(entities[0], label)
    if spot not in work.frames.where:
        look_up(work, entities[0])
    return output.name or label, work.frames.name_of(spot)


def _only_name(work: Work, table: TableRef) -> str | None:
    words = work.scope.names.column_words
    found = [column for column in work.scope.tables[table].schema.names if words[table, column][-1:] == ("name",)]
    return found[0] if len(found) == 1 else None
