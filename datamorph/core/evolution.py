"""Specs of earlier versions: each upgrade turns the plain data of version N into that of version N + 1.

Upgrades are pure functions that see data before it is validated, so they leave alone what they do not know. They are
never changed once released: a document of any version is read by all later ones.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, cast

from datamorph.errors import SpecError

Upgrade: TypeAlias = Callable[[dict[str, Any]], dict[str, Any]]

_MANY = 10**18

UPGRADES: dict[int, Upgrade] = {}
"""Upgrade of each version to the next; version 1 is the newest so far."""


def upgraded(data: object, *, known: int, origin: str, upgrades: Mapping[int, Upgrade] = UPGRADES) -> object:
    """The data in the newest version; what is no mapping, or has that version already, as it is.

    Args:
        known: the newest version. A document without ``spec_version`` has version 1.
        origin: what to call the document in errors.
        upgrades: one for every version from 1 to ``known`` - 1.

    Raises:
        SpecError: a version that never was, one that is newer than known, or data that an upgrade cannot read.
    """
    if not isinstance(data, dict):
        return data
    fields = cast("dict[str, Any]", data)
    version = _version(fields.get("spec_version", 1), known, origin)
    for step in range(version, known):
        fields = _upgraded_once(fields, step, upgrades[step], origin)
    return fields


def _version(value: object, known: int, origin: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        versions = f"1 to {known}" if known > 1 else "1"
        problem = f"{origin} has spec_version {_shown(value)}, which is no version"
        raise SpecError(problem, fix=f"write spec_version: {known} (there is {versions}), or leave it out for 1")
    if value > known:
        raise SpecError(f"{origin} has spec_version {_shown(value)}, this is for {known}", fix="upgrade datamorph")
    return value


def _shown(value: object) -> str:
    return "of many digits" if isinstance(value, int) and abs(value) > _MANY else f"{value!r:.80}"


def _upgraded_once(fields: dict[str, Any], version: int, upgrade: Upgrade, origin: str) -> dict[str, Any]:
    try:
        found = upgrade(copy.deepcopy(fields))
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        problem = f"{origin} cannot be brought from spec_version {version} to {version + 1}: {error!r:.200}"
        raise SpecError(problem, fix=f"correct it so that it is a spec of version {version}") from error
    return {**found, "spec_version": version + 1}
