"""API tokens: signed (JWT), scoped, expiring, revocable. The file keeps what was issued, never a token."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import jwt

from datamorph.errors import NotFoundError, SettingsError
from datamorph.web.access.identity import Identity, Role, Scope
from datamorph.web.access.keys import signing_key
from datamorph.web.access.people import write_private

MOST_DAYS = 365
_AUDIENCE = "datamorph"


@dataclass(frozen=True, slots=True)
class Token:
    """An issued token."""

    token_id: str
    name: str
    role: Role
    scopes: tuple[Scope, ...]
    issued_at: str
    expires_at: str
    is_revoked: bool = False


def _now() -> datetime:
    return datetime.now(UTC)


class Tokens:
    """The tokens of a project.

    Args:
        state: the project's folder of state.
        now: the clock.
    """

    def __init__(self, state: Path, *, now: Callable[[], datetime] = _now) -> None:
        self._path, self._now = state / "web" / "tokens.json", now
        self._state = state

    def all(self) -> Sequence[Token]:
        """Every token that was issued, oldest first."""
        if not self._path.exists():
            return []
        rows = json.loads(self._path.read_text(encoding="utf-8"))
        return [Token(**{**row, "role": Role(row["role"]), "scopes": tuple(map(Scope, row["scopes"]))}) for row in rows]

    def issue(
        self, name: str, role: Role, *, scopes: Sequence[Scope] = tuple(Scope), days: float = 30
    ) -> tuple[Token, str]:
        """A new token and its text, which is shown once.

        Raises:
            SettingsError: it would never expire, or could do nothing.
        """
        if not 0 < days <= MOST_DAYS:
            raise SettingsError(f"a token for {days:g} days", fix=f"more than 0, at most {MOST_DAYS}")
        if not scopes or not name.strip():
            raise SettingsError("a token needs a name and a scope", fix=f"scopes are {', '.join(Scope)}")
        now = self._now()
        until = now + timedelta(days=days)
        token = Token(uuid4().hex[:12], name, role, tuple(scopes), now.isoformat(), until.isoformat())
        claims = {"jti": token.token_id, "sub": name, "aud": _AUDIENCE, "iat": now, "exp": until}
        self._write([*self.all(), token])
        return token, jwt.encode(claims, self._key(), algorithm="HS256")

    def revoke(self, token_id: str) -> Token:
        """From now on it opens nothing.

        Raises:
            NotFoundError: no such token.
        """
        found = next((token for token in self.all() if token.token_id == token_id), None)
        if found is None:
            raise NotFoundError(f"there is no token {token_id!r}", fix="datamorph token list")
        self._write([replace(t, is_revoked=True) if t.token_id == token_id else t for t in self.all()])
        return replace(found, is_revoked=True)

    def identify(self, text: str) -> Identity | None:
        """Whose token that is; None when it is forged, expired or revoked."""
        try:
            claims = jwt.decode(
                text, self._key(), algorithms=["HS256"], audience=_AUDIENCE, options={"require": ["jti", "exp", "aud"]}
            )
        except jwt.InvalidTokenError:
            return None
        found = next((token for token in self.all() if token.token_id == claims["jti"]), None)
        if found is None or found.is_revoked or datetime.fromisoformat(found.expires_at) <= self._now():
            return None
        return Identity(f"token:{found.name}", found.role, "token", frozenset(found.scopes))

    def _key(self) -> str:
        return signing_key(self._state, "token")

    def _write(self, tokens: Sequence[Token]) -> None:
        write_private(self._path, json.dumps([asdict(token) for token in tokens], indent=2))
