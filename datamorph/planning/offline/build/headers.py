"""What a column of the result is called: by the prompt's own word for it, where that is a name."""

from __future__ import annotations

import re

from datamorph.core.table import TableRef, snake_case
from datamorph.planning.offline.build.result import Made, find
from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.draft import Output
from datamorph.planning.offline.model import Noun
from datamorph.planning.offline.names import canonical
from datamorph.planning.offline.tokens import singular


def header(work: Work, output: Output, made: Made) -> str:
    """The name of a column that the prompt lists by words."""
    noun = output.noun
    first = noun.links[0] if noun.links else None
    is_own = first is None or first.score < 1 or noun.text.lower() == first.column.lower()
    is_word = not output.is_added and made.is_measure and is_own and len(noun.words) == 1
    is_listed = output.is_strict and (made.is_measure or (not noun.links and _is_computed_key(work, made)))
    is_camel = made.is_measure and is_own and not output.is_added and named(noun) != snake_case(noun.text)
    if is_word or is_listed or is_camel:
        return noun.text.replace(" ", "_")
    table = work.scope.entity(noun) if noun.links and work.scope.is_table(noun) else None
    said = snake_case(noun.text) if table is not None and is_count(work, noun, table) else ""
    return said or nice(work, made.name)


def named(noun: Noun) -> str:
    """A name in CamelCase as it stands, any other in snake case."""
    return noun.text if re.fullmatch(r"[A-Za-z]+[a-z][A-Z][A-Za-z]*", noun.text) else snake_case(noun.text)


def _is_computed_key(work: Work, made: Made) -> bool:
    """``columns letter, people`` of groups by the first letter of a name: called as it is said."""
    return any(not group.is_column and group.name == made.name for group in work.groups)


def nice(work: Work, name: str) -> str:
    """``name`` of a joined table becomes ``airline_name`` in the result."""
    for group in work.groups:
        if (
            group.is_column
            and group.term.leaves[0] in work.frames.where
            and work.frames.name_of(group.term.leaves[0]) == name
        ):
            return group.name
    return name


def is_count(work: Work, noun: Noun, table: TableRef) -> bool:
    """``tracks`` beside groups that are no tracks: how many there are."""
    made = find(noun, work.made)
    is_plural = noun.text.lower() != singular(noun.text.lower())
    is_entity = any(group.entity == table for group in work.groups)
    return work.is_grouped and is_plural and not is_entity and made is not None and made.is_measure


def is_other_column(noun: Noun, made: Made) -> bool:
    """``vessel_nm`` beside a count of vessels: a column as it is spelled, which the measure does not speak of."""
    own = noun.links[0] if noun.links else None
    is_spelled = own is not None and own.column != "" and own.column.lower() == noun.text.lower().replace(" ", "_")
    is_same = made.name.lower() == noun.text.lower()
    return made.is_measure and is_spelled and not is_same and not canonical(noun.words) <= canonical(made.words)
