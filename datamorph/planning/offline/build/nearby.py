"""Numbers by a part of their name: those of the tables that the prompt names come before those of other tables."""

from __future__ import annotations

from dataclasses import replace

from datamorph.core.datatype import is_number
from datamorph.core.table import TableRef
from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.model import Aggregate, Arithmetic, Expression, Noun
from datamorph.planning.offline.names import HEAD, OWN, SYNONYMS_OF, Link


def prefer_mentioned(work: Work) -> None:
    """``total hours`` beside shifts is of ``shifts.hours_worked``, not of ``staff.contract_hours``."""
    for item in work.draft.measures:
        old = item.expression
        item.expression = _nearer(work, old)
        for output in work.draft.outputs if item.expression is not old else ():
            output.definition = item.expression if output.definition is old else output.definition


def _nearer(work: Work, expression: Expression) -> Expression:
    if isinstance(expression, Arithmetic):
        left, right = _nearer(work, expression.left), _nearer(work, expression.right)
        is_same = left is expression.left and right is expression.right
        return expression if is_same else replace(expression, left=left, right=right)
    if not isinstance(expression, Aggregate) or not isinstance(expression.argument, Noun):
        return expression
    noun = expression.argument
    numbers = tuple(link for link in noun.links if link.column and _is_number(work, link.table, link.column))
    found = _of_mentioned(work, noun) if _is_far(work, numbers) else ()
    return replace(expression, argument=replace(noun, links=found)) if found else expression


def _is_far(work: Work, numbers: tuple[Link, ...]) -> bool:
    """True where only a part of a name fits, and only names of tables that the prompt does not speak of."""
    said = work.scope.mentioned
    return bool(said and numbers) and numbers[0].score < OWN and all(link.table not in said for link in numbers)


def _of_mentioned(work: Work, noun: Noun) -> tuple[Link, ...]:
    """Numbers of the tables that the prompt names, with all of the noun's words anywhere in their names."""
    words = work.scope.names.column_words
    spots = [spot for spot in sorted(words) if spot[0] in work.scope.mentioned and _is_number(work, *spot)]
    return tuple(Link(*spot, HEAD) for spot in spots if all(_is_in(one, words[spot]) for one in noun.words))


def _is_in(word: str, words: tuple[str, ...]) -> bool:
    return word in words or bool(set(SYNONYMS_OF.get(word, ())) & set(words))


def _is_number(work: Work, table: TableRef, column: str) -> bool:
    found = work.scope.tables[table].schema.get(column)
    return found is not None and is_number(found.type)
