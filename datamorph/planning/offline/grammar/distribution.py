"""How a total spreads: ``what share of all sales comes from each channel``."""

from __future__ import annotations

from dataclasses import replace

from datamorph.planning.offline.draft import Draft, Item
from datamorph.planning.offline.grammar.aggregates import adjective, explained
from datamorph.planning.offline.grammar.groups import read_groups
from datamorph.planning.offline.grammar.measures import finish
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.model import Aggregate, Noun, Window
from datamorph.planning.offline.phrases import Phrases, phrase_set

_SHARES = Phrases({"share of": "share", "fraction of": "share", "proportion of": "share", "part of": "share",
                   "percentage of": "share_pct", "percent of": "share_pct", "% of": "share_pct",
                   "pct of": "share_pct"})  # fmt: skip
_WHOLE = frozenset("all total overall whole entire the our of".split())
_MONEY = frozenset("amount money sum of the".split())
_BETWEEN = frozenset(
    "does do did that which come comes came go goes went from to is are was were made in by with on for at falls fall "
    "belong belongs through".split()
)
_ORIGIN = frozenset("from to by on in with".split())
"""Where a part comes from; ``the share of online sales that each shop has`` may be one of the shop's own sales."""
_VERBS = phrase_set(("bring in", "brings in", "account for", "accounts for", "contribute", "contributes", "make up",
                     "makes up", "have", "has", "get", "gets", "generate", "generates", "represent", "represents",
                     "take", "takes", "hold", "holds", "stand for", "cover", "covers", "bring", "make"))  # fmt: skip
_SUMMED = {"share": "share of", "share_pct": "percent of"}


def read_distribution(reader: Reader, draft: Draft) -> Item | None:
    """The share that each group has of the whole; the groups and what is added up go to the draft."""
    start = reader.position
    reader.skip(("what", "which", "how", "is", "the", "a"))
    kind = reader.take(_SHARES)
    main = _main(reader) if kind is not None else None
    behind = reader.position
    if main is not None:
        reader.skip(_BETWEEN)
    is_part = main is not None and isinstance(main.expression, Aggregate) and main.expression.condition is not None
    is_whole = not is_part or bool(_ORIGIN & {token.lower for token in reader.tokens[behind : reader.position]})
    is_each = main is not None and is_whole and (reader.word("each", "every") or (not is_part and reader.word("per")))
    groups = read_groups(reader) if is_each else []
    if main is None or not groups or kind is None:
        reader.position = start
        return None
    reader.take(_VERBS)
    draft.groups += [group for group in groups if all(group.words != known.words for known in draft.groups)]
    known = next((item for item in draft.measures if _is_same(item, main)), None)
    draft.measures += [main] if known is None else []
    said = known or main
    operand = Noun(said.name or said.text, tuple(sorted(said.words)), (), start)
    item = Item(Window("share" if kind == "share" else "share_pct", operand), frozenset({"share"}), _SUMMED[kind])
    finish(reader, item)
    return item


def _is_same(known: Item, main: Item) -> bool:
    """True where the measure stands among the columns already: ``number of shops and share of all shops per city``."""
    one, other = known.expression, main.expression
    if not isinstance(one, Aggregate) or not isinstance(other, Aggregate) or one.condition != other.condition:
        return False
    nouns = [(found.counted or found.argument) for found in (one, other)]
    links = [noun.links[:1] if isinstance(noun, Noun) else () for noun in nouns]
    return (
        one.function == other.function
        and one.is_distinct == other.is_distinct
        and bool(links[0])
        and ({(link.table, link.column) for link in links[0]} == {(link.table, link.column) for link in links[1]})
    )


def _main(reader: Reader) -> Item | None:
    """What is spread: all of it, or what has a value: ``online sales``."""
    reader.skip(_WHOLE)
    condition = adjective(reader)
    item = _spread(reader)
    if item is not None and isinstance(item.expression, Aggregate):
        item.expression = replace(item.expression, condition=condition)
    return item


def _spread(reader: Reader) -> Item | None:
    """A column is added up, rows of a table are counted, a computation has its name before it."""
    reader.skip(_WHOLE)
    first = reader.position
    found = explained(reader)
    if found is not None:
        said = [t.lemma for t in reader.tokens[first : reader.position] if t.kind == "word"][:1]
        return Item(Aggregate("sum", found), frozenset({"total", *said}), said[0], said[0], is_hidden=True)
    noun = reader.noun()
    if noun is None:
        reader.skip(_MONEY)
        noun = reader.noun()
    if noun is None:
        return None
    if not noun.links[0].column and reader.word("money", "amount", "amounts", "value", "values"):
        return Item(Aggregate("sum"), frozenset({"total", "amount", *noun.words}), f"total {noun.text}", is_hidden=True)
    if noun.links[0].column:
        words = frozenset({"total", *noun.words})
        return Item(Aggregate("sum", noun), words, f"total {noun.text}", is_hidden=True)
    words = frozenset({"number", "count", *noun.words})
    return Item(Aggregate("count", counted=noun), words, f"number of {noun.text}", is_hidden=True)
