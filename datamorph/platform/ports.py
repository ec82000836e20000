"""The adapters that the settings name, each opened when it is first used."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, get_args
from uuid import uuid4

from datamorph.core.plan import PinnedTable
from datamorph.core.source_spec import SourceSpec
from datamorph.core.table import TableRef
from datamorph.errors import SettingsError
from datamorph.ports import (
    CheckLibrary,
    ContractStore,
    Engine,
    Lake,
    ModelStore,
    PipelineStore,
    Planner,
    QueryEngine,
    RunLog,
    Source,
    SpendingLedger,
    Upkeep,
)
from datamorph.settings import Settings

if TYPE_CHECKING:
    from datamorph.adapters.engines.remote.options import AwsOptions
    from datamorph.adapters.lake.lake import IcebergLake
    from datamorph.adapters.query.duckdb import DuckDBQueries
    from datamorph.adapters.query.isolated import IsolatedQueries
    from datamorph.platform.secrets import SecretReader

GIGABYTE = 1_000_000_000


class Ports:
    """All plug points of one platform; heavy packages load with the adapter that needs them."""

    def __init__(self, settings: Settings, *, is_served: bool = False) -> None:
        self.settings, self._is_served = settings, is_served
        self._engines = dict[str, Engine]()

    def now(self) -> datetime:
        """The clock, UTC."""
        return datetime.now(UTC)

    def new_id(self) -> str:
        """A run id that sorts by time: ``20260131-060000-1a2b3c``."""
        return f"{self.now():%Y%m%d-%H%M%S}-{uuid4().hex[:6]}"

    def written_version(self) -> str:
        """Text that changes when a pipeline, a model or a contract does."""
        return " ".join(store.version() for store in (self.pipelines, self.models, self.contracts))

    def with_engine(self, name: str) -> Ports:
        """The same adapters, the run log with its locks first of all, and another engine.

        Raises:
            SettingsError: there is no engine of that name.
        """
        if name not in (engines := get_args(Settings.model_fields["engine"].annotation)):
            raise SettingsError(f"there is no engine {name!r}", fix=f"the engines are {', '.join(engines)}")
        if name == self.settings.engine:
            return self
        _ = self.log
        other = copy(self)
        other.settings = self.settings.model_copy(update={"engine": name})
        other.__dict__.pop("engine", None)
        return other

    @cached_property
    def lake(self) -> Lake:
        """Published tables."""
        return self._iceberg

    @cached_property
    def upkeep(self) -> Upkeep:
        """Housekeeping of the published tables."""
        return self._iceberg

    @cached_property
    def _iceberg(self) -> IcebergLake:
        from datamorph.adapters.lake.opening import open_folder, open_s3

        settings, state = self.settings, self.settings.path("state") / "lake"
        place = settings.lake or str(state)
        if place.startswith("s3://"):
            return open_s3(
                place, state, region=settings.aws_region, prefix=settings.glue_prefix, endpoint=settings.aws_endpoint,
                kms_key=settings.kms_key,
            )  # fmt: skip
        return open_folder(settings.home / Path(place).expanduser())

    @property
    def engine(self) -> Engine:
        """Where transforms run that no plan has chosen an engine for."""
        return self.engine_named("sail" if self.settings.engine == "auto" else self.settings.engine)

    def engine_named(self, name: str) -> Engine:
        """An engine by its name, opened once."""
        if name not in self._engines:
            self._engines[name] = self._opened_engine(name)
        return self._engines[name]

    def _opened_engine(self, name: str) -> Engine:
        from datamorph.adapters.engines import open_engine
        from datamorph.adapters.engines.process import ProcessLimits

        memory = self.settings.engine_memory_gb
        limits = ProcessLimits(memory_bytes=int(memory * GIGABYTE) if memory else None)
        return open_engine(name, self.settings.path("state") / "jobs", limits, self._aws_options())

    def _aws_options(self) -> AwsOptions:
        from datamorph.adapters.engines.remote.options import AwsOptions

        settings = self.settings
        return AwsOptions(
            jobs=settings.jobs_uri,
            region=settings.aws_region,
            endpoint=settings.aws_endpoint,
            role=settings.aws_job_role,
            attempts=settings.aws_job_attempts,
            glue_job=settings.glue_job,
            glue_version=settings.glue_version,
            glue_worker=settings.glue_worker,
            glue_workers=settings.glue_workers,
            glue_flex=settings.glue_flex,
            emr_application=settings.emr_application,
            emr_cluster=settings.emr_cluster,
            emr_instance_profile=settings.emr_instance_profile,
            emr_service_role=settings.emr_service_role,
            emr_release=settings.emr_release,
            emr_instance=settings.emr_instance,
            emr_workers=settings.emr_workers,
            emr_spot=settings.emr_spot,
            emr_subnet=settings.emr_subnet,
            ecs_cluster=settings.ecs_cluster,
            ecs_task=settings.ecs_task,
            ecs_subnets=settings.ecs_subnets,
            ecs_security_groups=settings.ecs_security_groups,
            ecs_spot=settings.ecs_spot,
            kms_key=settings.kms_key,
        )

    @cached_property
    def engine_spending(self) -> SpendingLedger:
        """What jobs on AWS have cost."""
        from datamorph.adapters.llm.ledger import SqliteLedger

        return SqliteLedger(self.settings.path("state") / "engine_spending.db")

    @cached_property
    def queries(self) -> QueryEngine:
        """Reads and checks."""
        return self._duckdb

    @property
    def queries_of_people(self) -> QueryEngine:
        """What people ask; where many are served, away from everything else."""
        return self._isolated if self._is_served else self.queries

    @cached_property
    def _isolated(self) -> IsolatedQueries:
        from datamorph.adapters.query.isolated import IsolatedQueries

        memory, spill = self.settings.query_memory, self.settings.path("state") / "tmp"
        return IsolatedQueries(self._duckdb, memory_limit=memory, temp_dir=spill)

    @cached_property
    def _duckdb(self) -> DuckDBQueries:
        from datamorph.adapters.query.duckdb import DuckDBQueries

        return DuckDBQueries(memory_limit=self.settings.query_memory, temp_dir=self.settings.path("state") / "tmp")

    def close(self) -> None:
        """Give back what was prepared and not used, and end what waits for work."""
        self.engine.release()
        if "_isolated" in self.__dict__:
            self._isolated.close()

    @cached_property
    def library(self) -> CheckLibrary:
        """Checks that no scan compiles."""
        from datamorph.adapters.quality.great_expectations import GreatExpectations

        return GreatExpectations()

    @cached_property
    def log(self) -> RunLog:
        """The record of runs."""
        settings = self.settings
        if settings.database_url:
            from datamorph.adapters.runlog.postgres import PostgresRunLog

            url, secrets = settings.database_url, self.secrets
            return PostgresRunLog(secrets.database(url), renewed=lambda: secrets.database(url, fresh=True))
        if settings.runlog.startswith("dynamodb://"):
            from datamorph.adapters.runlog.dynamodb import DynamoPlace, DynamoRunLog

            place = DynamoPlace(
                settings.runlog.removeprefix("dynamodb://"), settings.aws_region, settings.aws_endpoint,
                keep_days=settings.runlog_days,
            )  # fmt: skip
            return DynamoRunLog(place, settings.path("state") / "runs.d")
        from datamorph.adapters.runlog.sqlite import SqliteRunLog

        return SqliteRunLog(self.settings.path("state") / "runs.db")

    @cached_property
    def pipelines(self) -> PipelineStore:
        """Saved pipelines."""
        settings = self.settings
        if settings.pipelines.startswith("s3://"):
            from datamorph.adapters.pipelines.s3 import PipelinesPlace, S3Pipelines

            return S3Pipelines(
                PipelinesPlace(settings.pipelines, settings.aws_region, settings.aws_endpoint, settings.kms_key)
            )
        from datamorph.adapters.pipelines.folder import FolderPipelines

        return FolderPipelines(settings.path("pipelines"))

    @cached_property
    def contracts(self) -> ContractStore:
        """What tables promise."""
        from datamorph.adapters.contracts.folder import FolderContracts

        return FolderContracts(self.settings.path("contracts"))

    @cached_property
    def models(self) -> ModelStore:
        """SQL models."""
        from datamorph.adapters.models.folder import FolderModels

        return FolderModels(self.settings.path("models"))

    @cached_property
    def planner(self) -> Planner:
        """Who turns prompts into specs, over the tables of the lake."""
        return self.planner_over(lambda ref: self.lake.pin(ref))  # noqa: PLW0108 (the lake opens when it is read)

    def planner_over(self, pin: Callable[[TableRef], PinnedTable]) -> Planner:
        """Who turns prompts into specs; where rows are looked at, ``pin`` says where they are."""
        from datamorph.planning.offline import OfflinePlanner

        offline = OfflinePlanner()
        if self.settings.planner == "offline":
            return offline
        from datamorph.platform.language_model import open_planner

        return open_planner(self, offline, pin)

    def source(self, spec: SourceSpec) -> Source:
        """Where a raw table comes from."""
        from datamorph.adapters.sources import open_source

        settings = self.settings
        return open_source(
            spec, settings.home, self.secrets, region=settings.aws_region, endpoint=settings.aws_endpoint
        )

    @cached_property
    def secrets(self) -> SecretReader:
        """Values of secrets."""
        from datamorph.platform.secrets import open_secrets

        return open_secrets(self.settings)
