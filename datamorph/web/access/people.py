"""Users: a file of names, roles and scrypt hashes below the project's state."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from datamorph.errors import NotFoundError, SettingsError
from datamorph.web.access.identity import Role

_N, _R, _P = 2**14, 8, 1
SHORTEST = 8
BY_CODE = "access-code"
"""Who came in by the access code is called that, so no user is."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may come in."""

    name: str
    role: Role
    password: str
    """``scrypt$salt$hash``."""


class People:
    """The users of a project.

    Args:
        path: the file; it is made at the first user and readable by its owner only.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read_at = 0
        self._users: dict[str, User] = {}

    def all(self) -> Mapping[str, User]:
        """Every user by name; the file is read again when it changed."""
        changed_at = self._path.stat().st_mtime_ns if self._path.exists() else 0
        if changed_at != self._read_at:
            self._users, self._read_at = _read(self._path), changed_at
        return self._users

    def put(self, name: str, role: Role, password: str) -> User:
        """Add a user, or change one.

        Raises:
            SettingsError: a name that is none, or a password that is too short.
        """
        if not _NAME.fullmatch(name) or name == BY_CODE:
            raise SettingsError(f"user name {name!r} is not allowed", fix="letters, digits and . _ @ -, at most 64")
        if len(password) < SHORTEST:
            raise SettingsError("the password is too short", fix=f"at least {SHORTEST} characters")
        user = User(name, role, hashed(password))
        self._write({**self.all(), name: user})
        return user

    def remove(self, name: str) -> None:
        """Take a user away; open sessions end with it.

        Raises:
            NotFoundError: no such user.
        """
        users = dict(self.all())
        if users.pop(name, None) is None:
            known = ", ".join(users) or "none"
            raise NotFoundError(f"there is no user {name!r}", fix=f"the users are: {known}")
        self._write(users)

    def verify(self, name: str, password: str) -> User | None:
        """The user, if that is the password; it takes as long for a name that nobody has."""
        user = self.all().get(name)
        is_right = matches(password, user.password if user else _NOBODY)
        return user if is_right else None

    def _write(self, users: Mapping[str, User]) -> None:
        write_private(self._path, json.dumps([asdict(user) for user in users.values()], indent=2))
        self._read_at = -1


def _read(path: Path) -> dict[str, User]:
    if not path.exists():
        return {}
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        return {row["name"]: User(row["name"], Role(row["role"]), row["password"]) for row in rows}
    except (ValueError, KeyError, TypeError) as error:
        raise SettingsError(
            f"{path} is no list of users: {error}", fix="restore it, or remove it and add them"
        ) from error


def hashed(password: str) -> str:
    """A salted scrypt hash as text."""
    salt = os.urandom(16)
    return "$".join(["scrypt", base64.b64encode(salt).decode(), base64.b64encode(_scrypt(password, salt)).decode()])


def matches(password: str, kept: str) -> bool:
    """True when a hash was made of that password."""
    _, salt, digest = kept.split("$")
    return hmac.compare_digest(_scrypt(password, base64.b64decode(salt)), base64.b64decode(digest))


def _scrypt(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=_N, r=_R, p=_P, dklen=32)


def write_private(path: Path, text: str) -> None:
    """Replace a file at once; only its owner may read it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.tmp")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
        stream.write(text)
    draft.replace(path)


_NOBODY = hashed("nobody has this password")
