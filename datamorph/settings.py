"""All settings, in one place, read once at an edge and passed on as plain values.

Precedence: arguments, ``DATAMORPH_*`` in the environment, ``datamorph.toml`` in the home folder, defaults. The
defaults need no account, key or JVM.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, ClassVar, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from datamorph.core.language_model import Structure
from datamorph.core.secret import PATTERN as SECRET
from datamorph.errors import SettingsError

PREFIX = "DATAMORPH_"
EngineName: TypeAlias = Literal["sail", "jvm", "glue", "emr_serverless", "emr", "ecs", "auto"]
FILE = "datamorph.toml"
NAMES_OF_SECRETS = frozenset({"llm_key", "alert_smtp_password"})
"""Settings that say where a secret is; whoever writes the secret itself there does not see it again."""
SECRETS = frozenset({"database_url", "access_code", "webhook_key", "alert_webhook", "oidc_client_secret"})
"""Settings whose values are shown to nobody; each may say where its value is: ``secretsmanager:NAME``."""


class Settings(BaseModel):
    """What a person may set. Relative paths start at ``home``."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid")

    home: Path = Field(description="The project's folder: pipelines, settings file and state live in it.")
    state: Path = Field(default=Path(".datamorph"), description="Folder of lake, run log and Dagster's own storage.")
    pipelines: str = Field(
        default="pipelines",
        min_length=1,
        description="Saved pipelines, for people to read: a folder, or s3://BUCKET/PREFIX.",
    )
    contracts: Path = Field(default=Path("contracts"), description="Folder of data contracts, for people to write.")
    models: Path = Field(default=Path("dbt_like_sql"), description="Folder of the SQL models: tier/domain/name.sql.")
    sources: Path = Field(default=Path("sources.yaml"), description="File that says where raw tables come from.")
    inbox: Path = Field(default=Path("inbox"), description="Folder of prompts that Dagster runs: *.txt, *.md, *.yaml.")
    lake: str | None = Field(
        default=None, description="Where tables lie: a folder (state/lake by default), or s3://BUCKET/PREFIX with Glue."
    )
    aws_region: str | None = Field(default=None, description="Region of S3 and Glue, needed by a lake on S3.")
    aws_endpoint: str | None = Field(default=None, description="Endpoint of S3 and Glue, where it is not AWS's own.")
    glue_prefix: str = Field(
        default="", pattern=r"^([a-z][a-z0-9_]*_)?$",
        description="What this lake's Glue databases begin with, where several lakes share a catalog: dev_.",
    )  # fmt: skip
    database_url: str | None = Field(
        default=None, repr=False, pattern=rf"^postgres(ql)?://\S+$|{SECRET}",
        description="PostgreSQL of the run log and of Dagster, postgresql://USER@HOST/NAME; files in state by default.",
    )  # fmt: skip
    approve_changes: bool = Field(
        default=False, description="An edited pipeline may remove or change published rows without --approve."
    )
    keep_snapshots: int = Field(default=20, ge=1, description="So many of a table's latest snapshots never expire.")
    keep_days: float = Field(default=7, ge=0, description="What was current in these last days never expires.")
    sweep_days: float = Field(
        default=3, ge=0, description="Files that no table names are removed after that many days; never of live runs."
    )
    dropped_days: float = Field(default=30, ge=0, description="A dropped table can come back for that many days.")
    secret_seconds: float = Field(
        default=60,
        ge=0,
        description="What Secrets Manager or SSM answered is used for so long; then it is asked again.",
    )
    runlog: str = Field(
        default="sqlite", pattern=r"^(sqlite|dynamodb://[A-Za-z0-9_.-]{3,255})$",
        description="Where runs are recorded: sqlite, or dynamodb://TABLE for several machines.",
    )  # fmt: skip
    runlog_days: float = Field(default=0, ge=0, description="DynamoDB forgets runs after that many days; 0 never.")
    engine: EngineName = Field(
        default="sail",
        description="Where transforms run: sail, jvm for classic Spark (needs Java 17 or newer), glue, emr_serverless, "
        "emr or ecs on AWS, or auto to choose by size and cost.",
    )
    engines: dict[str, EngineName] = Field(default={}, description="Engines of single pipelines, by name.")
    auto_local_gb: float = Field(default=5, ge=0, description="Up to that size of its inputs, auto stays here.")
    engine_usd_per_run: float = Field(default=5, ge=0, description="No job on AWS costs more than that.")
    engine_usd_per_day: float = Field(default=50, ge=0, description="Jobs of a day (UTC) cost no more than that.")
    engine_rates: Path | None = Field(default=None, description="File of AWS rates instead of those that are shipped.")
    aws_jobs: str | None = Field(
        default=None, pattern=r"^s3://[^/]+(/.*)?$",
        description="Where files of jobs on AWS go; by default jobs below a lake on S3.",
    )  # fmt: skip
    aws_job_role: str = Field(default="", description="ARN of the role that jobs on AWS run under.")
    aws_job_attempts: int = Field(
        default=2, ge=1, le=5, description="A job whose failure may pass is started so often."
    )
    kms_key: str = Field(default="", description="KMS key that encrypts files of jobs; empty for the bucket's own.")
    glue_job: str = Field(default="datamorph", description="Glue's job definition; made when it is missing.")
    glue_version: str = Field(default="5.0", description="Glue version of a job definition that is made.")
    glue_worker: Literal["", "G.1X", "G.2X", "G.4X", "G.8X"] = Field(
        default="", description="Worker type of Glue; empty to choose by size."
    )
    glue_workers: int = Field(default=0, ge=0, description="Workers of a Glue job; 0 to choose by size.")
    glue_flex: bool = Field(default=False, description="Glue's spare capacity: cheaper, and may start later.")
    emr_application: str = Field(default="", description="Id of the EMR Serverless application.")
    emr_cluster: str = Field(default="", description="Id of a running EMR cluster, j-...; empty for one for each job.")
    emr_instance_profile: str = Field(
        default="", description="Instance profile of clusters that are made for a job, such as EMR_EC2_DefaultRole."
    )
    emr_service_role: str = Field(default="EMR_DefaultRole", description="Role that EMR itself makes clusters under.")
    emr_release: str = Field(default="emr-7.5.0", pattern=r"^emr-\d+\.\d+\.\d+$", description="Release of clusters.")
    emr_instance: str = Field(
        default="m6g.xlarge", pattern=r"^[a-z0-9-]+\.([0-9]*x)?large$", description="Machines of clusters."
    )
    emr_workers: int = Field(default=0, ge=0, description="Core machines of a cluster; 0 to choose by size.")
    emr_spot: bool = Field(default=False, description="Core machines on the spot market; the primary one never is.")
    emr_subnet: str = Field(default="", description="Subnet of clusters; empty for the account's own.")
    ecs_cluster: str = Field(default="", description="ECS cluster.")
    ecs_task: str = Field(default="", description="ECS task definition, whose first container has pyspark and pysail.")
    ecs_subnets: tuple[str, ...] = Field(default=(), description="Subnets of ECS tasks; with commas between.")
    ecs_security_groups: tuple[str, ...] = Field(default=(), description="Security groups of ECS tasks.")
    ecs_spot: bool = Field(default=False, description="ECS tasks on Fargate Spot.")
    planner: Literal["offline", "anthropic", "bedrock", "replay"] = Field(
        default="offline",
        description="Who turns prompts into specs: offline, or a language model by way of an adapter.",
    )
    llm_model: str = Field(
        default="", description="The language model, in its provider's words; needed when one plans."
    )
    llm_base_url: str | None = Field(
        default=None, pattern=r"^https?://\S+$", description="Address of a server that speaks the provider's protocol."
    )
    llm_structure: Structure = Field(
        default="schema", description="How answers get their shape: schema, or tool for a server that has no schemas."
    )
    llm_key: str = Field(
        default="env:ANTHROPIC_API_KEY", pattern=SECRET, description="Where Anthropic's key is: env:NAME, file:PATH, "
        "secretsmanager:NAME#FIELD or ssm:NAME.",
    )  # fmt: skip
    llm_effort: Literal["", "low", "medium", "high", "xhigh", "max"] = Field(
        default="", description="How hard the language model thinks; empty for its own default."
    )
    llm_timeout_s: float = Field(default=900, gt=0, description="One call takes no longer, retries included.")
    llm_silence_s: float = Field(default=120, gt=0, description="A call ends when nothing arrives for so long.")
    llm_retries: int = Field(default=3, ge=0, le=10, description="How often a call is made again where that may help.")
    llm_max_tokens: int = Field(default=16_000, ge=256, description="Longest answer, reasoning included.")
    llm_catalog_tokens: int = Field(default=20_000, ge=500, description="Tables are shown up to about so many tokens.")
    llm_samples: bool = Field(default=True, description="Show masked sample values to the language model.")
    llm_usd_per_run: float = Field(default=1.0, ge=0, description="No plan costs more than that.")
    llm_usd_per_day: float = Field(default=10.0, ge=0, description="All plans of a day (UTC) cost no more than that.")
    llm_rates: Path | None = Field(default=None, description="File of rates beside those that are shipped, in YAML.")
    llm_recordings: Path | None = Field(
        default=None, description="Folder of recorded exchanges; by default llm/exchanges below state."
    )
    llm_cache: bool = Field(default=True, description="An equal request is planned once.")
    llm_fallback: bool = Field(
        default=True, description="The offline planner goes on when the language model gives no answer."
    )
    engine_timeout_s: float = Field(default=3600, gt=0, description="A transform is stopped after that many seconds.")
    engine_memory_gb: float | None = Field(
        default=None, gt=0, description="Most memory of the engine: sail's address space, jvm's heap."
    )
    query_timeout_s: float = Field(default=60, gt=0, description="A query is stopped after that many seconds.")
    diff_timeout_s: float = Field(default=600, gt=0, description="A comparison of two states is stopped after that.")
    query_memory: str = Field(
        default="4GB", pattern=r"^\d+(\.\d+)?\s?(MB|GB)$", description="Memory of one query; beyond it, disk."
    )
    query_rows: int = Field(default=1_000_000, gt=0, description="A query may return that many rows.")
    verify_rows: int = Field(
        default=5_000_000, ge=0,
        description="Up to that many input rows, every run is repeated on a second engine and compared.",
    )  # fmt: skip
    writable: tuple[str, ...] = Field(
        default=("processed.*", "curated.*"),
        description="Patterns of the tables that pipelines may write, such as curated.sales.*; with commas between.",
    )
    run_on_updates: tuple[str, ...] = Field(
        default=(), description="Patterns of tables that Dagster computes anew when what they read was published."
    )
    engine_runs: int = Field(default=2, ge=1, description="So many runs of Dagster compute on an engine at once.")
    alert_webhook: str = Field(
        default="",
        repr=False,
        pattern=rf"^(https?://\S+)?$|{SECRET}",
        description="Failed runs and checks are told there, as Slack takes it.",
    )
    alert_email: tuple[str, ...] = Field(default=(), description="Failed runs and checks are told to these addresses.")
    alert_smtp: str = Field(default="", pattern=r"^(\S+:\d+)?$", description="Mail server for that, HOST:PORT.")
    alert_smtp_password: str = Field(
        default="env:SMTP_PASSWORD", pattern=SECRET, description="Where the password on the mail server is."
    )
    alert_smtp_user: str = Field(default="", description="User on the mail server; STARTTLS is used with one.")
    alert_sender: str = Field(default="", description="Sender of these mails; the first receiver by default.")
    alert_quiet_minutes: float = Field(default=60, ge=0, description="The same failure is told again after that.")
    backfill_runs: Literal["each", "one"] = Field(
        default="each", description="A backfill in Dagster runs each partition by itself, or a whole range in one run."
    )
    access_code: str | None = Field(
        default=None,
        repr=False,
        description="Whoever knows it may use the API and the console; see docs/console.md for users.",
    )
    public_url: str | None = Field(
        default=None, pattern=r"^https?://[^\s/?#@]+/?$",
        description="Address of the console for people, where it is behind a proxy; a provider sends them back there.",
    )  # fmt: skip
    oidc_issuer: str | None = Field(
        default=None, pattern=r"^(https://|http://(127\.0\.0\.1|localhost)(:|/|$))\S*$",
        description="OpenID Connect provider that people of the console sign in at; needs datamorph[oidc].",
    )  # fmt: skip
    oidc_client: str = Field(default="", description="Client id of this project at the provider.")
    oidc_client_secret: str | None = Field(
        default=None, repr=False, description="Its secret; none for a public client."
    )
    oidc_scopes: tuple[str, ...] = Field(
        default=("openid", "email", "profile"), description="Scopes that the provider is asked for."
    )
    oidc_claim: str = Field(
        default="email", min_length=1, description="Claim that says who somebody is: email, groups, realm_access.roles."
    )
    oidc_roles: dict[str, Literal["viewer", "author", "operator", "admin"]] = Field(
        default={}, description="Role of each value of that claim; *@example.org for all e-mail addresses of a domain."
    )
    session_hours: float = Field(default=12, gt=0, le=720, description="A session in the console ends after that.")
    serve_port: int = Field(default=8000, ge=0, le=65535, description="Port of the API and the console; 0 picks one.")
    serve_runs: int = Field(default=2, ge=1, le=64, description="So many runs of the API and the console at a time.")
    serve_requests: int = Field(default=1200, ge=10, description="Requests that one client may send in a minute.")
    serve_streams: int = Field(
        default=50, ge=1, description="Live connections (streams, websockets) that one person may have open at a time."
    )
    webhooks: tuple[str, ...] = Field(
        default=(), description="Addresses that are told how runs of the API and the console end; with commas between."
    )
    webhook_key: str | None = Field(
        default=None, repr=False, description="What webhooks are signed with; else a key of the project."
    )
    dagster_url: str | None = Field(
        default=None, pattern=r"^https?://[^\s/?#@]+/?$",
        description="Dagster webserver that serve shows at /dagster, run with --path-prefix /dagster; else that of up.",
    )  # fmt: skip

    @model_validator(mode="after")
    def _needs_model(self) -> Settings:
        if self.planner != "offline" and not self.llm_model:
            raise ValueError(f"planner {self.planner} needs llm_model, the name of a model of that provider")
        return self

    @model_validator(mode="after")
    def _needs_client(self) -> Settings:
        if self.oidc_issuer and not (self.oidc_client and self.oidc_roles):
            raise ValueError("oidc_issuer needs oidc_client, and oidc_roles that say who may do what")
        if self.oidc_issuer and "openid" not in self.oidc_scopes:
            raise ValueError("oidc_scopes needs openid")
        return self

    @field_validator("oidc_roles", mode="before")
    @classmethod
    def _pairs(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        pairs = [part.rpartition("=") for part in value.split(",") if part.strip()]
        return {name.strip(): role.strip() for name, _, role in pairs}

    @field_validator("pipelines", mode="before")
    @classmethod
    def _as_text(cls, value: object) -> object:
        return str(value) if isinstance(value, Path) else value

    @field_validator(
        "writable",
        "run_on_updates",
        "alert_email",
        "webhooks",
        "ecs_subnets",
        "ecs_security_groups",
        "oidc_scopes",
        mode="before",
    )
    @classmethod
    def _split(cls, value: object) -> object:
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    @property
    def engines_set_up(self) -> tuple[str, ...]:
        """Engines on AWS that have what they need."""
        if not self.jobs_uri:
            return ()
        has = {
            "glue": self.aws_job_role,
            "emr_serverless": self.emr_application and self.aws_job_role,
            "emr": self.emr_cluster or self.emr_instance_profile,
            "ecs": self.ecs_cluster and self.ecs_task and self.ecs_subnets,
        }
        return tuple(name for name, value in has.items() if value)

    @property
    def makes_clusters(self) -> bool:
        """Engine emr starts a cluster for each job."""
        return bool(self.emr_instance_profile) and not self.emr_cluster

    @property
    def jobs_uri(self) -> str:
        """Where files of jobs on AWS go; empty where nothing says."""
        if self.aws_jobs:
            return self.aws_jobs.rstrip("/")
        return f"{self.lake.rstrip('/')}/jobs" if self.lake and self.lake.startswith("s3://") else ""

    def path(self, name: Literal["state", "pipelines", "contracts", "models", "sources", "inbox"]) -> Path:
        """A folder or file setting as an absolute path."""
        return (self.home / getattr(self, name)).absolute()


def load_settings(home: str | os.PathLike[str] | None = None, **arguments: Any) -> Settings:
    """Read the settings of a project.

    Args:
        home: the project's folder; by default ``DATAMORPH_HOME``, else the nearest folder upward that
            holds a ``datamorph.toml``, else the current one.
        arguments: settings that win over the environment and the file.

    Raises:
        SettingsError: an unknown name or a bad value, with every place that was looked at.
    """
    folder = _find_home(home)
    file = folder / FILE
    environment = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in os.environ.items()
        if name.startswith(PREFIX) and name != f"{PREFIX}HOME" and value
    }
    layers: dict[str, Mapping[str, Any]] = {
        "arguments": arguments,
        "environment": environment,
        str(file): _read_file(file),
    }
    for place, values in layers.items():
        _refuse_unknown(values, place)
    merged = {key: value for values in reversed(list(layers.values())) for key, value in values.items()}
    try:
        return Settings.model_validate({**merged, "home": folder})
    except ValidationError as error:
        raise _bad_value(error, layers) from error


def _find_home(home: str | os.PathLike[str] | None) -> Path:
    if home is not None or os.environ.get(f"{PREFIX}HOME"):
        folder = Path(home if home is not None else os.environ[f"{PREFIX}HOME"]).expanduser().absolute()
        if folder.exists() and not folder.is_dir():
            raise SettingsError(f"home {str(folder)!r} is a file", fix="name a folder with --home or DATAMORPH_HOME")
        return folder
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / FILE).is_file()), here)


def _read_file(file: Path) -> dict[str, Any]:
    if not file.is_file():
        return {}
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(f"{file} cannot be read: {error}", fix="correct that line, or delete the file") from error


def _refuse_unknown(values: Mapping[str, Any], place: str) -> None:
    for name in values:
        if name not in Settings.model_fields or name == "home":
            shown = f"{PREFIX}{name.upper()}" if place == "environment" else name
            near = get_close_matches(name, Settings.model_fields, n=1)
            fix = f"did you mean {near[0]}?" if near else f"the settings are {', '.join(Settings.model_fields)}"
            raise SettingsError(f"unknown setting {shown!r} in the {place}", fix=fix)


def _bad_value(error: ValidationError, layers: Mapping[str, Mapping[str, Any]]) -> SettingsError:
    first = error.errors(include_url=False)[0]
    if not first["loc"]:
        problem = first["msg"].removeprefix("Value error, ")
        name = problem.split()[2].rstrip(",") if problem.startswith("oidc_issuer") else "llm_model"
        name = "oidc_scopes" if problem.startswith("oidc_scopes") else name
        raise SettingsError(problem, fix=f"set {PREFIX}{name.upper()}, or {name} in {list(layers)[2]}") from error
    name = str(first["loc"][0])
    place = next((place for place, values in layers.items() if name in values), "defaults")
    places = ", ".join([f"{PREFIX}{name.upper()}", *list(layers)[2:]])
    shown = "***" if name in SECRETS or name in NAMES_OF_SECRETS else ""
    return SettingsError(
        f"setting {name} = {shown or repr(first['input'])} ({place}): {first['msg']}",
        fix=f"correct it; it is read from {places}",
    )
