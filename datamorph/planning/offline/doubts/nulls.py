"""What a prompt says of missing values and of letters, and the plan does not do."""

from __future__ import annotations

import re
from collections.abc import Iterator

from datamorph.planning.offline.doubts.evidence import Evidence, Look

_TEST = re.compile(r"(\w+) IS (NOT )?NULL", re.IGNORECASE)
_CASES = frozenset("case capitalisation capitalization casing capitals".split())
_ANY = frozenset("whatever regardless irrespective ignoring ignore whichever insensitive independent".split())


def strange_gaps(evidence: Evidence) -> Iterator[str]:
    """``missing or blank`` as one test twice, ``filled in`` and ``empty`` as two of the same row."""
    for fields in (fields for kind, fields in evidence.steps if kind == "filter"):
        where = str(fields.get("where", ""))
        tests = [(found[1].casefold(), bool(found[2])) for found in _TEST.finditer(where)]
        if " or " in where.lower() and len(tests) > len(set(tests)):
            yield f"{tests[0][0]} is tested twice, and once is said"
        if " or " not in where.lower() and any((name, not is_not) in tests for name, is_not in tests):
            yield "no row has a value and none at once"


def lost_letters(evidence: Evidence) -> Iterator[str]:
    """``oak, regardless of case`` compared letter by letter."""
    words = set(evidence.words)
    is_compared = any(kind == "filter" for kind, _ in evidence.steps)
    if words & _CASES and words & _ANY and is_compared and not re.search(r"(lower|upper|ilike)\(?", evidence.text):
        yield "capital letters count in it"


LOOKS: tuple[Look, ...] = (strange_gaps, lost_letters)
