"""Alerts: how people learn that something went wrong while they did not look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing that went wrong.

    Attributes:
        key: the same for the same thing again.
        title: one line.
        text: what happened and what to do next.
        link: where to look; empty where there is nothing.
    """

    key: str
    title: str
    text: str
    link: str = ""


class AlertChannel(Protocol):
    """One way to people."""

    def send(self, alert: Alert) -> None:
        """Send it.

        Raises:
            SourceError: it could not be delivered.
        """
        ...
