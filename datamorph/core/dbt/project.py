"""What stands in a dbt project: its models, what its YAML says of them, its sources and seeds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePosixPath
from typing import Any, cast

import yaml

from datamorph.errors import SpecError

PROJECT = "dbt_project.yml"
Properties = dict[str, Any]
_DOCS = re.compile(r"\{%-?\s*docs\s+(\w+)\s*-?%\}(.*?)\{%-?\s*enddocs\s*-?%\}", re.DOTALL)
_DOC = re.compile(r"\{\{\s*doc\(\s*['\"](\w+)['\"]\s*\)\s*\}\}")
_OTHER_FOLDERS = {"macros": "macro", "snapshots": "snapshot", "tests": "test in SQL", "analyses": "analysis"}


@dataclass(frozen=True, slots=True)
class Note:
    """Something that is not in the models as it was in dbt, and why.

    Attributes:
        is_lost: it is left out; else it is there in another form.
    """

    file: str
    what: str
    why: str
    is_lost: bool = True

    def __str__(self) -> str:
        return f"{self.file}: {self.what}: {self.why}"


@dataclass(frozen=True, slots=True)
class DbtModel:
    """One model's file with everything that the project's YAML says of it."""

    name: str
    path: str
    sql: str
    config: Properties
    properties: Properties


@dataclass(frozen=True, slots=True)
class DbtProject:
    """A whole project.

    Attributes:
        sources: ``(source, table)`` to the table's own name in its database.
        seeds: names of CSV files, to their paths.
        docs: blocks of documentation, by name.
        notes: files that have no part in models.
    """

    name: str
    variables: Mapping[str, Any]
    models: tuple[DbtModel, ...]
    sources: Mapping[tuple[str, str], str]
    seeds: Mapping[str, str]
    unit_tests: tuple[Properties, ...]
    docs: Mapping[str, str]
    notes: tuple[Note, ...] = field(default=())

    def told(self, text: object) -> str:
        """A description with the documentation that it refers to."""
        return _DOC.sub(lambda match: self.docs.get(match[1], match[1]), str(text or "")).strip()


def read_project(files: Mapping[str, str]) -> DbtProject:
    """Read a project from its files.

    Args:
        files: path within the project, with slashes, to text. Of CSV files the text does not matter.

    Raises:
        SpecError: there is no readable ``dbt_project.yml``.
    """
    if PROJECT not in files:
        raise SpecError(f"there is no {PROJECT}", fix="name the folder of a dbt project")
    project = _mapping(files[PROJECT], PROJECT)
    folders = [str(name) for name in project.get("model-paths") or ["models"]]
    seed_folders = [str(name) for name in project.get("seed-paths") or ["seeds", "data"]]
    documents = [_mapping(text, path) for path, text in files.items() if _is_properties(path, folders + seed_folders)]
    properties = {str(one["name"]): one for one in _listed(documents, "models")}
    configured = _of(_of(project, "models"), str(project.get("name")))
    models = [
        _model(path, text, folder, configured, properties)
        for path, text in files.items()
        if path.endswith(".sql") and (folder := _folder_of(path, folders))
    ]
    return DbtProject(
        name=str(project.get("name") or "dbt"),
        variables=_variables(project),
        models=tuple(sorted(models, key=lambda model: model.path)),
        sources=dict(_sources(documents)),
        seeds={PurePosixPath(p).stem: p for p in files if p.endswith(".csv") and _folder_of(p, seed_folders)},
        unit_tests=tuple(_listed(documents, "unit_tests")),
        docs={m[1]: m[2].strip() for path, text in files.items() if path.endswith(".md") for m in _DOCS.finditer(text)},
        notes=tuple(_others(files)),
    )


def _of(tree: Properties, key: str) -> Properties:
    found = tree.get(key)
    return cast("Properties", found) if isinstance(found, dict) else {}


def _variables(project: Properties) -> dict[str, Any]:
    """Variables of the project; those that stand under its name count, too."""
    found = dict(project.get("vars") or {})
    own = found.pop(str(project.get("name")), None)
    return {**found, **own} if isinstance(own, dict) else found


def _model(path: str, sql: str, folder: str, configured: Properties, properties: Mapping[str, Properties]) -> DbtModel:
    name = PurePosixPath(path).stem
    known = properties.get(name, {})
    config = _configured(configured, PurePosixPath(path).relative_to(folder).parts[:-1])
    return DbtModel(name, path, sql, {**config, **(known.get("config") or {})}, known)


def _configured(tree: Properties, folders: tuple[str, ...]) -> Properties:
    """What ``dbt_project.yml`` says of models in a folder: deeper folders win, ``+`` marks what is no folder."""
    found: Properties = {}
    for depth in range(len(folders) + 1):
        found |= {key.removeprefix("+"): value for key, value in tree.items() if _is_setting(key, value)}
        if depth == len(folders) or not isinstance(tree.get(folders[depth]), dict):
            break
        tree = cast("Properties", tree[folders[depth]])
    return found


def _is_setting(key: str, value: object) -> bool:
    return key.startswith("+") or not isinstance(value, dict)


def _sources(documents: list[Properties]) -> Iterator[tuple[tuple[str, str], str]]:
    for source in _listed(documents, "sources"):
        for table in source.get("tables") or ():
            yield (str(source["name"]), str(table["name"])), str(table.get("identifier") or table["name"])


def _others(files: Mapping[str, str]) -> Iterator[Note]:
    for path in sorted(files):
        kind = _OTHER_FOLDERS.get(path.split("/")[0])
        if kind and path.endswith((".sql", ".py")):
            yield Note(path, kind, "only models, their tests and their descriptions are imported")
        elif path.startswith("models/") and path.endswith(".py"):
            yield Note(path, "model in Python", "write it as a pipeline with a python step")


def _listed(documents: list[Properties], key: str) -> list[Properties]:
    found = (entry for document in documents for entry in document.get(key) or ())
    return [cast("Properties", entry) for entry in found if isinstance(entry, dict) and "name" in entry]


def _is_properties(path: str, folders: list[str]) -> bool:
    return path.endswith((".yml", ".yaml")) and _folder_of(path, folders) != ""


def _folder_of(path: str, folders: list[str]) -> str:
    return next((folder for folder in folders if path.startswith(f"{folder}/")), "")


def _mapping(text: str, path: str) -> Properties:
    try:
        data = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError) as error:
        raise SpecError(f"{path} is not readable YAML: {error!s:.300}", fix="correct that line") from error
    return cast("Properties", _plain(cast(object, data))) if isinstance(data, dict) else {}


def _plain(data: object) -> object:
    """Moments as text, as our documents have them."""
    if isinstance(data, dict):
        return {key: _plain(value) for key, value in cast("dict[object, object]", data).items()}
    if isinstance(data, list):
        return [_plain(value) for value in cast("list[object]", data)]
    return data.isoformat() if isinstance(data, date) else data
