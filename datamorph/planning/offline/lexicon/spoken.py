"""Patterns in nearly plain words: a blank is anything between two words of a sentence."""

from __future__ import annotations

RAW, TABLE, TARGET = "§raw", "§table", "§target"
"""What stands for an address in the text that the patterns read: of a source, of a table that is there, of a result."""

_BETWEEN = r"[^\w.;!?§]+"
_GAP = r"[^.;!?]{0,70}?"


def spoken(pattern: str) -> str:
    """The regular expression: ``drop (the )*§table`` with ``...`` for some words of the same sentence."""
    return pattern.replace(" ... ", rf"\b{_GAP}\b").replace("...", _GAP).replace(" ", _BETWEEN)


def any_of(words: str) -> str:
    """One of the given words, which stand apart by ``|`` or line ends."""
    return rf"(?:{'|'.join(line.strip() for line in words.splitlines() if line.strip())})"
