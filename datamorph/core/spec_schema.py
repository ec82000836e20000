"""The JSON Schema of specs as people write them: editors complete and check a ``spec.yaml`` with it.

It is made from the models, except for what these unfold: a step is ``{name: n, <kind>: {...}}``, a check
``{expect_...: {...}}``, a JSON field may be its type alone. Whatever it refuses, ``parse_spec`` or ``typecheck`` refuse
too; they know more, such as the columns of tables.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any, TypeAlias, cast

from pydantic.json_schema import models_json_schema

from datamorph.core.checks import Check, argument_rules
from datamorph.core.expectations import EXPECTATIONS
from datamorph.core.spec import NamedStep, PipelineSpec
from datamorph.core.steps import STEPS
from datamorph.core.table import NAME, Tier

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema: TypeAlias = dict[str, Any]

_SCALAR: Schema = {"type": ["number", "string", "boolean", "null"]}
_ARGUMENTS: dict[str, Schema] = {
    "column": {"type": "string", "description": "The column that is checked."},
    "column_list": {"type": "array", "items": {"type": "string"}, "minItems": 1},
    "column_A": {"type": "string"},
    "column_B": {"type": "string"},
    "column_set": {"type": "array", "items": {"type": "string"}, "minItems": 1},
    "row_condition": {"type": "string", "description": "Look at these rows only: a condition in Spark SQL."},
    "table": {"type": "string", "description": "Another table, written tier.domain.name."},
    "strict_min": {"type": "boolean"},
    "strict_max": {"type": "boolean"},
    "mostly": {"type": "number", "minimum": 0, "maximum": 1, "description": "Share of the values that must fit."},
    "regex": {"type": "string"},
    "value_set": {"type": "array", "items": _SCALAR, "minItems": 1},
    "min_value": {"type": ["number", "string", "null"]},
    "max_value": {"type": ["number", "string", "null"]},
}
_TABLE: Schema = {
    "type": "string",
    "pattern": rf"^({'|'.join(Tier)})\.{NAME.pattern}\.{NAME.pattern}$",
    "description": "A table, written tier.domain.name.",
}


def spec_schema() -> Schema:
    """The schema of a whole document, draft 2020-12."""
    models = (PipelineSpec, NamedStep, Check, *STEPS.values())
    definitions = cast("Schema", models_json_schema([(model, "validation") for model in models])[1]["$defs"])
    names = {kind: model.__name__ for kind, model in STEPS.items()}
    definitions.update(TableRef=_TABLE, NamedStep=_step(definitions, names), Check=_check())
    definitions["JsonField"] = {"anyOf": [{"type": "string", "description": "its type"}, definitions["JsonField"]]}
    root = definitions.pop("PipelineSpec")
    kept = {name: definitions[name] for name in sorted(_reached(root, definitions))}
    document = {"$schema": DIALECT, "title": "DataMorph pipeline spec", **_plain(root), "$defs": _plain(kept)}
    return cast("Schema", document)


def _step(definitions: Schema, names: dict[str, str]) -> Schema:
    """Two keys: the name and one kind. Editors explain that better than one alternative for each kind."""
    kinds = {kind: {"$ref": f"#/$defs/{name}"} for kind, name in names.items()}
    return {
        "type": "object",
        "description": f"{inspect.getdoc(NamedStep)} Exactly one kind stands beside the name.",
        "properties": {"name": definitions["NamedStep"]["properties"]["name"], **kinds},
        "required": ["name"],
        "minProperties": 2,
        "maxProperties": 2,
        "additionalProperties": False,
    }


def _check() -> Schema:
    checks = {type_: _expectation(type_) for type_ in EXPECTATIONS}
    return {
        "type": "object",
        "description": inspect.getdoc(Check),
        "properties": {
            **checks,
            "severity": {"enum": ["error", "warn"], "default": "error"},
            "on_fail": {"enum": ["block", "quarantine"], "default": "block"},
        },
        "oneOf": [{"required": [type_]} for type_ in EXPECTATIONS],
        "additionalProperties": False,
    }


def _expectation(type_: str) -> Schema:
    expectation = EXPECTATIONS[type_]
    arguments = {name: _ARGUMENTS.get(name, {}) for name in argument_rules(expectation)}
    required = list(expectation.required)
    return {
        "description": f"{expectation.summary[:1].upper()}{expectation.summary[1:]}.",
        "type": "object" if required else ["object", "null"],
        "properties": arguments,
        "required": required,
        "additionalProperties": False,
    }


def _reached(node: object, definitions: Schema, found: set[str] | None = None) -> set[str]:
    """Names of all definitions that a schema refers to, also by way of others."""
    names: set[str] = set() if found is None else found
    for name in _references(node):
        if name not in names:
            names.add(name)
            _reached(definitions[name], definitions, names)
    return names


def _references(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in cast("Schema", node).items():
            if key == "$ref":
                yield str(value).rpartition("/")[2]
            yield from _references(value)
    elif isinstance(node, list):
        for item in cast("list[object]", node):
            yield from _references(item)


def _plain(node: Any) -> Any:
    """The schema without generated titles, with closed mappings and a description at every documented field."""
    if isinstance(node, list):
        return [_plain(item) for item in cast("list[Any]", node)]
    if not isinstance(node, dict):
        return node
    given = cast("Schema", node)
    found: Schema = {key: _plain(value) for key, value in given.items() if not _is_title(key, value)}
    if "patternProperties" in found:
        found["additionalProperties"] = False
    return _described(found) if isinstance(found.get("description"), str) else found


def _is_title(key: str, value: object) -> bool:
    return key == "title" and isinstance(value, str)


def _described(found: Schema) -> Schema:
    """Docstrings list fields under ``Attributes:``; in a schema each stands with its own field."""
    head, _, listed = str(found["description"]).partition("Attributes:\n")
    items, _, rest = listed.partition("\n\n")
    properties: Schema = found.get("properties", {})
    for name, text in re.findall(r"^    (\w+): (.*(?:\n {8}.*)*)", items, re.MULTILINE):
        field = name.rstrip("_")
        if field in properties:
            properties[field] = {**properties[field], "description": " ".join(text.split())}
    return {**found, "description": "\n\n".join(part.strip() for part in (head, rest) if part.strip())}
