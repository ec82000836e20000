"""The column that things are compared by where only an adjective says so: ``the 3 longest films``."""

from __future__ import annotations

from datamorph.core.datatype import is_number
from datamorph.core.table import TableRef
from datamorph.planning.offline.build.terms import ColumnLeaf
from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.dialog import Refused
from datamorph.planning.offline.lexicon.names import KEY_WORDS
from datamorph.planning.offline.lexicon.qualities import QUALITIES


def column_of_quality(work: Work, quality: str) -> str:
    """The number that the adjective is about, as a column of the current frame; asked for where several fit."""
    _, wanted = QUALITIES[quality]
    words = work.scope.names.column_words
    numbers = [spot for spot in work.frames.where if _is_measured(work, spot)]
    fitting = [spot for spot in numbers if set(words[spot.table, spot.column]) & set(wanted)]
    own = [spot for spot in fitting if spot.table == work.root] or fitting
    if len(own) == 1:
        work.dialog.assume(f"{quality} is by {own[0].column}")
        return work.frames.where[own[0]]
    choices = [work.frames.where[spot] for spot in own or [spot for spot in numbers if spot.table == work.root]]
    if not choices:
        raise Refused("impossible", f"{quality!r} by which column is not said", hint="add 'by' and a column")
    return work.dialog.choose(
        f"quality_{quality}", f"{quality.capitalize()} by which column?", [(c, f"by {c}") for c in choices]
    )


def _is_measured(work: Work, spot: ColumnLeaf) -> bool:
    column = work.scope.tables[spot.table].schema.get(spot.column)
    words = work.scope.names.column_words[spot.table, spot.column]
    is_key = spot.column in _keys(work, spot.table) or bool(set(words) & (KEY_WORDS | {"year"}))
    return column is not None and is_number(column.type) and not is_key


def _keys(work: Work, table: TableRef) -> tuple[str, ...]:
    return work.scope.relations.key(table)
