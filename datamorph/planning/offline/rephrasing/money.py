"""Money without a column of that name: which number is the revenue?"""

from __future__ import annotations

from collections.abc import Iterator

from datamorph.core.table import TableRef
from datamorph.planning.offline.lexicon.cues import COMPARISONS
from datamorph.planning.offline.names import OWN
from datamorph.planning.offline.phrases import Phrases
from datamorph.planning.offline.rephrasing.said import Rephrasing, Said, Way

_MONEY = frozenset("revenue turnover income earnings spend spending proceeds sales takings gmv".split())
_WORTH = frozenset({"value", "size", "worth"})
_SUMS = frozenset({"total", "sum", "overall", "summed", "the", "of", "all"})
_ROWWISE = frozenset({"average", "mean", "avg", "median", "typical"})
_SUPERLATIVE = frozenset({"highest", "lowest", "largest", "smallest", "biggest", "most", "least"})
_DEFINED = frozenset({"as", "=", "is", "being", "means", "equals"})
_QUANTITIES = frozenset({"quantity", "units", "unit", "pieces", "count"})
_PRICES = frozenset({"price", "rate", "fare", "cost"})
_SPENT = frozenset({"spent", "spend", "spends", "paid", "pay", "pays", "earned", "earn"})
_WHO = frozenset({"who", "that", "which", "have", "has"})
_COMPARED = Phrases(COMPARISONS)
_MOST = 4


def money_of(said: Said, place: int) -> Rephrasing | None:
    """``revenue per month``: the columns, and the products of columns, that it may be."""
    start, end = _span(said, place)
    if end == start or (end < len(said) and said.words[end] in _DEFINED):
        return None
    word = said.words[end - 1]
    if end < len(said) and said.words[end] == "(":
        return None
    before = said.words[start - 1] if start else ""
    ways: list[Way] = []
    start -= before == "most"
    most = "highest " if before == "most" else ""
    for table, spoken, expression in _worths(said):
        is_plain = expression == spoken
        if is_plain:
            total = spoken if before in _ROWWISE else f"{most}total {spoken}"
            ways.append(
                Way(
                    f"{table.name}.{spoken.split('.')[-1]}", f"{spoken} ({table.name})", said.swapped(start, end, total)
                )
            )
        else:
            name = word if word in _MONEY else "worth"
            total = name if before in _ROWWISE else f"{most}total {name}"
            tail = f", where {name} is {expression}"
            ways.append(
                Way(
                    f"{table.name}: {expression}", f"{expression} ({table.name})", said.swapped(start, end, total, tail)
                )
            )
    return Rephrasing(f"number_{word}", f"Which number is {said.text(start, end)!r}?", tuple(ways[: _MOST * 2]))


def _span(said: Said, place: int) -> tuple[int, int]:
    """The words for money that stand there, with ``total`` before them; an empty span for none."""
    word = said.words[place]
    is_money = word in _MONEY and not any(link.score >= OWN for link in said.links(place, 1))
    end = place + 1
    if not is_money:
        found = said.table(place)
        behind = place + found[0] if found else 0
        if found is None or behind >= len(said) or said.words[behind] not in _WORTH:
            return place, place
        end = behind + 1
    start = place
    if start and said.words[start - 1] == "most":
        return start, end
    while start and said.words[start - 1] in _SUMS:
        start -= 1
    while start < place and said.words[start] in ("the", "of", "all"):
        start += 1
    return start, end


def _worths(said: Said) -> Iterator[tuple[TableRef, str, str]]:
    """Table, column and expression of every number that may be money, near tables first."""
    mentioned = said.mentioned()
    order = sorted(said.tables, key=lambda ref: (ref not in mentioned, str(ref)))
    for table in order:
        for column in said.amounts(table):
            name = said.name(table, column)
            yield table, name, name
    for table in order:
        words = said.names.column_words
        numbers = said.numbers(table)
        quantities = [name for name in numbers if words[table, name][-1] in _QUANTITIES]
        prices = [name for name in numbers if words[table, name][-1] in _PRICES]
        for quantity in quantities:
            for price in prices:
                yield table, "", f"{said.name(table, quantity)} * {said.name(table, price)}"


def defined_money(said: Said, place: int) -> Rephrasing | None:
    """``revenue by category (quantity times unit price)``: the parenthesis at the end says what it is."""
    word = said.words[place]
    if word not in _MONEY or "(" not in said.words or said.words[-1] != ")" or place + 1 >= len(said):
        return None
    opened = said.words.index("(")
    inner = said.text(opened + 1, len(said) - 1)
    is_arithmetic = any(
        token.lower in ("times", "*", "minus", "-", "plus", "+", "/", "x") for token in said.tokens[opened:]
    )
    if opened <= place + 1 or not is_arithmetic:
        return None
    start, _ = _span(said, place)
    before = said.words[start - 1] if start else ""
    total = word if before in _ROWWISE else f"total {word}"
    rest = said.text(place + 1, opened)
    head = said.text(0, start)
    prompt = " ".join(part for part in (head, total, rest) if part) + f", where {word} is {inner}"
    return Rephrasing(f"number_{word}", "", (Way("said", inner, prompt),), is_certain=True)


def spent(said: Said, place: int) -> Rephrasing | None:
    """``customers who spent more than 5000``: the sum of an amount of theirs."""
    found = said.table(place)
    if found is None:
        return None
    behind = place + found[0]
    verb = behind
    while verb < len(said) and said.words[verb] in _WHO:
        verb += 1
    compared = (
        said.match(_COMPARED, verb + 1) if verb > behind and verb < len(said) and said.words[verb] in _SPENT else None
    )
    number = verb + 1 + compared[0] if compared else len(said)
    if compared is None or number >= len(said) or said.tokens[number].kind != "number":
        return None
    ways: list[Way] = []
    for table, spoken, expression in _worths(said):
        if table == found[1] or not said.relations.path(table, found[1]):
            continue
        limit = said.text(verb + 1, number + 1)
        owner = said.text(place, behind)
        name = spoken if expression == spoken else said.words[verb]
        tail = "" if expression == spoken else f", where {name} is {expression}"
        text = f"total {name} per {owner} with total {name} {limit}"
        prompt = said.swapped(place, number + 1, text, tail)
        ways.append(
            Way(
                f"{table.name}.{name}" if not tail else f"{table.name}: {expression}",
                f"the total of {expression} ({table.name})",
                prompt,
            )
        )
    return Rephrasing(f"number_{said.words[verb]}", f"Which number is {said.text(verb, verb + 1)!r}?", tuple(ways))
