"""Regular expressions, LIKE and date patterns that mean the same to Java (Spark), Rust (Sail) and RE2 (DuckDB)."""

from __future__ import annotations

import re
import warnings

_ESCAPED = re.compile(r"\\[tnr!-/:;=?@\[-^`{-~]")
_ODD = {
    r"\\": "escape punctuation only, and write [0-9] or [A-Za-z0-9_]: engines differ in what counts as a letter",
    r"\(\?(?!:)": "use plain groups and (?:...) only; lower() serves for either case",
    r"\[\^?\]": "a class needs a character, such as [ab]",
    r"\[[^\]]*(?:\[|&&|--|~~)": "write the characters of a class without [, &&, -- and ~~",
    r"[*+?}]\+": "write the quantifier without a +",
    r"\{(?![0-9]{1,3}(?:,[0-9]{0,3})?\})": r"write \{ for a brace, and {2} or {2,5} for a count",
}
_TOKENS = {"yyyy": "%Y", "MM": "%m", "dd": "%d", "HH": "%H", "mm": "%M", "ss": "%S"}


def check_regex(pattern: str) -> str:
    """What to change where a regular expression is wrong or engines would differ; empty when it is fine."""
    plain = _ESCAPED.sub("_", pattern)
    for odd, hint in _ODD.items():
        if re.search(odd, plain):
            return hint
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            re.compile(pattern)
    except (re.error, RecursionError, OverflowError, Warning) as error:
        return f"correct it: {error}"
    return ""


def check_replacement(replacement: str, pattern: str) -> str:
    """What to change in the replacement of a regular expression; empty when it is fine."""
    if "\\" in replacement or re.search(r"\$(?![1-9](?!\w))", replacement):
        return "write $1 for the first group, no other $ and no backslash"
    compiled = re.compile(pattern)
    if compiled.match(""):
        return "the pattern finds nothing at all too: use + in place of *"
    groups = compiled.groups
    if any(int(number) > groups for number in re.findall(r"\$([1-9])", replacement)):
        return f"the pattern has {groups} groups"
    return ""


def check_like(pattern: str) -> str:
    """What to change in a LIKE pattern; empty when it is fine."""
    rest = re.sub(r"\\[%_\\]", "", pattern)
    return "a backslash stands before %, _ or another backslash" if "\\" in rest else ""


def check_date_pattern(pattern: str) -> str:
    """What to change in a pattern of ``date_format``; empty when it is fine."""
    rest = re.sub("|".join(_TOKENS), "", pattern)
    is_fine = rest.isascii() and not re.search(r"[A-Za-z'\[\]{}#%]", rest)
    return "" if is_fine and pattern else f"use {' '.join(_TOKENS)} with punctuation between"


def strftime_pattern(pattern: str) -> str:
    """A checked date pattern in the letters of ``strftime``."""
    return re.sub("|".join(_TOKENS), lambda token: _TOKENS[token[0]], pattern)


def re2_replacement(replacement: str) -> str:
    """A checked replacement as RE2 writes groups: ``$1`` is ``\\1``."""
    return re.sub(r"\$([1-9])", r"\\\1", replacement)
