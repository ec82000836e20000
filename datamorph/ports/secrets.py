"""Where values of secrets come from."""

from __future__ import annotations

from typing import Protocol

from datamorph.core.secret import Secret


class Secrets(Protocol):
    """One kind of place that keeps secrets: the environment, files, AWS Secrets Manager, SSM Parameter Store."""

    def read(self, name: str) -> str:
        """The value as it is now; it goes into no log, error or file.

        Raises:
            SettingsError: there is none of that name, it may not be read (the missing permission is named), or the
                place is not reached (retryable).
        """
        ...


class ReadSecret(Protocol):
    """The value of a secret, wherever it is kept."""

    def __call__(self, secret: Secret, *, fresh: bool = False) -> str:
        """The value, which may have been read some seconds ago.

        Args:
            fresh: ask again: the value of before was not taken.

        Raises:
            SettingsError: see Secrets.read.
        """
        ...
