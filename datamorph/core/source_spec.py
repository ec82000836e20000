"""Where a raw table comes from, as ``sources.yaml`` says it: files, a PostgreSQL table, an HTTP API, a dlt source."""

from __future__ import annotations

import re
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from datamorph.core.model_header import Columns, Owner
from datamorph.core.secret import Secret, SecretField, is_reference, parse_secret
from datamorph.core.spec import Schedule
from datamorph.core.steps.step import ColumnName

_SIMPLE_TYPES = ("boolean", "int", "bigint", "float", "double", "string", "date", "timestamp", "timestamp_ntz")
_DECIMAL = re.compile(r"decimal\(([0-9]{1,2}),([0-9]{1,2})\)")
_HIDDEN = re.compile(r"://[^/@\s]*:[^/@\s]+@|[?&](password|sslpassword)=")


def _type(value: str) -> str:
    found = _DECIMAL.fullmatch(value)
    if value in _SIMPLE_TYPES or (found and 0 < int(found[1]) <= MOST_DIGITS and int(found[2]) <= int(found[1])):
        return value
    raise ValueError(f"a type is one of {', '.join(_SIMPLE_TYPES)}, decimal(P,S)")


def _without_password(value: str) -> str:
    if _HIDDEN.search(value):
        raise ValueError("a URL here holds no password: name its variable, password: {env: NAME}")
    return value


def _url(*schemes: str, allows_secret: bool = False) -> AfterValidator:
    def check(value: str) -> str:
        if allows_secret and is_reference(value):
            parse_secret(value)
            return value
        if urlsplit(_without_password(value)).scheme not in schemes:
            raise ValueError(f"a URL here begins with {' or '.join(f'{scheme}://' for scheme in schemes)}")
        return value

    return AfterValidator(check)


MOST_DIGITS = 38
S3 = "s3://"
ColumnType = Annotated[str, AfterValidator(_type)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=1000, pattern=r"^[^\x00]*$")]


class _Frozen(BaseModel):
    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid", strict=True)


class Files(_Frozen):
    """Files, by a path, a folder or a pattern.

    Attributes:
        path: relative to the project, or ``s3://bucket/...``; a folder means every file below it that can be read.
        events: URL of an SQS queue that gets the events of new objects below a path on S3. What is new is then told
            by the queue, and the path is listed only when everything is loaded.
        format: by the files' endings where it is not said.
        delimiter: between the fields of CSV; by the header where it is not said.
        sheet: of an Excel book; the first one by default.
        nulls: texts that stand for a missing value in CSV; the empty field always does.
        types: of columns, instead of those that the rows show. A line with a value of another type is set apart.
        bad_lines: ``quarantine`` sets lines that cannot be read apart; ``refuse`` refuses their file.
        changed: a file that changed after it was loaded: ``replace`` its rows, or ``refuse`` it.
    """

    path: Text
    format: Literal["csv", "tsv", "json", "jsonl", "parquet", "excel"] | None = None
    delimiter: Annotated[str, StringConstraints(pattern=r"^[^\r\n\"\x00]$")] | None = None
    sheet: Text | None = None
    nulls: Annotated[tuple[str, ...], Field(strict=False)] = ()
    types: dict[ColumnName, ColumnType] = Field(default_factory=dict[str, str])
    bad_lines: Literal["quarantine", "refuse"] = "quarantine"
    changed: Literal["replace", "refuse"] = "replace"
    events: Annotated[str, _url("https", "http")] | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> Files:
        if self.is_on_s3 and not self.path.removeprefix(S3).partition("/")[0]:
            raise ValueError("a path on S3 is s3://bucket/prefix/")
        if self.events and not self.is_on_s3:
            raise ValueError("events are those of a path on S3: path: s3://bucket/prefix/")
        return self

    @property
    def is_on_s3(self) -> bool:
        """Whether they are objects of a bucket."""
        return self.path.startswith(S3)


class Postgres(_Frozen):
    """A table or view of a PostgreSQL database.

    Attributes:
        url: ``postgresql://user@host:port/database``, without a password; or where it is kept as a secret, such as
            ``secretsmanager:NAME``: a URL, or JSON with ``username``, ``password``, ``host``, ``port``, ``dbname``.
        password: where it is kept; JSON with ``username`` and ``password`` gives the user, too.
        table: ``schema.table``; a name without a dot is in ``public``.
        columns: those to load; all by default.
        where: SQL of the database that rows must fulfil.
        cursor: the column that tells which rows are new: only those from its last value on are read, and they
            replace rows of the same key. Without it the whole table is read each time.
        lookback: so far before the last value is read again: a number, or seconds for a time.
        types: of columns, instead of what the database's types become.
    """

    url: Annotated[str, _url("postgresql", "postgres", allows_secret=True)]
    password: SecretField | None = None
    table: Text
    columns: Annotated[tuple[ColumnName, ...], Field(strict=False)] = ()
    where: Text | None = None
    cursor: ColumnName | None = None
    lookback: Annotated[float, Field(ge=0, strict=False)] = 0
    types: dict[ColumnName, ColumnType] = Field(default_factory=dict[str, str])


class Authentication(_Frozen):
    """How a request says who asks.

    Attributes:
        bearer: the token of ``Authorization: Bearer``.
        header: name of another header that holds ``secret``.
        user: with ``secret`` as its password, HTTP's basic authentication.
    """

    bearer: SecretField | None = None
    header: Text | None = None
    user: Text | None = None
    secret: SecretField | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Authentication:
        ways = [self.bearer, self.header, self.user]
        if sum(way is not None for way in ways) != 1 or (self.bearer is None) == (self.secret is None):
            raise ValueError("write {bearer: {env: NAME}}, {header: X, secret: {...}} or {user: X, secret: {...}}")
        return self


class HttpCursor(_Frozen):
    """How only new rows are asked for.

    Attributes:
        column: whose largest value is remembered.
        parameter: of the request, that gets it.
        initial: its first value.
    """

    column: ColumnName
    parameter: Text
    initial: str | int | None = None


class Http(_Frozen):
    """A list of JSON objects behind a URL.

    Attributes:
        url: of the first page.
        rows: JSONPath of the list in a response; found by itself where it is not said.
        pages: how the next page is found: dlt's paginator, by its name or as a mapping with its options.
        types: of columns, instead of those that the rows show.
    """

    url: Annotated[str, _url("http", "https")]
    parameters: dict[str, str | int | float | bool] = Field(default_factory=dict[str, str | int | float | bool])
    headers: dict[str, str] = Field(default_factory=dict[str, str])
    auth: Authentication | None = None
    rows: Text | None = None
    pages: str | dict[str, Any] | None = None
    cursor: HttpCursor | None = None
    types: dict[ColumnName, ColumnType] = Field(default_factory=dict[str, str])


class Dlt(_Frozen):
    """A resource of any dlt source.

    Attributes:
        source: ``package.module:function`` that makes a dlt source or resource.
        resource: which one of a source.
        arguments: for the function.
        secrets: further arguments, whose values are secrets.
    """

    source: Annotated[str, StringConstraints(pattern=r"^[\w.]+:\w+$")]
    resource: Text | None = None
    arguments: dict[str, Any] = Field(default_factory=dict[str, Any])
    secrets: dict[str, SecretField] = Field(default_factory=dict[str, SecretField])
    types: dict[ColumnName, ColumnType] = Field(default_factory=dict[str, str])


def _path(value: object) -> object:
    return {"path": value} if isinstance(value, str) else value


def _schedule(value: object) -> object:
    return {"cron": value} if isinstance(value, str) else value


class SourceSpec(_Frozen):
    """Where one raw table comes from: one of ``files``, ``postgres``, ``http`` and ``dlt``.

    Attributes:
        description: what a row is, in words; planners read it.
        owner: a team's name in snake case, or an e-mail address; the domain's team by default.
        key: columns that identify a row. A PostgreSQL table's primary key is found by itself.
        columns: what columns mean.
        schedule: when it is loaded; files are loaded as soon as they are there.
    """

    description: str = Field(default="", max_length=20_000)
    owner: Owner = ""
    key: Annotated[Columns, Field(strict=False)] = ()
    columns: dict[ColumnName, str] = Field(default_factory=dict[str, str])
    schedule: Annotated[Schedule | None, BeforeValidator(_schedule, json_schema_input_type=str | Schedule)] = None
    files: Annotated[Files | None, BeforeValidator(_path, json_schema_input_type=str | Files)] = None
    postgres: Postgres | None = None
    http: Http | None = None
    dlt: Dlt | None = None

    @model_validator(mode="after")
    def _is_one(self) -> SourceSpec:
        found = [name for name in KINDS if getattr(self, name) is not None]
        if len(found) != 1:
            raise ValueError(f"a source has one of {', '.join(KINDS)}, this has {' and '.join(found) or 'none'}")
        if self.http and self.http.cursor and not self.key:
            raise ValueError("a cursor needs a key: rows that come again replace those of the same key")
        return self

    @property
    def kind(self) -> str:
        """``files``, ``postgres``, ``http`` or ``dlt``."""
        return next(name for name in KINDS if getattr(self, name) is not None)

    @property
    def place(self) -> str:
        """Where the rows come from, in a few words."""
        if self.files:
            return self.files.path
        if self.postgres:
            return f"{self.postgres.table} of {self.postgres.url.partition('?')[0]}"
        if self.http:
            return self.http.url
        return self.dlt.source if self.dlt else ""

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """Where the secrets are that it takes."""
        found: list[Secret | None] = list(self.dlt.secrets.values()) if self.dlt else []
        if self.postgres:
            found += [parse_secret(self.postgres.url), self.postgres.password]
        if self.http and self.http.auth:
            found += [self.http.auth.bearer, self.http.auth.secret]
        return tuple(secret for secret in found if secret is not None)

    @property
    def types(self) -> dict[str, str]:
        """Types that the file says."""
        found = self.files or self.postgres or self.http or self.dlt
        return found.types if found else {}


KINDS = ("files", "postgres", "http", "dlt")
