"""The end of a job's output, read from CloudWatch Logs while it grows."""

# botocore has no type stubs.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

KEPT = 200
TOLD = 20


class LogTail:
    """Follows one stream; a log that cannot be read never stops a run."""

    def __init__(self, logs: Any, place: tuple[str, str] | None) -> None:
        self._logs, self._place, self._next = logs, place, ""
        self.lines: list[str] = []

    def read(self) -> list[str]:
        """Lines that are new, at most the latest few."""
        if self._place is None:
            return []
        group, stream = self._place
        more = {"nextToken": self._next} if self._next else {}
        try:
            found = self._logs.get_log_events(logGroupName=group, logStreamName=stream, startFromHead=True, **more)
        except (ClientError, BotoCoreError):
            return []
        self._next = found["nextForwardToken"]
        new = [str(event["message"]).rstrip() for event in found["events"]]
        self.lines = [*self.lines, *new][-KEPT:]
        return new[-TOLD:]
