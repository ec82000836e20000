"""Adapters of the Engine port."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, cast

from datamorph.errors import SettingsError

if TYPE_CHECKING:
    from datamorph.adapters.engines.process import ProcessLimits
    from datamorph.ports import Engine

ENGINES = {
    "sail": "datamorph.adapters.engines.sail:SailEngine",
    "jvm": "datamorph.adapters.engines.jvm:JvmEngine",
}
"""Settings name to class; a module is loaded when its engine is opened."""


def open_engine(name: str, jobs: Path, limits: ProcessLimits | None = None) -> Engine:
    """Open an engine by its settings name.

    Args:
        jobs: holds a folder per running job; those of failed ones stay for inspection.

    Raises:
        SettingsError: no engine has that name.
    """
    if name not in ENGINES:
        raise SettingsError(f"unknown engine {name!r}", fix=f"set DATAMORPH_ENGINE to one of {', '.join(ENGINES)}")
    module, _, attribute = ENGINES[name].partition(":")
    return cast("Engine", getattr(import_module(module), attribute)(jobs, limits))
