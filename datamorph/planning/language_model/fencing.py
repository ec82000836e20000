"""Data within a prompt for a language model: quoted so that no name or value can end the block it stands in."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable

_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})


def fenced(label: str, items: Iterable[object]) -> str:
    """A block of JSON lines between marks that cannot stand within it: every ``<`` of the data is escaped."""
    return "\n".join([f"<data {label}>", *map(quoted, items), "</data>"])


def quoted(value: object) -> str:
    """A value as JSON on one line, without angle brackets and without characters that do not show."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return "".join(_escaped(c) if c in "<>" or unicodedata.category(c) in _HIDDEN else c for c in text)


def plain(text: str) -> str:
    """Text of a language model without characters that do not show; line breaks and tabs stay."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in _HIDDEN)


def _escaped(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i] << 8 | units[i + 1]:04x}" for i in range(0, len(units), 2))
