"""Jinja in SQL, and nothing but variables of the project: the text that comes out knows where it came from.

No function can be called, no file, module or environment be reached: there is only text, numbers and lists, ``if``,
``for`` and ``set``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

from jinja2 import StrictUndefined, TemplateError, UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

Variable: TypeAlias = str | int | float | bool | Sequence["Variable"]
MAX_LENGTH = 100_000
FILTERS = ("default", "first", "join", "last", "length", "lower", "replace", "trim", "upper")

_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_MARK = re.compile("([\x01\x02])([0-9]+)\x03")
_CONTROL = re.compile("[\x01-\x03]")
_WRITES = re.compile(r"\{%[-+]?\s*(include|import|from|extends|block|macro|call|raw|filter)\b")


class TemplateMistake(Exception):
    """What is wrong with a template, and where in its source."""

    def __init__(self, message: str, *, hint: str, offset: int) -> None:
        super().__init__(message)
        self.message, self.hint, self.offset = message, hint, offset


@dataclass(frozen=True, slots=True)
class Rendered:
    """Text made from a template.

    Attributes:
        anchors: ``(offset in text, offset in source, verbatim)`` in order: from there on, the text is the source's
            own, or was put there by the tag at that place.
    """

    text: str
    anchors: tuple[tuple[int, int, bool], ...]

    def source_offset(self, offset: int) -> int:
        """Where in the template a place of the text came from."""
        index = bisect_right(self.anchors, offset, key=lambda anchor: anchor[0]) - 1
        if index < 0:
            return offset
        start, source, is_verbatim = self.anchors[index]
        return source + (offset - start if is_verbatim else 0)


def render(source: str, variables: Mapping[str, Variable]) -> Rendered:
    """Put the variables into a template.

    Raises:
        TemplateMistake: it is no template, reads what is no variable, or wants more than text.
    """
    if odd := _CONTROL.search(source):
        raise TemplateMistake("the file holds a control character", hint="remove it", offset=odd.start())
    if "{" not in source:
        return Rendered(source, ())
    if refused := _WRITES.search(source):
        hint = "there are {{ variables }}, if, for and set"
        raise TemplateMistake(f"Jinja's {refused[1]} is not allowed", hint=hint, offset=refused.start())
    try:
        marked = _environment().from_string(_marked(source)).render(dict(variables))
    except (TemplateError, ArithmeticError, TypeError, ValueError, LookupError, RecursionError) as error:
        raise _mistake(error, source, variables) from error
    if len(marked) > 2 * MAX_LENGTH:
        raise TemplateMistake(f"it makes {len(marked):,} characters", hint=f"at most {MAX_LENGTH:,}", offset=0)
    return _unmarked(marked)


class _Sandbox(ImmutableSandboxedEnvironment):
    """Nothing can be called, and nothing be made large."""

    intercepted_binops = frozenset(["*", "**", "%"])

    def is_safe_callable(self, obj: Any) -> bool:
        return False

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        raise SecurityError(f"{operator} is not allowed")


@cache
def _environment() -> _Sandbox:
    environment = _Sandbox(undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False)
    names = vars(environment)  # jinja2 leaves their types open
    names["globals"].clear()
    names["filters"] = {name: names["filters"][name] for name in FILTERS}
    return environment


def _marked(source: str) -> str:
    """The template with the place of every verbatim part around it."""
    parts, end = list[str](), 0
    for tag in _TAG.finditer(source):
        parts += [_verbatim(source, end, tag.start()), tag[0]]
        end = tag.end()
    return "".join([*parts, _verbatim(source, end, len(source))])


def _verbatim(source: str, start: int, end: int) -> str:
    return f"\x01{start}\x03{source[start:end]}\x02{end}\x03"


def _unmarked(marked: str) -> Rendered:
    parts, anchors, length, end = list[str](), list[tuple[int, int, bool]](), 0, 0
    for mark in _MARK.finditer(marked):
        parts.append(marked[end : mark.start()])
        length += len(parts[-1])
        anchors.append((length, int(mark[2]), mark[1] == "\x01"))
        end = mark.end()
    return Rendered("".join([*parts, marked[end:]]), tuple(anchors))


def _mistake(error: Exception, source: str, variables: Mapping[str, Variable]) -> TemplateMistake:
    message = str(error).split("\n")[0][:200]
    tags = list(_TAG.finditer(source))
    if isinstance(error, UndefinedError) and (named := re.match(r"'(\w+)' is undefined", message)):
        used = (m for tag in tags for m in re.finditer(rf"\b{named[1]}\b", tag[0]))
        place = next((tag.start() for tag in tags if re.search(rf"\b{named[1]}\b", tag[0])), 0)
        first = next(used, None)
        known = f"the variables are {', '.join(variables)}" if variables else "there is no variable"
        hint = f"{known}; write it into variables.yaml"
        return TemplateMistake(f"no variable {named[1]!r}", hint=hint, offset=place + (first.start() if first else 0))
    line = getattr(error, "lineno", None)
    start = sum(map(len, source.splitlines(keepends=True)[: line - 1])) if isinstance(line, int) else None
    if isinstance(error, SecurityError):
        message = "no call is allowed" if "not safely callable" in message else message
        tags = [tag for tag in tags if re.search(r"[(*%]", tag[0][2:-2])] or tags
    offset = start if start is not None else (tags[0].start() if tags else 0)
    return TemplateMistake(f"Jinja: {message}", hint="there are {{ variables }}, if, for and set", offset=offset)
