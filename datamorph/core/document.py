"""Documents that people write: YAML 1.2 without what no document of ours needs and hostile ones do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

import yaml

from datamorph.errors import SpecError

MAX_BYTES = 1_000_000
MAX_DEPTH = 100
"""Of lists and mappings in each other."""


def read_document(text: str, *, origin: str) -> object:
    """Plain data from YAML 1.2 without aliases, tags or keys that stand twice.

    Raises:
        SpecError: not readable so, too deep or too large.
    """
    if len(text) > MAX_BYTES:
        raise SpecError(f"{origin} has {len(text):,} characters", fix=f"a spec has at most {MAX_BYTES:,}")
    try:
        return _document(cast("Iterator[Any]", yaml.parse(text, Loader=yaml.CSafeLoader)))
    except (yaml.YAMLError, RecursionError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise SpecError(f"{origin} is not readable YAML: {error!s:.500}", fix="correct that line") from error


def write_document(data: Mapping[str, Any]) -> str:
    """YAML as people would write it; ``read_document`` gives the same data back."""
    return yaml.dump(
        dict(data), Dumper=_PlainDumper, sort_keys=False, default_flow_style=None, allow_unicode=True, width=160
    )


def _document(events: Iterator[Any]) -> object:
    """The one document of the events of libyaml's parser: nothing is built that is not asked for."""
    found: object = None
    for number, event in enumerate(event for event in events if isinstance(event, _CONTENT)):
        if number:
            raise yaml.YAMLError(f"there is a second document (line {_line(event)})")
        found = _value(event, events, 1)
    return found


def _value(event: Any, events: Iterator[Any], depth: int) -> object:
    if isinstance(event, yaml.AliasEvent):
        raise yaml.YAMLError(f"aliases are not allowed (line {_line(event)})")
    if event.tag is not None:
        raise yaml.YAMLError(f"tags such as {event.tag!r:.80} are not allowed (line {_line(event)})")
    if isinstance(event, yaml.ScalarEvent):
        return _scalar(cast(Any, event).value) if cast(Any, event).implicit[0] else cast(Any, event).value
    if depth > MAX_DEPTH:
        raise yaml.YAMLError(f"it is nested too deeply (line {_line(event)})")
    return _items(events, depth) if isinstance(event, yaml.SequenceStartEvent) else _fields(event, events, depth)


def _items(events: Iterator[Any], depth: int) -> list[object]:
    items: list[object] = []
    while not isinstance(event := next(events), yaml.SequenceEndEvent):
        items.append(_value(event, events, depth + 1))
    return items


def _fields(start: Any, events: Iterator[Any], depth: int) -> dict[object, object]:
    fields, names = dict[object, object](), set[str]()
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        key = _value(event, events, depth + 1)
        if str(key) in names:
            raise yaml.YAMLError(f"a key stands twice (line {_line(start)})")
        names.add(str(key))
        fields[key] = _value(next(events), events, depth + 1)
    return fields


def _scalar(text: str) -> object:
    """A value that is written without quotes."""
    for kind in _FIRSTS.get(text[:1], ()):
        pattern, read = _PLAIN[kind]
        if pattern.match(text):
            return read(text)
    return text


def _line(event: Any) -> int:
    return event.start_mark.line + 1


# YAML 1.2's core schema: `on` is a word and not true, `2024-01-31` and `12:30` are text, `010` is ten.
_TAG = "tag:yaml.org,2002:"
_CONTENT = (yaml.ScalarEvent, yaml.CollectionStartEvent, yaml.AliasEvent)
_PLAIN: dict[str, tuple[re.Pattern[str], Callable[[str], object]]] = {
    "null": (re.compile(r"^(?:~|null|Null|NULL|)$"), lambda _: None),
    "bool": (re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), lambda text: text[0] in "tT"),
    "int": (re.compile(r"^[-+]?[0-9]+$"), int),
    "float": (
        re.compile(r"^[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?$|^[-+]?\.inf$|^\.nan$"),
        lambda text: float(text.replace(".inf", "inf").replace(".nan", "nan")),
    ),
}
_STARTS = {"null": ("", "~", "n", "N"), "bool": "tTfF", "int": "-+0123456789", "float": "-+.0123456789"}
_FIRSTS = {
    first: [kind for kind in _PLAIN if first in _STARTS[kind]] for first in {f for s in _STARTS.values() for f in s}
}
_RESOLVERS = {first: [(f"{_TAG}{kind}", _PLAIN[kind][0]) for kind in kinds] for first, kinds in _FIRSTS.items()}


class _PlainDumper(yaml.SafeDumper):
    """Writes what ``read_document`` reads, without quotes that only YAML 1.1 needs."""

    yaml_implicit_resolvers = _RESOLVERS


def _plain_text(dumper: _PlainDumper, text: str) -> Any:
    """Text with a line break that YAML would read as another one is escaped within double quotes."""
    style = '"' if any(c in text for c in "\r\x85\u2028\u2029") else None
    return cast(Any, dumper).represent_scalar(f"{_TAG}str", text, style=style)


_PlainDumper.add_representer(str, _plain_text)
