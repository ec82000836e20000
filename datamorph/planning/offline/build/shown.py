"""The column that one name of a list shows."""

from __future__ import annotations

from datamorph.core.table import snake_case
from datamorph.planning.offline.build.find import look_up
from datamorph.planning.offline.build.headers import header, is_count, is_other_column
from datamorph.planning.offline.build.labels import name_of_rows
from datamorph.planning.offline.build.names import label_of
from datamorph.planning.offline.build.result import Made, find
from datamorph.planning.offline.build.terms import ColumnLeaf
from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.draft import Output
from datamorph.planning.offline.lexicon.names import LABELS
from datamorph.planning.offline.model import Noun
from datamorph.planning.offline.names import OWN, TAILLESS, Link, words_of

_STRONG = 0.9
_NUMBERS = frozenset({"number", "no", "nr"})


def shown_column(work: Work, output: Output) -> tuple[str, str] | None:
    """``(new name, name in the frame)`` of what a name means; None where nothing is called so."""
    noun = output.noun
    if output.definition is not None and (made := _defined(work, output)) is not None:
        return output.name or made.name, made.name
    if (label := _entity_label(work, output) or name_of_rows(work, output)) is not None:
        return label
    made = find(noun, work.made)
    if made is not None and not (_is_apart(work, output, made) or is_other_column(noun, made)):
        return _new_name(work, output, made.name) or output.name or header(work, output, made), made.name
    link = work.scope.column(noun) if noun.links and (made is None or not _is_apart(work, output, made)) else None
    if link is None or _is_name_for_number(noun, link) or (link.score < TAILLESS and output.name and work.is_grouped):
        return None
    spot = ColumnLeaf(link.table, link.column)
    if spot not in work.frames.where:
        if work.is_grouped and link.score < _STRONG:
            return None
        look_up(work, link.table)
    name = work.frames.name_of(spot)
    return _new_name(work, output, name) or output.name or _label_name(noun, link.column), name


def _new_name(work: Work, output: Output, name: str) -> str:
    """The name that the column was given; empty where it was not, or is listed under another new name."""
    is_old = output.name in ("", snake_case(output.noun.text))
    return name if is_old and any(name == new for _, new in work.draft.renames) else ""


def _is_name_for_number(noun: Noun, link: Link) -> bool:
    """``invoice number`` is not the title of an invoice."""
    return noun.words[-1] in _NUMBERS and words_of(link.column)[-1] in LABELS


def _is_apart(work: Work, output: Output, made: Made) -> bool:
    """``phone_masked`` beside a formula over ``phone`` that has no other name: not the phone as it is."""
    name = (output.name or output.noun.text).lower()
    is_loose = not made.is_measure and "_" in name and name != made.name.lower()
    if not is_loose or any(link.column.lower() == name for link in output.noun.links):
        return False
    said = {(other.name or other.noun.text).lower() for other in work.draft.outputs}
    return any(item.is_early and item.name.lower() not in said for item in work.draft.computed)


def _defined(work: Work, output: Output) -> Made | None:
    items = [*work.draft.measures, *work.draft.computed, *work.draft.windows]
    item = next((i for i in items if i.expression is output.definition), None)
    return next((made for made in work.made if item and made.name == item.name), None)


def _entity_label(work: Work, output: Output) -> tuple[str, str] | None:
    """A table's name among the columns means the name of its rows: ``genre``."""
    noun = output.noun
    if not noun.links or not work.scope.is_table(noun) or noun.links[0].score < OWN:
        return None
    table = work.scope.entity(noun)
    array = work.frames.array_of(table, work.root) if table and not work.is_grouped else ""
    if array and noun.words == words_of(array) and output.name.lower() in ("", array.lower()):
        return output.name or array, array
    label = label_of(table, work.scope) if table else None
    if table is None or label is None or is_count(work, noun, table):
        return None
    spot = ColumnLeaf(table, label)
    if spot not in work.frames.where:
        look_up(work, table)
    return output.name or snake_case(noun.text), work.frames.name_of(spot)


def _label_name(noun: Noun, column: str) -> str:
    if column.lower() in LABELS:
        return snake_case(noun.text) if len(noun.words) > 1 else column
    return column
