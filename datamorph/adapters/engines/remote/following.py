"""What a job says while it runs: messages of the entry script, lines of its log, changes of its state."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from datamorph.adapters.engines.remote.logs import LogTail
from datamorph.adapters.engines.remote.service import JobState, Phase
from datamorph.adapters.engines.remote.store import JobStore
from datamorph.ports import Report

FASTEST_S, SLOWEST_S, SHARE = 0.25, 5.0, 0.05
LAST_WORDS_S = 10.0
LOG_EVERY_S = 2.0


class Pace:
    """How long to wait before asking again: a twentieth of what the job has taken so far."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def next_s(self) -> float:
        """Seconds until the next question."""
        return min(SLOWEST_S, max(FASTEST_S, SHARE * (time.monotonic() - self._began)))


class Following:
    """Passes on what is new of one job.

    Attributes:
        columns: of the output, as the job told them.
        failure: the exception that ended the transform; empty where none did.
        is_closed: the script has said everything.
    """

    def __init__(self, store: JobStore, prefix: str, tail: LogTail, report: Report) -> None:
        self._store, self._prefix, self._tail, self._report = store, prefix, tail, report
        self._number, self._told, self._log_at = 0, "", 0.0
        self.columns: dict[str, str] = {}
        self.failure: dict[str, Any] = {}
        self.is_closed = False

    @property
    def has_spoken(self) -> bool:
        """The script has said something: the job really ran."""
        return self._number > 0

    @property
    def lines(self) -> Sequence[str]:
        """The end of the job's log."""
        return self._tail.lines

    def read(self, state: JobState) -> None:
        """Pass on what is new."""
        if state.told != self._told:
            self._told = state.told
            self._report("state", {"state": state.told})
        self._messages()
        if state.is_over or time.monotonic() - self._log_at > LOG_EVERY_S:
            self._log_at = time.monotonic()
            if lines := self._tail.read():
                self._report("log", {"lines": lines})

    def finish(self, state: JobState) -> None:
        """Wait a little for the last message of a job that is over: it may be slower than the job's state.

        One that failed without a word has none.
        """
        deadline, has_words = time.monotonic() + LAST_WORDS_S, self._number > 0 or state.phase is Phase.SUCCEEDED
        while has_words and not self.is_closed and time.monotonic() < deadline:
            time.sleep(FASTEST_S)
            self._messages()

    def _messages(self) -> None:
        for number, message in self._store.messages(self._prefix, after=self._number):
            self._number = number
            if message["method"] == "report_custom_message":
                facts: dict[str, Any] = dict(message["params"]["payload"])
                self.columns = facts.get("columns", self.columns)
                self._report(facts.pop("what"), facts)
            elif message["method"] == "closed":
                parameters: dict[str, Any] = message["params"] or {}
                self.failure, self.is_closed = dict(parameters.get("exception") or {}), True
