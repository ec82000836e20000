"""Secrets in files of their own, as Docker and Kubernetes mount them."""

from __future__ import annotations

from pathlib import Path

from datamorph.errors import SettingsError


class FileSecrets:
    """Secrets port over files; line ends behind the value are not part of it.

    Args:
        home: where relative paths start.
    """

    def __init__(self, home: Path) -> None:
        self._home = home

    def read(self, name: str) -> str:
        """See Secrets.read."""
        file = self._home / Path(name).expanduser()
        try:
            value = file.read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, ValueError) as error:
            fix = "mount it, or name another"
            raise SettingsError(f"the secret file {str(file)!r} cannot be read", fix=fix) from error
        if not value:
            raise SettingsError(f"the secret file {str(file)!r} is empty", fix="write the secret into it")
        return value
