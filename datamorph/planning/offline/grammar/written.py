"""Formulas that a prompt spells out: ``town = upper(trim(city)).``, ``number of sales per lower(channel)``.

They are read before everything else: a definition may stand behind its use, and a formula in the middle of a sentence
stands for the column that it cleans.
"""

from __future__ import annotations

from dataclasses import replace

from datamorph.core.table import snake_case
from datamorph.planning.offline.draft import Draft, Item
from datamorph.planning.offline.grammar.bands import read_classed
from datamorph.planning.offline.grammar.calls import AS_TEXT, columns_of, kind_of, read_call
from datamorph.planning.offline.grammar.conditions import read_condition
from datamorph.planning.offline.grammar.expressions import read_expression
from datamorph.planning.offline.grammar.pairs import read_recoded
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.ledger import Ledger
from datamorph.planning.offline.lexicon.words import GLUE
from datamorph.planning.offline.model import (
    Apply,
    Arithmetic,
    Both,
    Compare,
    Condition,
    Conditional,
    Constant,
    Expression,
    Missing,
    Negation,
    Noun,
    OneOf,
    Text,
    Within,
)
from datamorph.planning.offline.names import OWN, words_of
from datamorph.planning.offline.tokens import Token

_STARTS, _ENDS = frozenset({".", ";"}), frozenset({"", ".", ";"})
_NOTHING = frozenset({"nothing", "null"})
_NEW = "new"
"""Stands for the name that the prompt gives to the value somewhere else."""


def read_written(reader: Reader, draft: Draft) -> None:
    """Take every definition; formulas were merged before."""
    if reader.ledger.asks:
        return
    reader.defined += draft.computed
    for place, token in enumerate(reader.tokens):
        if place and reader.tokens[place - 1].text not in _STARTS:
            continue
        reader.position = place
        expression = _defined(reader) if token.is_word and "." not in token.text else None
        if expression is not None:
            end = reader.position
            name = token.text if token.lower != _NEW else _found_name(reader, expression, place, end)
            _add(reader, draft, name, expression)
            reader.close(place, end, "what a name means")
    reader.position = 0


def _defined(reader: Reader) -> Expression | None:
    """``NAME = FORMULA`` up to the end of the sentence."""
    reader.next()
    if not reader.word("="):
        return None
    start = reader.position
    for construct in (read_recoded, read_classed, _chosen, _formula):
        reader.position = start
        found = construct(reader)
        if found is not None and reader.lower() in _ENDS and not reader.is_kind("text"):
            return found
    return None


def _found_name(reader: Reader, expression: Expression, start: int, end: int) -> str:
    """The one name of the prompt that nothing else explains, else that of a column that is spoken of besides."""
    defined = {item.name.lower() for item in reader.defined}
    open_names = {
        token.text
        for place, token in enumerate(reader.tokens)
        if token.kind == "name" and not start <= place < end and "." not in token.text
        and token.lower not in defined
        and not any(link.column and link.score >= OWN for link in reader.links(place, 1))
    }  # fmt: skip
    nouns = columns_in(expression)
    words = {word for noun in nouns for word in words_of(noun.text)}
    near = {name for name in open_names if words & set(words_of(name))}
    for names in (near, open_names):
        if len(names) == 1:
            return names.pop()
    if spoken := _spoken(reader, nouns, start, end):
        return spoken
    if isinstance(expression, Conditional) and isinstance(expression.default, Noun):
        return _named(expression.default)
    if isinstance(expression, Apply):
        return _own_name(expression)
    column = _cleaned(expression)
    is_recoded = isinstance(expression, Conditional) and all(isinstance(test, OneOf) for test, _ in expression.branches)
    others = [token.lower for place, token in enumerate(reader.tokens) if not start <= place < end]
    return column if is_recoded and column.lower() in others else ""


def _spoken(reader: Reader, nouns: list[Noun], start: int, end: int) -> str:
    """``per shift`` where classes of ``shift_code`` are made: the words of the column that name nothing else."""
    words = {word for noun in nouns for link in noun.links[:1] for word in words_of(link.column)}
    found = {
        token.lower
        for place, token in enumerate(reader.tokens)
        if place and not start <= place < end and token.kind == "word" and token.lower in words
        and reader.tokens[place - 1].lower in _BEFORE_KEYS
        and not any(link.column and link.score >= OWN for link in reader.links(place, 1))
    }  # fmt: skip
    return found.pop() if len(found) == 1 else ""


_BEFORE_KEYS = frozenset({"per", "by", "each"})


def columns_in(found: Expression) -> list[Noun]:
    """The columns that are read, also within classes."""
    if isinstance(found, Conditional):
        return [noun for condition, value in found.branches for noun in (*tested(condition), *columns_in(value))]
    if isinstance(found, Arithmetic):
        return [*columns_in(found.left), *columns_in(found.right)]
    return columns_of(found) if not isinstance(found, Apply) else [n for o in found.operands for n in columns_in(o)]


def tested(condition: Condition) -> list[Noun]:
    """The columns that a condition reads."""
    if isinstance(condition, Both):
        return [noun for part in condition.parts for noun in tested(part)]
    if isinstance(condition, Negation):
        return tested(condition.part)
    if isinstance(condition, Missing):
        return columns_in(condition.operand)
    return columns_in(condition.left) if isinstance(condition, Compare | OneOf | Within | Text) else []


def _formula(reader: Reader) -> Expression | None:
    found = read_expression(reader)
    return found if found is not None and (_calls(found) or _is_signed(found)) else None


def _is_signed(found: Expression) -> bool:
    return isinstance(found, Arithmetic) and bool(columns_in(found))


def _calls(found: Expression) -> bool:
    """True where something is computed: a plain column, or numbers alone, are no formula."""
    return isinstance(found, Apply) or (isinstance(found, Arithmetic) and (_calls(found.left) or _calls(found.right)))


def _chosen(reader: Reader) -> Conditional | None:
    """``choose("late" where arrived_at is after due_at; "on time")``."""
    if not reader.word("choose") or not reader.word("("):
        return None
    branches: list[tuple[Condition, Expression]] = []
    while (value := _value(reader)) is not None:
        if reader.word(")"):
            return Conditional(tuple(branches), value) if branches else None
        condition = read_condition(reader) if reader.word("where") else None
        if condition is None:
            return None
        branches.append((condition, value))
        if not reader.word(";"):
            break
    return Conditional(tuple(branches)) if branches and reader.word(")") else None


def _value(reader: Reader) -> Expression | None:
    if reader.is_kind("text"):
        return Constant(str(reader.next().value))
    if reader.lower() in _NOTHING | {"true", "false"}:
        return Constant({"true": True, "false": False}.get(reader.next().lower))
    return read_expression(reader)


def merge_formulas(reader: Reader, draft: Draft) -> None:
    """Make one token of every formula within a sentence, called as the column that it cleans."""
    if reader.ledger.asks:
        return
    tokens: list[Token] = []
    place = 0
    while place < len(reader.tokens):
        reader.position = place
        found = None if _is_defining(reader.tokens, place) else read_call(reader, read_expression)
        name = (_named_behind(reader) or _own_name(found)) if found is not None else ""
        if found is None or not name:
            end = _sentence_end(reader.tokens, place) if _is_defining(reader.tokens, place) else place + 1
            tokens += reader.tokens[place:end]
            place = end
            continue
        last = reader.tokens[reader.position - 1]
        first = reader.tokens[place]
        if before := _named_before(reader, tokens, found):
            name, first = before.text, before
            del tokens[-2:]
        tokens.append(
            replace(first, text=name, lower=name.lower(), lemma=name.lower(), kind="name", end=last.end, is_merged=True)
        )
        draft.computed.append(_item(name, found))
        place = reader.position
    if len(tokens) < len(reader.tokens):
        reader.ledger.tokens = tuple(tokens)


_PIECES = frozenset({"computed column", "cleaned text"})


def _named_before(reader: Reader, tokens: list[Token], found: Apply) -> Token | None:
    """``town_clean, upper(city)``: a name that no column has, and behind the comma what it is."""
    token = tokens[-2] if len(tokens) > 1 and tokens[-1].text == "," else None
    if token is None or token.is_merged or not _may_name(reader, tokens, token):
        return None
    place = next(n for n, one in enumerate(reader.tokens) if one.start == token.start)
    tables = {link.table for noun in columns_of(found) for link in noun.links}
    is_column = any(link.column and link.score >= OWN and link.table in tables for link in reader.links(place, 1))
    is_defined = any(one.lower == token.lower and _is_defining(reader.tokens, n) for n, one in enumerate(reader.tokens))
    return None if is_column or is_defined else token


def _may_name(reader: Reader, tokens: list[Token], token: Token) -> bool:
    """True for a name as columns have them, and for a plain word that stands alone in a list and means nothing else."""
    if token.kind == "name":
        return "." not in token.text
    before = tokens[-3].lower if len(tokens) > 2 else ","  # noqa: PLR2004 (the word, the comma, and what is before)
    place = next(n for n, one in enumerate(reader.tokens) if one.start == token.start)
    is_free = not reader.links(place, 1) and not reader.values.exact(token.text)
    return token.kind == "word" and token.lower not in GLUE and before in _LISTED and is_free


_LISTED = frozenset({",", "and", "plus", ":", "show", "list", "give", "with"})


def _named_behind(reader: Reader) -> str:
    """``... as town``, ``..., and call it town``: the name that stands right behind."""
    mark = reader.position
    reader.skip(_PAUSES)
    if not (reader.word("call", "name") and reader.word("it", "this", "that", "them")):
        reader.position = mark
        reader.word(",")
        if not reader.word("as", "called", "named"):
            reader.position = mark
            return ""
    token = reader.peek()
    is_name = token is not None and token.is_word and "." not in token.text and token.lower not in GLUE
    is_whole = reader.lower(1) in _BEHIND_NAME and not reader.is_kind("text", 1)
    is_column = any(link.column and link.score >= OWN for link in reader.links(reader.position, 1))
    if is_name and is_whole and not is_column:
        return reader.next().text
    reader.position = mark
    return ""


_PAUSES = frozenset({",", "and", ";", "then"})
_BEHIND_NAME = _ENDS | {",", "and", "of", "for", ")", ":", "from", "in"}
_KEPT = frozenset({"lower", "upper", "trim", "replace", "regexp_replace", "coalesce", "nullif", "lpad"})


def _own_name(found: Apply) -> str:
    """As the column that is cleaned; what is only made out of it is called apart."""
    column = _cleaned(found)
    inner: Expression = found
    while isinstance(inner, Apply) and inner.template.split("(")[0] in _KEPT and not kind_of(inner):
        inner = inner.operands[0]
    is_kept = isinstance(inner, Noun) or (isinstance(inner, Apply) and inner.template == AS_TEXT)
    if not column or is_kept:
        return column
    kind = kind_of(inner) if isinstance(inner, Apply) else ""
    return kind if kind in _TELLING else f"{column}_{kind or 'part'}"


_TELLING = frozenset({"initials", "domain", "first_word", "last_word"})


def formula_columns(draft: Draft) -> list[Noun]:
    """The columns that formulas read."""
    return [noun for item in draft.computed if item.is_early for noun in columns_in(item.expression)]


def formulas(ledger: Ledger) -> tuple[int, ...]:
    """The places of formulas: what stands around them may still say what they are called, or what more is done."""
    merged = [n for n, t in enumerate(ledger.tokens) if t.is_merged]
    read = [n for entry in ledger.entries if entry.meaning in _PIECES for n in range(entry.start, entry.end)]
    return (*merged, *(read if ledger.unexplained() else ()))


def _is_defining(tokens: tuple[Token, ...], place: int) -> bool:
    """True at ``NAME =`` where a sentence starts."""
    is_first = not place or tokens[place - 1].text in _STARTS
    return is_first and place + 1 < len(tokens) and tokens[place + 1].text == "="


def _sentence_end(tokens: tuple[Token, ...], place: int) -> int:
    while place < len(tokens) and tokens[place].text not in _STARTS:
        place += 1
    return place


def _cleaned(found: Expression) -> str:
    """The name of the one column that is cleaned; empty where there are several."""
    nouns = columns_in(found)
    names = {_named(noun) for noun in nouns}
    return names.pop() if len(names) == 1 else ""


def _named(noun: Noun) -> str:
    best = {link.column for link in noun.links if link.score >= noun.links[0].score} if noun.links else set[str]()
    return min(best) if len({name.casefold() for name in best}) == 1 else snake_case(noun.text)


def _add(reader: Reader, draft: Draft, name: str, expression: Expression) -> None:
    item = _item(name, expression)
    if not any(known.name == name and known.expression == expression for known in reader.defined):
        draft.computed.append(item)
        reader.defined.append(item)


def _item(name: str, expression: Expression) -> Item:
    return Item(expression, frozenset(words_of(name)), name.replace("_", " "), name, is_early=True)
