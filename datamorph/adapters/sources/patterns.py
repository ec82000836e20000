"""Patterns over names of objects, which mean what they mean in a file system."""

from __future__ import annotations

import re
from functools import lru_cache

_TOKENS = re.compile(r"\*|\?|\[!?\]?[^\]/]*\]|.", re.DOTALL)
_MAGIC = {"*": "[^/]*", "?": "[^/]"}


@lru_cache(maxsize=64)
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern as a regular expression: ``**`` is any number of folders, ``*`` and ``?`` stay within one name."""
    *folders, last = pattern.split("/")
    found = ["(?:[^/]+/)*" if part == "**" else f"{_one(part)}/" for part in folders]
    return re.compile("".join([*found, "(?:[^/]+/)*[^/]+" if last == "**" else _one(last)]), re.DOTALL)


def _one(part: str) -> str:
    """What may stand between two slashes."""
    return "".join(_MAGIC.get(token) or _letter(token) for token in _TOKENS.findall(part))


def _letter(token: str) -> str:
    if len(token) == 1:
        return re.escape(token)
    inner = token[1:-1].replace("\\", "\\\\")
    return f"[^/{inner[1:]}]" if inner.startswith("!") else f"[{inner.replace('^', chr(92) + '^')}]"
