"""The text of a ``glossary.yaml`` with one more wording; everything else in it stays as a person wrote it."""

from __future__ import annotations

import json
import re
from typing import Any, cast

import yaml

from datamorph.core.document import read_document
from datamorph.errors import SpecError

_SECTION = "wordings"
_PLAIN = re.compile(r"[A-Za-z]\w*(?: \w+)*")


def with_wording(text: str, phrase: str, words: str) -> str:
    """The text in which ``wordings`` has the phrase with these words, comments and order as they were."""
    newline = "\r\n" if "\r\n" in text else "\n"
    root = cast("Any", yaml.compose(text, Loader=yaml.SafeLoader))
    if root is None:
        return f"{_ended(text, newline)}{_SECTION}:{newline}  {_entry(phrase, words)}{newline}"
    section = _child(root, _SECTION)
    if section is None:
        return f"{_ended(text, newline)}{newline}{_SECTION}:{newline}  {_entry(phrase, words)}{newline}"
    key, value = section
    known = next((one for one in _entries(value) if " ".join(one[0].value.lower().split()) == phrase), None)
    if known is not None:
        return text[: known[1].start_mark.index] + _scalar(words) + text[known[1].end_mark.index :]
    if isinstance(value, yaml.MappingNode) and value.flow_style:
        at = value.end_mark.index - 1
        return f"{text[:at].rstrip()}{', ' if _entries(value) else ''}{_entry(phrase, words)}{text[at:]}"
    entries = _entries(value)
    indent = " " * (entries[-1][0].start_mark.column if entries else key.start_mark.column + 2)
    at = _line_end(text, entries[-1][1].end_mark if entries else key.end_mark)
    return f"{_ended(text[:at], newline)}{indent}{_entry(phrase, words)}{newline}{text[at:]}"


def _child(node: Any, name: str) -> tuple[Any, Any] | None:
    return next(((key, value) for key, value in _entries(node) if key.value == name), None)


def _entries(node: Any) -> list[tuple[Any, Any]]:
    return list(node.value) if isinstance(node, yaml.MappingNode) else []


def _line_end(text: str, mark: Any) -> int:
    """Behind the line on which something ends; its own beginning where that is the end of a block of lines."""
    if mark.column == 0:
        return int(mark.index)
    end = text.find("\n", mark.index)
    return len(text) if end < 0 else end + 1


def _ended(text: str, newline: str) -> str:
    return text if not text or text.endswith("\n") else text + newline


def _entry(phrase: str, words: str) -> str:
    return f"{_scalar(phrase)}: {_scalar(words)}"


def _scalar(text: str) -> str:
    """Text as YAML: bare where that is the same text, else within quotes."""
    try:
        is_bare = _PLAIN.fullmatch(text) is not None and read_document(text, origin="a scalar") == text
    except SpecError:
        is_bare = False
    return text if is_bare else json.dumps(text, ensure_ascii=False)
