"""Adapters of the Engine port."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from datamorph.errors import SettingsError

if TYPE_CHECKING:
    from datamorph.adapters.engines.process import ProcessLimits
    from datamorph.adapters.engines.remote.options import AwsOptions
    from datamorph.ports import Engine

ENGINES = {
    "sail": "datamorph.adapters.engines.sail:SailEngine",
    "jvm": "datamorph.adapters.engines.jvm:JvmEngine",
}
"""Settings name to class; a module is loaded when its engine is opened."""

SERVICES = {
    "glue": "datamorph.adapters.engines.remote.glue:GlueService",
    "emr_serverless": "datamorph.adapters.engines.remote.emr_serverless:EmrServerlessService",
    "emr": "datamorph.adapters.engines.remote.emr:open_emr",
    "ecs": "datamorph.adapters.engines.remote.ecs:EcsService",
}
"""The same for the services of AWS, each of which is an engine."""


def open_engine(name: str, jobs: Path, limits: ProcessLimits | None = None, aws: AwsOptions | None = None) -> Engine:
    """Open an engine by its settings name.

    Args:
        jobs: holds a folder per running job of an engine on this machine; those of failed ones stay for inspection.
        aws: what engines on AWS are told.

    Raises:
        SettingsError: no engine has that name, or it misses a setting.
    """
    if name in SERVICES:
        return _open_service(name, aws)
    if name not in ENGINES:
        names = ", ".join([*ENGINES, *SERVICES])
        raise SettingsError(f"unknown engine {name!r}", fix=f"set DATAMORPH_ENGINE to one of {names}")
    return cast("Engine", _load(ENGINES[name])(jobs, limits))


def _open_service(name: str, aws: AwsOptions | None) -> Engine:
    if aws is None or not aws.jobs.startswith("s3://"):
        raise SettingsError(
            f"engine {name!r} needs a place on S3 for its job files", fix="set aws_jobs = s3://BUCKET/PREFIX, or lake"
        )
    if not aws.region:
        raise SettingsError(f"engine {name!r} needs a region", fix="set aws_region, such as eu-central-1")
    from datamorph.adapters.engines.remote.clients import Clients  # noqa: PLC0415 (boto3 is slow to load)
    from datamorph.adapters.engines.remote.engine import RemoteEngine  # noqa: PLC0415

    clients = Clients(aws)
    return RemoteEngine(_load(SERVICES[name])(clients, aws), clients, aws)


def _load(path: str) -> Callable[..., Any]:
    module, _, attribute = path.partition(":")
    return getattr(import_module(module), attribute)
