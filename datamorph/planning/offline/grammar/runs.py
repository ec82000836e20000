"""The beginning of a text up to where another kind of sign stands: ``the leading letters of postcode``."""

from __future__ import annotations

import re

from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.model import Apply, Noun
from datamorph.planning.offline.phrases import Phrases

_KINDS = {"letters": "A-Za-z", "letter": "A-Za-z", "digits": "0-9", "digit": "0-9", "numbers": "0-9", "number": "0-9"}
_LEADING = frozenset({"leading", "first", "starting", "initial", "beginning", "opening"})
_TRAILING = frozenset({"trailing", "last", "final", "ending", "closing"})
_CASES = Phrases({"in uppercase": "upper({})", "uppercase": "upper({})", "uppercased": "upper({})",
                  "in capitals": "upper({})", "in lowercase": "lower({})", "lowercase": "lower({})",
                  "lowercased": "lower({})", "in upper": "upper({})", "in lower": "lower({})"})  # fmt: skip
_EXAMPLE = frozenset({"e.g", "e.g.", "so", "for", "example", "like", "i.e", ",", "that", "is", "gives", "giving"})
_OUT_OF = frozenset({"from", "for", "of", "out", "in", "becomes", "gives", "is", "="})


def read_run(reader: Reader) -> tuple[Apply, str] | None:
    """The run of letters or digits, its case, and an example, which must come out as it is said."""
    start = reader.position
    found = _run(reader)
    if found is None:
        reader.position = start
        return None
    pattern, noun = found
    value = Apply(f"regexp_replace({{}}, '{pattern}', '')", (noun,))
    case = reader.take(_CASES)
    if case is not None:
        value = Apply(case, (value,))
    if not _is_as_shown(reader, pattern, case or "{}"):
        reader.position = start
        return None
    return value, "part"


def _run(reader: Reader) -> tuple[str, Noun] | None:
    reader.skip(ARTICLES | {"only", "just"})
    side = reader.lower()
    if side not in _LEADING | _TRAILING:
        return None
    reader.next()
    kind = _KINDS.get(reader.lower())
    if kind is None:
        return None
    reader.next()
    reader.skip(("part", "only"))
    noun = reader.noun() if reader.word("of", "in", "from") else None
    if noun is None or not noun.links[0].column:
        return None
    return (f"[^{kind}].*$" if side in _LEADING else f"^.*[^{kind}]"), noun


def _is_as_shown(reader: Reader, pattern: str, case: str) -> bool:
    """``(HA from 'HA12 4ZZ')``: no example, or one that fits what was understood."""
    mark = reader.position
    if not reader.word("("):
        return True
    reader.skip(_EXAMPLE)
    first = reader.position
    while reader.peek() is not None and reader.lower() not in _OUT_OF | {")"} and not reader.is_kind("text"):
        reader.next()
    shown = reader.ledger.text(first, reader.position) if reader.position > first else ""
    if not shown and reader.is_kind("text"):
        shown = str(reader.next().value)
    reader.skip(_OUT_OF)
    given = str(reader.next().value) if reader.is_kind("text") else ""
    if not shown or not given or not reader.word(")"):
        reader.position = mark
        return True
    change = {"upper({})": str.upper, "lower({})": str.lower}.get(case, str)
    return any(change(re.sub(pattern, "", one)) == other for one, other in ((given, shown), (shown, given)))
