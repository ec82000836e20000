"""Where a PostgreSQL database is, with the secrets that its address takes."""

from __future__ import annotations

from urllib.parse import quote, unquote, urlsplit

from datamorph.core.secret import Secret, json_object, parse_secret, postgres_url, with_password
from datamorph.core.source_spec import Postgres
from datamorph.errors import SourceError
from datamorph.ports import ReadSecret


class PostgresAddress:
    """The address of one source, put together when a connection is made, so that rotated secrets are found."""

    def __init__(self, postgres: Postgres, read: ReadSecret) -> None:
        self._postgres, self._read = postgres, read
        self._told = set[str]()

    @property
    def has_secret(self) -> bool:
        """Whether there is something in it that may have changed."""
        return self._postgres.password is not None or parse_secret(self._postgres.url) is not None

    @property
    def shown(self) -> str:
        """What people see of it."""
        return self._postgres.url.partition("?")[0]

    def url(self, *, fresh: bool = False) -> str:
        """The whole address, password included; it goes into no log, error or file.

        Args:
            fresh: ask for its secrets again.

        Raises:
            SettingsError: a secret is missing, or is no address.
            SourceError: there is no user for a password.
        """
        secret, password = parse_secret(self._postgres.url), self._postgres.password
        found = self._postgres.url
        if secret:
            found = postgres_url(self._value(secret, fresh=fresh), secret)
        if password:
            complete = with_password(found, self._value(password, fresh=fresh))
            if complete is None:
                problem = f"{self.shown} names no user for its password"
                raise SourceError(problem, fix="write postgresql://user@host, or a secret with username and password")
            found = complete
        self._told.add(unquote(urlsplit(found).password or ""))
        return found

    def hide(self, text: str) -> str:
        """The text without any secret that was read."""
        for value in sorted(filter(None, self._told), key=len, reverse=True):
            text = text.replace(value, "***").replace(quote(value, safe=""), "***")
        return text

    def _value(self, secret: Secret, *, fresh: bool) -> str:
        value = self._read(secret, fresh=True) if fresh else self._read(secret)
        self._told.add(value)
        self._told.update(str(part) for name, part in (json_object(value) or {}).items() if name == "password")
        return value
