"""Alerts to a webhook that speaks Slack's dialect: Slack, Mattermost, Teams by a bridge, or one's own."""

from __future__ import annotations

import json
import urllib.request
from urllib.parse import urlsplit

from datamorph.errors import SourceError
from datamorph.ports import Alert

TIMEOUT_S = 20.0
MOST_TEXT = 3000


class WebhookAlerts:
    """AlertChannel port over HTTP: one POST of ``{"text": ...}``."""

    def __init__(self, url: str) -> None:
        self._url = url

    def send(self, alert: Alert) -> None:
        """See AlertChannel.send."""
        parts = [f"*{alert.title}*", alert.text[:MOST_TEXT], f"<{alert.link}>" if alert.link else ""]
        body = json.dumps({"text": "\n".join(part for part in parts if part)}).encode()
        request = urllib.request.Request(self._url, body, {"Content-Type": "application/json"})  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S):  # noqa: S310
                pass
        except OSError as error:
            host = urlsplit(self._url).hostname
            raise SourceError(
                f"the webhook at {host} does not take alerts: {error}", fix="correct alert_webhook"
            ) from error
