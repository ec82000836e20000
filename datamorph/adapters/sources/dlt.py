"""HTTP APIs and every other source that dlt knows: dlt gets the rows, the lake publishes them.

dlt's own pipelines, state and destinations are not used: which rows are in the table, only its snapshot says.
"""

# dlt is an extra that may be missing, and its types are partly unknown.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportUnknownParameterType=false, reportMissingImports=false

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from datamorph.adapters.sources.spool import Spool
from datamorph.core.load_record import LoadRecord
from datamorph.core.secret import Secret
from datamorph.core.source_spec import Authentication, Dlt, Http
from datamorph.core.table import TableSchema
from datamorph.errors import DataMorphError, SettingsError, SourceError
from datamorph.ports import Discovered, Pending, Piece, ReadSecret, Report, StagedPiece

ATTEMPTS = 5
BACKOFF_S = 0.5
TIMEOUT_S = 60
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})


class _Spooled:
    """A source whose rows come one after the other; all of them are one piece."""

    def __init__(self, name: str, key: Sequence[str], secret: ReadSecret, types: Mapping[str, str]) -> None:
        self._name, self._key, self._types = name, tuple(key), types
        self._read_secret, self._told = secret, list[str]()
        self._cursor: str | None = None
        self._spool: Spool | None = None

    def pending(self, record: LoadRecord) -> Pending:
        """See Source.pending: only the other side knows whether there is something new."""
        self._cursor = record.cursor if self._cursor_column else None
        return Pending((Piece(self._name, "all" if self._cursor is None else "merge"),))

    def glance(self, record: LoadRecord) -> Pending:
        """See Source.glance."""
        return self.pending(record)

    def settle(self, record: LoadRecord) -> None:
        """See Source.settle: the record alone remembers."""

    def discover(self, piece: Piece, work: str, report: Report) -> Discovered:
        """See Source.discover."""
        self._spool = Spool(self._name, key=self._key, cursor=self._cursor_column, types=self._types)
        try:
            self._spool.fill(self._rows(), Path(work), report)
        except DataMorphError:
            raise
        except Exception as error:  # whatever a source of others raises
            raise self._failure(error) from None  # its text may hold a secret
        return self._spool.discover(Path(work), report)

    def stage(self, piece: Piece, columns: TableSchema, into: str, report: Report) -> StagedPiece:
        """See Source.stage."""
        if self._spool is None:
            self.discover(piece, str(Path(into).with_suffix(".work")), report)
        return cast(Spool, self._spool).stage(piece, columns, into, report)

    @property
    def _cursor_column(self) -> str | None:
        return None

    @abstractmethod
    def _rows(self) -> Iterable[object]: ...

    def _secret(self, secret: Secret) -> str:
        value = self._read_secret(secret)
        self._told.append(value)
        return value

    def _failure(self, error: Exception) -> SourceError:
        text = " ".join(f"{type(error).__name__}: {error}".split())
        for value in filter(None, self._told):
            text = text.replace(value, "***")
        status = getattr(getattr(error, "response", None), "status_code", None)
        module = type(error).__module__.partition(".")[0]
        fix = "check url and auth" if status in (401, 403, 404) else "ask the other side, or try again later"
        found = SourceError(f"{self._name}: {text[:600]}", fix=fix)
        found.retryable = status in _PASSING or (module in ("requests", "urllib3") and status is None)
        return found


class HttpSource(_Spooled):
    """Source port over a list of JSON objects behind a URL, page by page."""

    def __init__(self, http: Http, key: Sequence[str], secret: ReadSecret) -> None:
        super().__init__(http.url, key, secret, http.types)
        self._http = http

    @property
    def _cursor_column(self) -> str | None:
        return self._http.cursor.column if self._http.cursor else None

    def _rows(self) -> Iterator[object]:
        client_module = _dlt("dlt.sources.helpers.rest_client")
        requests = _dlt("dlt.sources.helpers.requests")
        http, parts = self._http, urlsplit(self._http.url)
        session = requests.Client(
            request_timeout=TIMEOUT_S, request_max_attempts=ATTEMPTS, request_backoff_factor=BACKOFF_S,
            raise_for_status=False,
        ).session  # fmt: skip
        client = client_module.RESTClient(
            base_url=f"{parts.scheme}://{parts.netloc}", headers=dict(http.headers), auth=self._auth(http.auth),
            paginator=self._paginator(), data_selector=http.rows, session=session,
        )  # fmt: skip
        path = parts.path.lstrip("/") + (f"?{parts.query}" if parts.query else "")
        for page in client.paginate(path, params=self._parameters()):
            yield from page

    def _parameters(self) -> dict[str, Any]:
        found = dict[str, Any](self._http.parameters)
        if cursor := self._http.cursor:
            value = self._cursor if self._cursor is not None else cursor.initial
            found |= {} if value is None else {cursor.parameter: value}
        return found

    def _paginator(self) -> Any:
        if self._http.pages is None:
            return None
        setup = _dlt("dlt.sources.rest_api.config_setup")
        try:
            return setup.create_paginator(self._http.pages)
        except (TypeError, ValueError) as error:
            known = ", ".join(setup.PAGINATOR_MAP)
            problem = f"{self._name}: pages = {self._http.pages!r}: {error}"
            raise SettingsError(problem[:600], fix=f"use one of {known}, with its options") from error

    def _auth(self, auth: Authentication | None) -> Any:
        if auth is None:
            return None
        ways = _dlt("dlt.sources.helpers.rest_client.auth")
        if auth.bearer:
            return ways.BearerTokenAuth(token=self._secret(auth.bearer))
        value = self._secret(cast(Secret, auth.secret))
        if auth.header:
            return ways.APIKeyAuth(name=auth.header, api_key=value, location="header")
        return ways.HttpBasicAuth(username=auth.user, password=value)


class DltSource(_Spooled):
    """Source port over a resource of any dlt source, read as a whole."""

    def __init__(self, dlt: Dlt, key: Sequence[str], secret: ReadSecret) -> None:
        super().__init__(f"{dlt.source} {dlt.resource or ''}".strip(), key, secret, dlt.types)
        self._dlt = dlt

    def _rows(self) -> Iterator[object]:
        _dlt("dlt")
        module, _, function = self._dlt.source.partition(":")
        try:
            make = getattr(import_module(module), function)
        except (ImportError, AttributeError) as error:
            problem = f"{self._dlt.source!r} cannot be imported: {error}"
            raise SettingsError(problem, fix="write package.module:function, installed beside datamorph") from error
        secrets = {name: self._secret(secret) for name, secret in self._dlt.secrets.items()}
        yield from _items(self._resource(make(**self._dlt.arguments, **secrets)))

    def _resource(self, made: Any) -> Iterable[object]:
        resources: Mapping[str, Any] | None = getattr(made, "resources", None)
        if resources is None:
            return made
        names = list(resources)
        wanted = self._dlt.resource or (names[0] if len(names) == 1 else "")
        if wanted not in names:
            problem = f"{self._dlt.source} has no resource {wanted!r}" if wanted else f"{self._dlt.source} has several"
            raise SettingsError(problem, fix=f"say which: resource: one of {', '.join(names)}")
        return resources[wanted]


def _items(rows: Iterable[Any]) -> Generator[object]:
    """Single rows of what may be rows, lists of rows or Arrow tables."""
    for item in rows:
        if hasattr(item, "to_pylist"):
            yield from item.to_pylist()
        elif isinstance(item, list):
            yield from cast("list[object]", item)
        else:
            yield item


def _dlt(module: str) -> Any:
    try:
        return import_module(module)
    except ImportError as error:
        if error.name and error.name.partition(".")[0] != "dlt":
            raise SettingsError(f"dlt needs {error.name}, which is missing", fix=f"pip install {error.name}") from error
        raise SettingsError("this source needs dlt", fix="pip install 'datamorph[sources]'") from error
