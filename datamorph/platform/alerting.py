"""Alerts, each thing once in a while: what was told lately is counted and not told again."""

from __future__ import annotations

import fcntl
import json
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, cast

from datamorph.errors import DataMorphError
from datamorph.platform.secrets import SecretReader, open_secrets
from datamorph.ports import Alert, AlertChannel
from datamorph.settings import Settings

log = logging.getLogger("datamorph.alerts")
FORGET = timedelta(days=7)


class Alerts:
    """The ways to people that the settings name, behind a memory of what was told.

    Args:
        channels: each is opened when it is needed; a secret that cannot be read stops that one only.
        memory: file of what was told when, shared by every process of the project.
        quiet: the same thing is not told again so soon.
    """

    def __init__(self, channels: Sequence[Callable[[], AlertChannel]], memory: Path, *, quiet: timedelta) -> None:
        self._channels, self._memory, self._quiet = tuple(channels), memory, quiet

    def tell(self, alert: Alert, *, now: datetime) -> bool:
        """Log it and, unless the same was told lately, send it by every way; one that fails does not stop the others.

        Returns:
            False when it was told lately.
        """
        log.warning("%s: %s", alert.title, alert.text)
        is_due, missed = self._remember(alert.key, now)
        if not is_due:
            return False
        note = f"\n\nIt happened {missed} more times since it was told." if missed else ""
        for open_channel in self._channels:
            try:
                open_channel().send(replace(alert, text=alert.text + note))
            except DataMorphError as error:
                log.error("%s", error)
        return True

    def _remember(self, key: str, now: datetime) -> tuple[bool, int]:
        """Whether it is due, and how often it was kept back before."""
        self._memory.parent.mkdir(parents=True, exist_ok=True)
        with self._memory.open("a+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            known = _read(file.read())
            told = known.get(key)
            is_due = told is None or now - datetime.fromisoformat(told["at"]) >= self._quiet
            missed = int(told["missed"]) if told else 0
            known[key] = {"at": now.isoformat(), "missed": 0} if is_due or not told else {**told, "missed": missed + 1}
            fresh = {k: v for k, v in known.items() if now - datetime.fromisoformat(v["at"]) < FORGET}
            file.truncate(0)
            file.write(json.dumps(fresh))
        return is_due, missed


def _read(text: str) -> dict[str, dict[str, Any]]:
    with suppress(ValueError):
        found = json.loads(text)
        if isinstance(found, dict):
            return cast("dict[str, dict[str, Any]]", found)
    return {}


def open_alerts(settings: Settings) -> Alerts:
    """The alerts of a project."""
    secrets, channels = open_secrets(settings), list[Callable[[], AlertChannel]]()
    if settings.alert_webhook:
        channels.append(partial(_webhook, settings, secrets))
    if settings.alert_smtp and settings.alert_email:
        channels.append(partial(_mail, settings, secrets))
    quiet = timedelta(minutes=settings.alert_quiet_minutes)
    return Alerts(channels, settings.path("state") / "alerts.json", quiet=quiet)


def _webhook(settings: Settings, secrets: SecretReader) -> AlertChannel:
    from datamorph.adapters.alerts.webhook import WebhookAlerts  # noqa: PLC0415 (only where it is wanted)

    return WebhookAlerts(secrets.setting(settings.alert_webhook))


def _mail(settings: Settings, secrets: SecretReader) -> AlertChannel:
    from datamorph.adapters.alerts.mail import MailAlerts  # noqa: PLC0415 (only where it is wanted)

    password = secrets.optional(settings.alert_smtp_password) or ""
    return MailAlerts(
        settings.alert_smtp, sender=settings.alert_sender or settings.alert_email[0], receivers=settings.alert_email,
        user=settings.alert_smtp_user, password=password,
    )  # fmt: skip
