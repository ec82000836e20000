"""Documents that people write: YAML 1.2 without what no document of ours needs and hostile ones do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

import yaml

from datamorph.errors import SpecError

MAX_BYTES = 1_000_000
MAX_DEPTH = 100
"""Of lists and mappings in each other: libyaml's composer recurses in C, where too deep is a crash."""


def read_document(text: str, *, origin: str) -> object:
    """Plain data from YAML 1.2 without aliases, tags or keys that stand twice.

    Raises:
        SpecError: not readable so, too deep or too large.
    """
    if len(text) > MAX_BYTES:
        raise SpecError(f"{origin} has {len(text):,} characters", fix=f"a spec has at most {MAX_BYTES:,}")
    try:
        _check_events(text)
        return yaml.load(text, Loader=_PlainLoader)  # noqa: S506 (a safe loader)
    except (yaml.YAMLError, RecursionError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise SpecError(f"{origin} is not readable YAML: {error!s:.500}", fix="correct that line") from error


def write_document(data: Mapping[str, Any]) -> str:
    """YAML as people would write it; ``read_document`` gives the same data back."""
    return yaml.dump(
        dict(data), Dumper=_PlainDumper, sort_keys=False, default_flow_style=None, allow_unicode=True, width=160
    )


def _check_events(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise yaml.YAMLError(f"aliases are not allowed (line {_line(event)})")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                raise yaml.YAMLError(f"it is nested too deeply (line {_line(event)})")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _line(event: yaml.Event) -> int:
    return cast(Any, event.start_mark).line + 1


# YAML 1.2's core schema: `on` is a word and not true, `2024-01-31` and `12:30` are text, `010` is ten.
_TAG = "tag:yaml.org,2002:"
_PLAIN: dict[str, tuple[re.Pattern[str], str]] = {
    "null": (re.compile(r"^(?:~|null|Null|NULL|)$"), "~nN"),
    "bool": (re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), "tTfF"),
    "int": (re.compile(r"^[-+]?[0-9]+$"), "-+0123456789"),
    "float": (
        re.compile(r"^[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?$|^[-+]?\.inf$|^\.nan$"),
        "-+.0123456789",
    ),
}


def _plain_resolvers() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {"": [(f"{_TAG}null", _PLAIN["null"][0])]}
    for tag, (pattern, firsts) in _PLAIN.items():
        for first in firsts:
            resolvers.setdefault(first, []).append((f"{_TAG}{tag}", pattern))
    return resolvers


class _PlainDumper(yaml.SafeDumper):
    """Writes what ``_PlainLoader`` reads, without quotes that only YAML 1.1 needs."""

    yaml_implicit_resolvers = _plain_resolvers()


class _PlainLoader(yaml.CSafeLoader):
    """Safe YAML with unique keys."""

    yaml_implicit_resolvers = _plain_resolvers()

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=deep) for key, _ in node.value]  # pyright: ignore
        if len(set(map(str, keys))) != len(keys):
            raise yaml.YAMLError(f"a key stands twice (line {node.start_mark.line + 1})")
        return super().construct_mapping(node, deep)


def _plain_text(dumper: _PlainDumper, text: str) -> Any:
    """Text with a line break that YAML would read as another one is escaped within double quotes."""
    style = '"' if any(c in text for c in "\r\x85\u2028\u2029") else None
    return cast(Any, dumper).represent_scalar(f"{_TAG}str", text, style=style)


_PlainDumper.add_representer(str, _plain_text)


def _plain_int(loader: _PlainLoader, node: Any) -> int:
    return int(loader.construct_scalar(node))


_PlainLoader.add_constructor(f"{_TAG}int", _plain_int)
