"""Columns that are only called otherwise where the prompt asks for more, and rows that a plan cannot have."""

from __future__ import annotations

import re
from collections.abc import Iterator

from datamorph.planning.offline.doubts.evidence import Evidence, Look, definitions
from datamorph.planning.offline.lexicon.words import GLUE
from datamorph.planning.offline.names import words_of

_PLAIN = re.compile(r"[A-Za-z_]\w*")
_NULL = re.compile(r"^\(?(\w+) is null\)?$", re.IGNORECASE)
_OTHER = frozenset({"date", "number", "integer", "decimal", "timestamp", "numeric"})
_PARTS_OF_NAMES = frozenset({"first", "last", "given", "family", "surname", "fore", "middle"})
_NO_NAMES = frozenset("that this it which them says saying tells telling extra beside besides constant".split())
_TYPES = frozenset("real proper true actual numeric date number integer decimal text timestamp".split())


def strange_renames(evidence: Evidence) -> Iterator[str]:
    """``first and last name`` of a full name, ``dayname(starts_at)``, ``paid_on as a real date``: as they are."""
    for kind, fields in evidence.steps:
        shown = definitions(fields) if kind == "select" else ()
        pairs = [(new, old) for new, old in shown if _PLAIN.fullmatch(old) and new != old]
        for new, old in pairs:
            if any(other == old and name != new for name, other in pairs):
                yield f"{new} is {old}, which is shown twice"
            elif _is_part(new, old):
                yield f"{new} is {old} as it is"
            elif set(words_of(new)) <= _TYPES and _is_made(evidence, new, old):
                yield f"{old} is only called {new}"
        called = {token.lower for token, behind in zip(evidence.tokens, evidence.tokens[1:], strict=False)
                  if token.is_word and behind.text == "(" and behind.start == token.end}  # fmt: skip
        for new, old in pairs:
            if new.lower() in called and old.lower() in evidence.words:
                yield f"{old} is only called {new}"


def _is_part(new: str, old: str) -> bool:
    """``first_name`` of a full_name; ``customer_name`` of a cust_no."""
    said, held = set(words_of(new)), set(words_of(old))
    is_part = bool((said & _PARTS_OF_NAMES) - held) and "name" in held
    return is_part or (words_of(new)[-1] == "name" and words_of(old)[-1] in ("number", "id", "key", "no"))


def _is_made(evidence: Evidence, new: str, old: str) -> bool:
    """True where the type of the column is another one than what it is called."""
    type_ = evidence.types.get(old.lower(), "")
    return type_ == "string" and bool(_OTHER & set(words_of(new)))


def words_as_names(evidence: Evidence) -> Iterator[str]:
    """``a column that says 'web' or 'shop'`` as a column called *says*."""
    quoted = {token.lower for token in evidence.tokens if token.kind == "text"}
    made = {name for kind, fields in evidence.steps if kind == "derive" for name, _ in definitions(fields)}
    for name in sorted((made | set(evidence.columns)) & _NO_NAMES - quoted - set(evidence.types)):
        yield f"{name!r} is a word of a sentence, and no name of a column"


def counted_columns(evidence: Evidence) -> Iterator[str]:
    """``overall price`` as the number of rows, called *price*."""
    for kind, fields in evidence.steps:
        for name, sql in definitions(fields) if kind == "aggregate" else ():
            if sql == "count(*)" and name.lower() in evidence.types and evidence.types[name.lower()] == "double":
                yield f"{name} is a column, yet rows are counted for it"


def empty_joins(evidence: Evidence) -> Iterator[str]:
    """``don't lose vehicles without a branch`` as those without one, with the branch's name, which is then empty."""
    joined: set[str] = set()
    for kind, fields in evidence.steps:
        if kind == "join" and fields.get("how") == "left":
            joined |= {str(one if isinstance(one, str) else one["left"]).casefold() for one in fields.get("on") or ()}
        found = _NULL.match(str(fields.get("where", "")).strip()) if kind == "filter" else None
        if found is not None and found[1].casefold() in joined:
            yield f"{found[1]} is empty in all rows that are kept, so nothing is found by it"


def lost_additions(evidence: Evidence) -> Iterator[str]:
    """``web + app + box_office as total`` with the columns one by one."""
    tokens = evidence.tokens
    for place in range(1, len(tokens) - 2):
        is_sum = tokens[place].text == "+" and evidence.links(place - 1, 1) and evidence.links(place + 1, 1)
        behind = tokens[place + 2].lower
        if is_sum and behind in ("as", "=", "called") and not any("+" in text for text in evidence.formulas):
            yield "nothing in it is added"


def lost_new_names(evidence: Evidence) -> Iterator[str]:
    """``price named cost``, ``call price cost``, ``price -> cost``, where nothing is called so."""
    words, tokens = evidence.words, evidence.tokens
    for place in range(1, len(words)):
        behind = place + 1
        while behind < len(words) and words[behind] in _TO:
            behind += 1
        if behind >= len(words) or not tokens[behind].is_word or not _tells_name(evidence, place, words[behind]):
            continue
        is_end = behind + 1 == len(words) or tokens[behind + 1].kind == "mark" or words[behind + 1] in _ENDING
        if is_end and words[behind] not in evidence.identifiers | GLUE:
            yield f"nothing is called {tokens[behind].text!r}"


def _tells_name(evidence: Evidence, place: int, name: str) -> bool:
    words = evidence.words
    is_arrow = words[place] == ">" and words[place - 1] == "-"
    if words[place] == "as" and name not in _FORMS:
        return _is_column_before(evidence, place + 1, is_arrow=True)
    is_call = any(words[place - back] == "call" for back in range(1, 4) if place >= back)
    return words[place] in _NAMING or ((is_call or is_arrow) and _is_column_before(evidence, place, is_arrow=is_arrow))


def _is_column_before(evidence: Evidence, place: int, *, is_arrow: bool) -> bool:
    """True where the column that gets the name stands there: before an arrow, or right behind *call*."""
    end = place - 1 if is_arrow else place + 1
    if evidence.said.table(end - 1) is not None:
        return False
    return any(link.column for length in (1, 2) if end >= length for link in evidence.links(end - length, length))


def reused_names(evidence: Evidence) -> Iterator[str]:
    """``price`` as the number of rows, or as the sum of another column, where the rows have a price of their own."""
    for kind, fields in evidence.steps:
        for name, formula in definitions(fields) if kind == "aggregate" else ():
            said = {word.lower() for word in re.findall(r"\w+", formula)}
            if name.lower() in evidence.types and name.lower() not in said:
                yield f"{name} is {formula}, and not the column of that name"


_NAMING = frozenset({"named", "called", "renamed"})
_FORMS = frozenset(
    """
    text string number numbers integer date dates json csv percent percentage decimal it rows columns column well one
    timestamp boolean null list well before default usual percentages texts dates share shares integers numeric double
    cursor watermark key keys weight weights bookmark baseline
""".split()
)
_TO = frozenset({"to", "as", "the", ":"})
_ENDING = frozenset({"and", "for", "of", "from", "please"})


LOOKS: tuple[Look, ...] = (
    strange_renames, words_as_names, counted_columns, empty_joins, lost_additions, lost_new_names, reused_names,
)  # fmt: skip
