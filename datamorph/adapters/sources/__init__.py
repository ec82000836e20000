"""Sources: one module per kind of place."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datamorph.core.source_spec import Files, SourceSpec
from datamorph.ports import ReadSecret, Source

if TYPE_CHECKING:
    from datamorph.adapters.sources.places import FilePlace

SOURCES = {
    "files": "datamorph.adapters.sources.files:FileSource",
    "postgres": "datamorph.adapters.sources.postgres:PostgresSource",
    "http": "datamorph.adapters.sources.dlt:HttpSource",
    "dlt": "datamorph.adapters.sources.dlt:DltSource",
}


def open_source(
    spec: SourceSpec,
    home: Path,
    secret: ReadSecret,
    *,
    region: str | None = None,
    endpoint: str | None = None,
) -> Source:
    """Open the source that a spec describes; heavy packages load with it.

    Args:
        home: where relative paths start.
        secret: the value of a secret.
        region: of AWS, where that is what the environment does not say.
        endpoint: of AWS, where it is not its own.
    """
    module, _, name = SOURCES[spec.kind].partition(":")
    make: Any = getattr(import_module(module), name)
    if spec.files:
        return make(spec.files, _place(spec.files, home, region, endpoint))
    return make(getattr(spec, spec.kind), spec.key, secret)


def _place(files: Files, home: Path, region: str | None, endpoint: str | None) -> FilePlace:
    if files.is_on_s3:
        from datamorph.adapters.sources.s3 import AwsAccess, S3Objects  # noqa: PLC0415 (boto3 is slow to load)

        return S3Objects(files, AwsAccess(region, endpoint))
    from datamorph.adapters.sources.places import LocalFiles  # noqa: PLC0415 (duckdb is slow to load)

    return LocalFiles(files, home)
