"""A thin client of the HTTP API, with the platform's own names.

from datamorph.client import Client

client = Client("http://127.0.0.1:8000", token="...")
plan = client.plan("count orders per status")
run = client.run(plan)                      # waits for its end
client.query("SELECT * FROM curated.shop.orders_per_status")

It needs nothing but the standard library.
"""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import uuid4

Document = dict[str, Any]
_ENDED = frozenset({"asked", "refused", "published", "failed", "interrupted"})
_RETRIED = frozenset({429, 503})
_TRIES = 4


class ApiError(Exception):
    """The server refused, with the reason and what to do next.

    Attributes:
        status: of the HTTP answer; 0 where there was none.
        code: such as ``not_found``.
        fix: the next step.
    """

    def __init__(self, status: int, code: str, message: str, fix: str) -> None:
        super().__init__(f"{message}\n  fix: {fix}")
        self.status, self.code, self.message, self.fix = status, code, message, fix


class Client:
    """One server.

    Args:
        url: where it listens.
        token: from ``datamorph token issue``; none where access control is off.
        timeout_s: longest wait for one answer.
    """

    def __init__(self, url: str = "http://127.0.0.1:8000", *, token: str = "", timeout_s: float = 120) -> None:
        if not url.startswith(("http://", "https://")):
            raise ValueError(f"{url!r} is no address of a server: it begins with http:// or https://")
        self._url, self._token, self._timeout_s = url.rstrip("/"), token, timeout_s

    def health(self) -> Document:
        """Whether it works, and what does not."""
        return self._ask("GET", "/health")

    def plan(self, prompt: str, *, answers: Mapping[str, str] | None = None) -> Document:
        """A plan, questions or a refusal: see ``outcome``."""
        return self._ask("POST", "/api/v1/plans", {"prompt": prompt, "answers": dict(answers or {})})

    def plan_spec(self, spec: str, *, full: bool = False) -> Document:
        """A plan of a spec in YAML."""
        return self._ask("POST", "/api/v1/plans/spec", {"spec": spec, "full": full})

    def run(
        self, plan: Document | str, *, force: bool = False, approve: bool = False, wait_s: float = 3600
    ) -> Document:
        """Run a plan, given as it came or by its run's id, and wait for its end; ``approve`` lets a held run go on.

        Raises:
            ApiError: it was not run, with the reason, such as ``approval``; or it has not ended in time.
        """
        run_id = plan if isinstance(plan, str) else str(plan["run_id"])
        way = "approve" if approve else "run"
        begun = self._ask("POST", f"/api/v1/plans/{_quoted(run_id)}/{way}", {"force": force})
        return self.wait(str(begun["run_id"]), wait_s=wait_s)

    def rerun(self, run_id: str, *, same_inputs: bool = True, approve: bool = False, wait_s: float = 3600) -> Document:
        """Repeat a run and wait for its end."""
        body = {"same_inputs": same_inputs, "approve": approve}
        begun = self._ask("POST", f"/api/v1/runs/{_quoted(run_id)}/rerun", body)
        return self.wait(str(begun["run_id"]), wait_s=wait_s)

    def wait(self, run_id: str, *, wait_s: float = 3600) -> Document:
        """The run with its events, once it is at rest.

        Raises:
            ApiError: it is held for approval, the server could not go on with it, or it has not ended in time.
        """
        until = time.monotonic() + wait_s
        while True:
            found = self._ask("GET", f"/api/v1/runs/{_quoted(run_id)}")
            problem = found["problem"]
            if found["run"]["state"] in _ENDED or found["is_unchanged"]:
                return found
            if problem:
                raise ApiError(409, problem["code"], problem["message"], problem["fix"])
            if time.monotonic() > until:
                raise ApiError(0, "timeout", f"run {run_id} goes on after {wait_s:g} s", "wait longer")
            time.sleep(0.2)

    def events(self, run_id: str, *, after: int = 0) -> Iterator[Document]:
        """Events of a run as they happen, until it is at rest; a broken connection is taken up where it was."""
        for attempt in range(_TRIES):
            try:
                for number, line in self._stream(run_id, after):
                    after = number
                    yield line
                return
            except OSError:
                if attempt == _TRIES - 1:
                    raise
                time.sleep(0.5 * 2**attempt)

    def runs(self, *, most: int = 50) -> Sequence[Document]:
        """The latest runs, newest first."""
        return self._ask("GET", f"/api/v1/runs?limit={most}")["runs"]

    def why(self, run_id: str) -> Document:
        """Why a run ended as it did."""
        return self._ask("GET", f"/api/v1/runs/{_quoted(run_id)}/why")

    def tables(self, *, search: str = "") -> Sequence[Document]:
        """Published tables."""
        return self._ask("GET", f"/api/v1/tables?limit=1000&search={_quoted(search)}")["tables"]

    def read(self, table: str, *, most: int = 50) -> Sequence[Document]:
        """First rows of a table."""
        return self._ask("GET", f"/api/v1/tables/{_quoted(table)}/rows?limit={most}")["rows"]

    def query(self, sql: str, *, most_rows: int = 1000, as_of: str | None = None) -> Sequence[Document]:
        """Rows of one read-only SELECT."""
        found = self._ask("POST", "/api/v1/query", {"sql": sql, "limit": most_rows, "as_of": as_of})
        names = [column["name"] for column in found["columns"]]
        return [dict(zip(names, row, strict=True)) for row in found["rows"]]

    def history(self, table: str) -> Sequence[Document]:
        """Published states of a table, newest first."""
        return self._ask("GET", f"/api/v1/tables/{_quoted(table)}/snapshots")["snapshots"]

    def diff(self, table: str) -> Document:
        """What differs between the current state of a table and the one before."""
        return self._ask("GET", f"/api/v1/tables/{_quoted(table)}/diff")

    def rollback(self, table: str, snapshot_id: int | str) -> Document:
        """Make an earlier snapshot current again."""
        body = {"snapshot_id": str(snapshot_id)}
        return self._ask("POST", f"/api/v1/tables/{_quoted(table)}/rollback", body)

    def pipelines(self) -> Sequence[Document]:
        """Saved pipelines."""
        return self._ask("GET", "/api/v1/pipelines")["pipelines"]

    def _ask(self, method: str, path: str, body: Document | None = None) -> Document:
        """One request; where that may help it is sent again, with the same key, so that it is done once."""
        headers = {"Accept": "application/json"}
        if body is not None:
            headers |= {"Content-Type": "application/json", "Idempotency-Key": uuid4().hex}
        data = None if body is None else json.dumps(body).encode()
        for attempt in range(_TRIES):
            try:
                with self._open(method, path, data, headers) as answer:
                    return json.load(answer)
            except urllib.error.HTTPError as error:
                if error.code not in _RETRIED or attempt == _TRIES - 1:
                    raise _told(error) from error
                time.sleep(float(error.headers.get("Retry-After") or 0.5 * 2**attempt))
        raise AssertionError("unreachable")

    def _stream(self, run_id: str, after: int) -> Iterator[tuple[int, Document]]:
        headers = {"Accept": "text/event-stream", "Last-Event-ID": str(after)}
        number, kind = after, ""
        with self._open("GET", f"/api/v1/runs/{_quoted(run_id)}/events", None, headers) as answer:
            for raw in answer:
                name, _, value = raw.decode().rstrip("\n").partition(": ")
                if name == "id":
                    number = int(value)
                elif name == "event":
                    kind = value
                elif name == "data" and kind == "run":
                    yield number, json.loads(value)
                elif name == "data" and kind == "done":
                    return
        raise OSError("the stream ended before the run did")

    def _open(self, method: str, path: str, data: bytes | None, headers: Mapping[str, str]) -> Any:
        known = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        request = urllib.request.Request(  # noqa: S310 (http or https, see __init__)
            f"{self._url}{path}", data, {**headers, **known}, method=method
        )
        return urllib.request.urlopen(request, timeout=self._timeout_s)  # noqa: S310


def _quoted(text: str) -> str:
    return urllib.parse.quote(text, safe="")


def _told(error: urllib.error.HTTPError) -> ApiError:
    try:
        found = json.load(error)["error"]
        return ApiError(error.code, found["code"], found["message"], found["fix"])
    except (ValueError, KeyError, TypeError):
        return ApiError(error.code, "unknown", f"the server answered {error.code}", "see its log")
