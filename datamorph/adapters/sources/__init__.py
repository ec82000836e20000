"""Sources: one module per kind of place."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from datamorph.core.source_spec import SourceSpec
from datamorph.ports import ReadSecret, Source

SOURCES = {
    "files": "datamorph.adapters.sources.files:FileSource",
    "postgres": "datamorph.adapters.sources.postgres:PostgresSource",
    "http": "datamorph.adapters.sources.dlt:HttpSource",
    "dlt": "datamorph.adapters.sources.dlt:DltSource",
}


def open_source(spec: SourceSpec, home: Path, secret: ReadSecret) -> Source:
    """Open the source that a spec describes; heavy packages load with it.

    Args:
        home: where relative paths start.
        secret: the value of a secret.
    """
    module, _, name = SOURCES[spec.kind].partition(":")
    make: Any = getattr(import_module(module), name)
    if spec.kind == "files":
        return make(spec.files, home)
    return make(getattr(spec, spec.kind), spec.key, secret)
