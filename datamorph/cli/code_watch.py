"""Notices when the code location cannot be asked any more although its server runs, and has it loaded again.

Dagster's code server is two processes: one that stays and passes on what it is asked, and one that has loaded the
project. When the kernel kills the second one, which is the large one, the first one starts no other: every question
would fail until somebody presses *Reload*.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from datamorph.assets.running_ui import ask_ui

LOOK_S = 5.0
PATIENCE_S = 20.0
"""One that is just starting, again or after a reload, is left to it."""
TIMEOUT_S = 2.0
UNREACHABLE = "DagsterUserCodeUnreachableError"
LOADED = """
{ workspaceOrError { ... on Workspace { locationEntries {
    locationOrLoadError { __typename ... on PythonError { message } } } } } }
"""


def location_states(server: str, *, timeout_s: float) -> list[dict[str, Any]]:
    """What the UI knows of each code location: ``RepositoryLocation``, or an error with its message.

    Raises:
        OSError, ValueError, KeyError: the UI does not answer.
    """
    entries: list[Any] = ask_ui(server, LOADED, timeout_s=timeout_s)["workspaceOrError"]["locationEntries"]
    return [entry["locationOrLoadError"] or {} for entry in entries]


class CodeWatch:
    """Asks the UI now and then whether it reaches the project's code.

    Args:
        server: of the UI, as ``ask_ui`` takes it.
        reload: has it loaded anew.
    """

    def __init__(self, server: str, reload: Callable[[], None]) -> None:
        self._server, self._reload = server, reload
        self._look_at = 0.0
        self._lost_since: float | None = None

    def look(self) -> None:
        """Do what there is to do now; to be called again and again."""
        now = time.monotonic()
        if now < self._look_at:
            return
        if not self._is_lost():
            self._lost_since = None
        elif self._lost_since is None:
            self._lost_since = now
        elif now - self._lost_since > PATIENCE_S:
            self._reload()
            self._lost_since = None
        self._look_at = time.monotonic() + LOOK_S

    def _is_lost(self) -> bool:
        with suppress(OSError, ValueError, KeyError):
            states = location_states(self._server, timeout_s=TIMEOUT_S)
            return any(UNREACHABLE in one.get("message", "") for one in states)
        return False
