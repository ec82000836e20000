"""What there is one row of, and which sentences tell which rows are the same."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from datamorph.core.table import TableRef
from datamorph.planning.offline.lexicon.names import KEY_WORDS
from datamorph.planning.offline.names import SYNONYM, TAILLESS, is_abbreviation_of, words_of
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.cleaning import column_at, sentences
from datamorph.planning.offline.recipes.loads import LOADING, keys_of

SAME = frozenset(
    """
    same duplicate duplicates duplicated identical equal equals match matches matching agree agrees coincide
    coincides share shares dedupe deduplicate deduplicated deduped dupe dupes doubles twins repeated repeat
    repeats unique distinct alike
    """.split()
)
"""Words that tell that rows are the same."""
_PER = frozenset("per each every".split())
_ONE = frozenset("one same single".split())
_ANY = frozenset("a an any the".split())
_BEFORE_ANY = (("of",), ("where",), ("when",), ("if",), ("wherever",), ("whenever",))
_KEYS = frozenset("key keys keyed".split())
_ON = frozenset("by on over across using within".split())
_GLUE = frozenset(
    """
    the is are be = : business merge merging merged natural primary unique combination of pair group grouping
    column columns value values field fields being as will should both different and ( whole cleaned normalised
    normalized tidied
    """.split()
)
_AND = frozenset({"and", "+", "&", ",", "/", "plus", "with"})
_NEAR = 7


def find_keys(brief: Brief, table: TableRef, order: str) -> list[str]:
    """What there is one row of; empty where it is not said, or said in two ways.

    Args:
        order: the column that tells which row is kept.
    """
    names = [name for name in brief.said.tables[table].schema.names if name != order]
    merged = keys_of(brief, table) if brief.has(*LOADING) else []
    if merged:
        return merged
    found = [tuple(keys) for keys in _said_keys(brief, table, names) if keys]
    longest = max(found, key=len, default=())
    if any(not set(keys) <= set(longest) for keys in found):
        return []
    return list(longest) or _same_keys(brief, table, names) or _only_id(brief, table)


def _only_id(brief: Brief, table: TableRef) -> list[str]:
    """``per reader``, whatever that is, where the one id that is listed tells no row of the table apart."""
    profile = brief.said.tables[table].profile
    ids = [one.name for one in brief.listed if words_of(one.name)[-1] in KEY_WORDS]
    found = [name for name in ids if name in profile.columns and profile.columns[name].distinct < profile.rows]
    nouns = [i + 1 for i in brief.places(_PER, 0, len(brief) - 1) if brief.said.tokens[i + 1].kind == "word"]
    is_new = len(nouns) == 1 and not brief.said.links(nouns[0], 1) and not brief.said.value(nouns[0])[0]
    if len(ids) != 1 or not found or not is_new:
        return []
    brief.explain(nouns[0], nouns[0] + 1, f"what {found[0]} tells apart")
    brief.work.dialog.assume(f"{brief.words[nouns[0]]} is told by {found[0]}")
    return found


def _said_keys(brief: Brief, table: TableRef, names: Sequence[str]) -> Iterator[list[str]]:
    """Columns behind ``per``, ``for each``, ``key is``, ``deduplicate on``, ``several versions of a``."""
    for place in range(len(brief)):
        if not _is_key_cue(brief, place):
            continue
        start = place + 1
        while start < len(brief) and (brief.words[start] in _GLUE or brief.said.tokens[start].text in ("(", ":")):
            start += 1
        yield _columns(brief, table, names, start)


def _is_key_cue(brief: Brief, place: int) -> bool:
    word = brief.words[place]
    before = set(brief.lemmas[max(0, place - _NEAR) : place])
    if word in _PER or word in _KEYS:
        return True
    if word in _ON:
        return bool(before & (SAME | _KEYS | LOADING | {"same"})) and "order" not in before
    return word in _ONE or (word in _ANY and brief.words[place - 1 : place] in _BEFORE_ANY)


def _columns(brief: Brief, table: TableRef, names: Sequence[str], place: int) -> list[str]:
    found: list[str] = []
    while place < len(brief):
        length, column = column_at(brief, table, names, place, len(brief), least=TAILLESS * SYNONYM)
        if not column:
            length, column = _referring(brief, table, names, place)
        if not column or column in found:
            break
        found.append(column)
        place += length
        place = _behind_parenthesis(brief, place)
        while place < len(brief) and (
            brief.words[place] in _AND | {"the", "same"} or brief.said.tokens[place].text in _AND
        ):
            place += 1
    return found


def _referring(brief: Brief, table: TableRef, names: Sequence[str], place: int) -> tuple[int, str]:
    """The one column that refers to a table that is named at a place: ``for every shipment``."""
    length, other = brief.said.table(place) or (0, table)
    relations = brief.said.relations.between(table, other) if other != table else ()
    columns = {relation.columns[0] for relation in relations if len(relation.columns) == 1}
    if not columns and brief.said.tokens[place].kind == "word":
        length, columns = 1, {name for name in names if _is_key_of(name, brief.lemmas[place])}
        other = table
    if len(columns) != 1 or not columns <= set(names):
        return 0, ""
    brief.explain(place, place + length, f"refers to {other.name}")
    return length, columns.pop()


def _is_key_of(name: str, lemma: str) -> bool:
    """True for ``hldr_id`` of *holder*."""
    words = words_of(name)
    is_key = len(words) == 2 and words[-1] in KEY_WORDS  # noqa: PLR2004
    return is_key and (words[0] == lemma or is_abbreviation_of(words[0], lemma))


def _behind_parenthesis(brief: Brief, place: int) -> int:
    """The place behind ``(trimmed)``, where one begins."""
    texts = [token.text for token in brief.said.tokens]
    return texts.index(")", place) + 1 if texts[place : place + 1] == ["("] and ")" in texts[place:] else place


def _same_keys(brief: Brief, table: TableRef, names: Sequence[str]) -> list[str]:
    """The columns of sentences that tell which rows are the same."""
    own = set(brief.said.relations.key(table))
    found: list[str] = []
    for start, end in sentences(brief):
        if not is_sameness(brief, (start, end)):
            continue
        for place in range(start, end):
            column = spelled(brief, table, [name for name in names if name not in own], place, end)
            if column and column not in found:
                found.append(column)
    return found


def is_sameness(brief: Brief, run: tuple[int, int]) -> bool:
    """True for a sentence that tells which rows are the same."""
    return bool(brief.places(SAME, *run)) and not any(run[0] <= one.place < run[1] for one in brief.listed)


def spelled(brief: Brief, table: TableRef, names: Collection[str], place: int, end: int) -> str:
    """The column that is named at a place, by its name or by all its words."""
    return column_at(brief, table, names, place, end, least=SYNONYM * TAILLESS)[1]
