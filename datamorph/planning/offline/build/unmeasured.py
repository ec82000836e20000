"""Numbers beside groups of something else: ``amount per customer`` does not say whether it is the total."""

from __future__ import annotations

from datamorph.core.datatype import is_number
from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.dialog import Refused
from datamorph.planning.offline.draft import Item, Output
from datamorph.planning.offline.lexicon.names import KEY_WORDS
from datamorph.planning.offline.model import Noun
from datamorph.planning.offline.names import Link


def require_measures(work: Work) -> None:
    """Check that a number which is asked for per group is said to be a total, an average or something else.

    Raises:
        Refused: it is not.
    """
    draft = work.draft
    is_measured = bool(draft.measures or draft.windows or draft.top or draft.computed or draft.dedupe)
    if (
        not draft.groups
        or is_measured
        or draft.is_distinct
        or draft.unpivot
        or draft.union
        or draft.load
        or draft.joins
    ):
        return
    keys = [link for group in draft.groups if (link := _key(work, group)) is not None]
    for output in draft.outputs:
        link = _number(work, output)
        own = [key for key in keys if not key.column and link is not None and key.table == link.table]
        is_key = link is not None and any((k.table, k.column) == (link.table, link.column) for k in keys)
        if link is not None and not is_key and not own:
            what, group = output.noun.text, draft.groups[0].text
            message = f"it is not said which {what} of the rows per {group} is meant"
            raise Refused("impossible", message, hint=f"say total {what}, average {what} or another measure")


def _key(work: Work, group: Item) -> Link | None:
    """The column or the table of a group."""
    noun = group.expression
    if not isinstance(noun, Noun) or not noun.links:
        return None
    table = work.scope.entity(noun) if work.scope.is_table(noun) else None
    return Link(table, "", 1.0) if table is not None else work.scope.column(noun)


def _number(work: Work, output: Output) -> Link | None:
    """The column of a number that is no key, where the output is one as it stands."""
    noun = output.noun
    if output.definition is not None or not noun.links or work.scope.is_table(noun) or not noun.links[0].column:
        return None
    link = noun.links[0]
    column = work.scope.tables[link.table].schema.get(link.column)
    is_key = work.scope.names.column_words[link.table, link.column][-1] in KEY_WORDS
    return link if column is not None and is_number(column.type) and not is_key else None
