"""Lets the running UI read the project anew when somebody has written to it. Needs no Dagster, and never waits.

A reload takes seconds, because Dagster's code server starts a new process for it, so there is one at a time: what is
written meanwhile is shown by the next one, and a thousand files that come at once by one.
"""

from __future__ import annotations

import json
import select
import time
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPException

from datamorph.assets.running_ui import LOCATION, connect
from datamorph.errors import DataMorphError

LOOK_S = 0.25
PAUSE = 20
"""Looking at thousands of files takes longer: so many times as long as a look took, nothing is looked at."""
MOST_WAIT_S = 30.0
TIMEOUT_S = 180.0
_RELOAD = """
mutation Reload($name: String!) {
  reloadRepositoryLocation(repositoryLocationName: $name) {
    __typename
    ... on WorkspaceLocationEntry { locationOrLoadError { __typename ... on PythonError { message } } }
    ... on PythonError { message }
  }
}
"""


class Reload:
    """A reload that the webserver of a UI is asked for.

    Raises:
        OSError: nobody answers there.
    """

    def __init__(self, server: str) -> None:
        body = json.dumps({"query": _RELOAD, "variables": {"name": LOCATION}})
        self._connection, path = connect(server, TIMEOUT_S)
        self._connection.request("POST", f"{path}/graphql", body, {"Content-Type": "application/json"})
        self._until = time.monotonic() + TIMEOUT_S

    @property
    def is_over(self) -> bool:
        """True once there is an answer, or none can be expected any more."""
        has_answer = bool(select.select([self._connection.sock], [], [], 0)[0])
        return has_answer or time.monotonic() > self._until

    def problem(self) -> str:
        """Why it failed; empty where it did not. To be asked once, when it is over."""
        if not select.select([self._connection.sock], [], [], 0)[0]:
            self._connection.close()
            return f"the UI gave no answer within {TIMEOUT_S:.0f} s"
        try:
            found = json.load(self._connection.getresponse())["data"]["reloadRepositoryLocation"]
            loaded = found.get("locationOrLoadError") or found
        except (OSError, HTTPException, ValueError, LookupError, TypeError, AttributeError) as error:
            return f"the UI does not answer: {error!r}"
        finally:
            self._connection.close()
        return f"the UI cannot load the project: {loaded['message']}" if "message" in loaded else ""


class LiveReload:
    """Keeps what the UI shows up to date with what is written.

    Args:
        version: text that changes with what the UI would show; of before the UI loads the project for the first time
            when this object is made.
        server: of the UI, as ``ask_ui`` takes it.
    """

    def __init__(self, version: Callable[[], str], server: str) -> None:
        self._version, self._server = version, server
        self._shown = self._seen = self._asked = self._written("")
        self._reload: Reload | None = None
        self._look_at, self._retry_at, self._wait_s = 0.0, 0.0, 1.0

    def look(self) -> None:
        """Do what there is to do now; to be called again and again."""
        now = time.monotonic()
        if self._reload and self._reload.is_over:
            self._end(self._reload, now)
        if now < self._look_at:
            return
        before, self._seen = self._seen, self._written(self._seen)
        self._look_at = now + max(LOOK_S, PAUSE * (time.monotonic() - now))
        is_written = self._seen == before  # and not just being written
        if self._reload is None and is_written and self._seen != self._shown and now >= self._retry_at:
            self._begin(now)

    def _written(self, otherwise: str) -> str:
        with suppress(DataMorphError, OSError):
            return self._version()
        return otherwise

    def _begin(self, now: float) -> None:
        try:
            self._reload, self._asked = Reload(self._server), self._seen
        except OSError:
            self._fail(now)

    def _end(self, reload: Reload, now: float) -> None:
        self._reload = None
        if reload.problem():
            self._fail(now)
        else:
            self._shown, self._wait_s = self._asked, 1.0

    def _fail(self, now: float) -> None:
        """Try again, after twice the wait each time: the UI may just be starting again."""
        self._retry_at, self._wait_s = now + self._wait_s, min(self._wait_s * 2, MOST_WAIT_S)
