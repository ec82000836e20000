"""Alerts by e-mail, over SMTP."""

from __future__ import annotations

import smtplib
from collections.abc import Sequence
from email.message import EmailMessage

from datamorph.errors import SourceError
from datamorph.ports import Alert

TIMEOUT_S = 20.0


class MailAlerts:
    """AlertChannel port over SMTP.

    Args:
        server: ``host:port``; with ``user`` the connection is encrypted (STARTTLS) before the password is sent.
    """

    def __init__(
        self, server: str, *, sender: str, receivers: Sequence[str], user: str = "", password: str = ""
    ) -> None:
        self._host, _, port = server.rpartition(":")
        self._port, self._sender, self._receivers = int(port), sender, tuple(receivers)
        self._user, self._password = user, password

    def send(self, alert: Alert) -> None:
        """See AlertChannel.send."""
        message = EmailMessage()
        message["Subject"] = f"[DataMorph] {' '.join(alert.title.split())[:200]}"
        message["From"], message["To"] = self._sender, ", ".join(self._receivers)
        message.set_content("\n\n".join(part for part in (alert.title, alert.text, alert.link) if part))
        try:
            with smtplib.SMTP(self._host, self._port, timeout=TIMEOUT_S) as server:
                if self._user:
                    server.starttls()
                    server.login(self._user, self._password)
                server.send_message(message)
        except (OSError, smtplib.SMTPException) as error:
            raise SourceError(f"no e-mail by {self._host}:{self._port}: {error}", fix="correct alert_smtp") from error
