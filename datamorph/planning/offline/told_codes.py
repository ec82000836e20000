"""Words for codes that descriptions tell: ``status N new, C cancelled`` says what ``cancelled orders`` are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from datamorph.core.catalog import CatalogTable

_CLAUSES = re.compile(r"[.;](?:\s|$)|\s\(|\)")
_PIECES = re.compile(r",\s*(?:and\s+|or\s+)?|\s+(?:and|or)\s+")
_MEANS = r"(?:\s*[=:]\s*|\s+(?:is|are|means|for|stands\s+for)\s+|\s+)"
_MEANING = re.compile(r"[a-z]{4,}(?:[ -][a-z]+){0,2}")
_CODE = re.compile(r"[A-Z][A-Z0-9]{0,4}")
_FEWEST = 2
_NOTHING: tuple[str, Mapping[str, str]] = ("", {})
_PLAIN = frozenset("none other others unknown open active inactive last latest first total each same with only".split())
"""Words that mean more in a prompt than a code."""


def told_codes(table: CatalogTable) -> Iterator[tuple[str, str, str]]:
    """Each code that the description of a table explains: what it is called, its column and the code.

    A clause explains at least two codes of one column, which its rows hold exactly so. What a column of the table is
    called after (``paid`` beside ``paid_on``) has two meanings and is left out.
    """
    names = {name: name.lower().split("_") for name in table.schema.names}
    words = {word for name in names.values() for word in name}
    columns = {name: _codes(table, name) for name in names}
    for clause in _CLAUSES.split(table.description or ""):
        found = [(name, pairs) for name, codes in columns.items() if len(pairs := _explained(clause, codes)) >= _FEWEST]
        named = [one for one in found if re.search(rf"\b{re.escape(one[0])}\b", clause)]
        chosen = named or found
        column, pairs = chosen[0] if len(chosen) == 1 else _NOTHING
        for said, code in pairs.items():
            if said not in _PLAIN and not words & {said, *said.split()}:
                yield said, column, code


def _codes(table: CatalogTable, name: str) -> frozenset[str]:
    profile = table.profile.columns.get(name)
    texts = [value for value in (profile.values if profile else ()) if isinstance(value, str)]
    return frozenset(text for text in texts if _CODE.fullmatch(text))


def _explained(clause: str, codes: frozenset[str]) -> Mapping[str, str]:
    """The meanings in a clause, where no two codes share one."""
    found: dict[str, str] = {}
    for piece in _PIECES.split(clause) if codes else ():
        one = re.search(rf"(?:^|\s)({'|'.join(sorted(codes))}){_MEANS}(\S.*)$", piece.strip())
        if one is not None and _MEANING.fullmatch(one[2]):
            if one[2] in found:
                return {}
            found[one[2]] = one[1]
    return found
