"""Tells others how runs ended: signed, and sent again until it is heard."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import queue
import threading
import time
import urllib.request
from collections.abc import Mapping, Sequence
from typing import Any

from datamorph.core.run import EventKind, Stage
from datamorph.documents import plain
from datamorph.errors import DataMorphError
from datamorph.platform import Platform
from datamorph.web.lookup import find_run

_LOG = logging.getLogger(__name__)
WAITS_S = (1.0, 5.0, 30.0, 120.0)
"""How long before each further try."""
TIMEOUT_S = 10.0
MOST_WAITING = 1_000
SIGNATURE = "X-DataMorph-Signature"


class Webhooks:
    """Sends the end of every run that this server ran, from one thread.

    Args:
        urls: where to; none sends nothing.
        key: what the body is signed with: ``sha256=`` and the HMAC of ``<timestamp>.<body>``.
        waits_s: before each further try.
    """

    def __init__(
        self, platform: Platform, urls: Sequence[str], key: str, *, waits_s: Sequence[float] = WAITS_S
    ) -> None:
        self._platform, self._urls, self._key, self._waits_s = platform, urls, key, waits_s
        self._queue: queue.Queue[str | None] = queue.Queue(MOST_WAITING)
        self._thread: threading.Thread | None = None

    def run_ended(self, run_id: str) -> None:
        """Send it; this returns at once."""
        if not self._urls:
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="webhooks", daemon=True)
            self._thread.start()
        try:
            self._queue.put_nowait(run_id)
        except queue.Full:
            _LOG.error("the end of run %s is not sent: too many are waiting", run_id)

    def close(self) -> None:
        """Send no more than what is being sent."""
        if self._thread is not None:
            self._queue.put(None)

    def _work(self) -> None:
        while (run_id := self._queue.get()) is not None:
            try:
                body = json.dumps(document(self._platform, run_id), ensure_ascii=False).encode()
            except DataMorphError as error:
                _LOG.error("the end of run %s is not sent: %s", run_id, error.problem)
                continue
            for url in self._urls:
                self._send(url, body, run_id)

    def _send(self, url: str, body: bytes, run_id: str) -> None:
        for wait_s in (0.0, *self._waits_s):
            time.sleep(wait_s)
            try:
                with urllib.request.urlopen(self._request(url, body, run_id), timeout=TIMEOUT_S):  # noqa: S310 (of a setting)
                    return
            except (OSError, ValueError) as error:
                _LOG.warning("webhook %s for run %s: %s", url, run_id, error)
        _LOG.error("webhook %s never heard of run %s", url, run_id)

    def _request(self, url: str, body: bytes, run_id: str) -> urllib.request.Request:
        at = str(int(time.time()))
        headers = {
            "Content-Type": "application/json",
            "X-DataMorph-Run": run_id,
            "X-DataMorph-Timestamp": at,
            SIGNATURE: sign(self._key, at, body),
        }
        return urllib.request.Request(url, body, headers, method="POST")  # noqa: S310


def sign(key: str, timestamp: str, body: bytes) -> str:
    """What a receiver computes to see that the body comes from here and is not old."""
    return "sha256=" + hmac.new(key.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def document(platform: Platform, run_id: str) -> Mapping[str, Any]:
    """What is sent: the run, and the verdicts of its checks without any row."""
    run = find_run(platform, run_id)
    audits = [
        event.facts.get("checks", [])
        for _, event in platform.events(run_id)
        if event.stage is Stage.AUDIT and event.kind in (EventKind.FINISHED, EventKind.FAILED)
    ]
    checks = [
        {name: check[name] for name in ("name", "severity", "passed")} for check in (audits[-1] if audits else [])
    ]
    return {"event": f"run.{run.state.value}", "run": plain(run), "checks": checks}
