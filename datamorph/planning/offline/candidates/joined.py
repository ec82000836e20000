"""Tables that are looked at together: one whose rows refer to at most one row of each of the others."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from itertools import combinations

from datamorph.core.table import TableRef
from datamorph.planning.offline.candidates.schema import Match, Named, QuestionColumn, QuestionTable
from datamorph.planning.offline.candidates.text import Question
from datamorph.planning.offline.relations import Relation, Relations

_MOST, _MOST_PARENTS, _GOOD = 8, 2, 0.8
Parent = tuple[QuestionTable, Relation]


def join_tables(tables: Sequence[QuestionTable], relations: Relations, question: Question) -> list[QuestionTable]:
    """Joins in which every table has words of the question for itself, best first."""
    found: list[tuple[int, int, QuestionTable]] = []
    words = {table.table.ref: _words(table, question) for table in tables}
    for child in tables:
        parents = [parent for parent in _parents(child, tables, relations)]
        for count in range(1, _MOST_PARENTS + 1):
            for chosen in combinations(parents, count):
                own = [_own_words(table, others, words) for table, others in _each(child, chosen)]
                needed = own if count == 1 else own[1:]
                if all(needed):
                    joined = _join(child, chosen, question)
                    gain = sum(mask.bit_count() for mask in own)
                    found.append((-gain, len(found), joined))
    found.sort(key=lambda item: item[:2])
    return [joined for _, _, joined in found[:_MOST]]


def _parents(child: QuestionTable, tables: Sequence[QuestionTable], relations: Relations) -> Iterator[Parent]:
    for other in tables:
        if other is child:
            continue
        options = relations.between(child.table.ref, other.table.ref)
        if len(options) == 1 and options[0].score > _GOOD:
            yield other, options[0]


def _each(child: QuestionTable, chosen: Sequence[Parent]) -> Iterator[tuple[QuestionTable, list[QuestionTable]]]:
    all_tables = [child, *(table for table, _ in chosen)]
    for table in all_tables:
        yield table, [other for other in all_tables if other is not table]


def _own_words(table: QuestionTable, others: Sequence[QuestionTable], words: Mapping[TableRef, int]) -> int:
    """Words that fit the name or a column of the table, or a value of it, and nothing of the others."""
    theirs = 0
    for other in others:
        theirs |= words[other.table.ref]
    return words[table.table.ref] & ~theirs


def _words(table: QuestionTable, question: Question) -> int:
    found = table.match.mask
    for match in table.matches:
        found |= sum(1 << place for place, (_, score) in match.fits.items() if score > _GOOD)
    for column in table.columns:
        for place, word in enumerate(question.folds):
            if not found >> place & 1 and not question.stops >> place & 1 and f" {word} " in column.listing:
                found |= 1 << place
    return found & ~question.stops


def _join(child: QuestionTable, chosen: Sequence[Parent], question: Question) -> QuestionTable:
    columns: list[QuestionColumn] = list(child.columns)
    matches: list[Match] = list(child.matches)
    words = list(child.name.words)
    for parent, relation in chosen:
        words += [word for word in parent.name.words if word not in words]
        for column, match in zip(parent.columns, parent.matches, strict=True):
            if column.leaf.column in relation.target_columns:
                continue
            repeated = copy(column)
            repeated.place, repeated.is_unique = len(columns), False
            columns.append(repeated)
            matches.append(match)
    counts: dict[str, int] = {}
    for column in columns:
        for word in set(column.words):
            counts[word] = counts.get(word, 0) + 1
    rarity = {word: 1 / (1 + math.log(count)) for word, count in counts.items()}
    name = Named(tuple(words))
    relations = tuple(relation for _, relation in chosen)
    return QuestionTable(child.table, name, columns, name.match(question), matches, rarity, relations)
