"""Who a request comes from: nobody asked on loopback, a session's cookie, or an API token."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from itsdangerous import BadData, URLSafeTimedSerializer

from datamorph.platform.secrets import SecretReader
from datamorph.settings import Settings
from datamorph.web.access.identity import LOCAL, Identity, Role
from datamorph.web.access.keys import signing_key
from datamorph.web.access.mapping import WAY, identity_of
from datamorph.web.access.people import BY_CODE, People
from datamorph.web.access.throttle import LoginThrottle
from datamorph.web.access.tokens import Tokens
from datamorph.web.failures import RequestError

COOKIE = "datamorph_session"


class Gate:
    """Access to one project: off until there is an access code, a user or a provider."""

    def __init__(self, settings: Settings, secrets: SecretReader) -> None:
        self._settings, self.secrets = settings, secrets
        self._state: Path = settings.path("state")
        self.people = People(self._state / "web" / "users.json")
        self.tokens = Tokens(self._state)
        self.throttle = LoginThrottle(clock=time.monotonic)

    @property
    def is_closed(self) -> bool:
        """True when a request must say whom it comes from."""
        return bool(self._settings.access_code or self.people.all() or self._settings.oidc_issuer)

    @property
    def asks_for_name(self) -> bool:
        """True when there are users, not an access code alone."""
        return bool(self.people.all())

    def identify(self, headers: Mapping[str, str], cookies: Mapping[str, str]) -> Identity | None:
        """Who sends these headers; None when it is nobody who is known."""
        kind, _, token = headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer":
            return self.tokens.identify(token.strip())
        if not self.is_closed:
            return LOCAL
        return self._of_cookie(cookies.get(COOKIE, ""))

    def sign_in(self, name: str, secret: str, *, address: str) -> tuple[str, Identity]:
        """A session's cookie for the right password or access code, and whose it is.

        Raises:
            RequestError: 401 wrong, 429 too many wrong ones before.
        """
        keys = (f"name:{name.casefold()}", f"address:{address}")
        if wait := self.throttle.wait_s(*keys):
            raise RequestError(
                429, "too_many_attempts", "too many wrong attempts", fix=f"try again in {wait:.0f} s",
                headers={"retry-after": str(int(wait) + 1)},
            )  # fmt: skip
        found = self._check(name, secret)
        if found is None:
            self.throttle.failed(*keys)
            raise RequestError(
                401, "wrong_credentials", "that is not right", fix="check what you typed, then try again"
            )
        self.throttle.succeeded(*keys)
        return self._serializer().dumps({"name": found.name, "mark": self._mark(found.name)}), found

    def admit(self, claims: Mapping[str, Any]) -> tuple[str, Identity]:
        """A session's cookie for somebody who signed in at the provider, and who that is.

        Raises:
            RequestError: 403, none of the roles is theirs.
        """
        found = identity_of(claims, self._settings)
        told = {"name": found.name, "role": found.role.value, "mark": self._mark(found.name)}
        return self._serializer().dumps(told), found

    def _check(self, name: str, secret: str) -> Identity | None:
        if name:
            user = self.people.verify(name, secret)
            return Identity(user.name, user.role, "cookie") if user else None
        code = self._code()
        is_right = bool(code) and hmac.compare_digest(_digest(secret), _digest(code))
        return Identity(BY_CODE, Role.ADMIN, "cookie") if is_right else None

    def _of_cookie(self, text: str) -> Identity | None:
        try:
            claims = self._serializer().loads(text, max_age=int(self._settings.session_hours * 3600))
            name, mark = str(claims["name"]), str(claims["mark"])
        except (BadData, KeyError, TypeError):
            return None
        if not hmac.compare_digest(mark, self._mark(name)):
            return None
        if name == BY_CODE:
            return Identity(name, Role.ADMIN, "cookie") if self._settings.access_code else None
        if name.startswith(WAY):
            return Identity(name, Role(claims["role"]), "cookie") if self._settings.oidc_issuer else None
        user = self.people.all().get(name)
        return Identity(user.name, user.role, "cookie") if user else None

    def _mark(self, name: str) -> str:
        """Changes with the password, or with the provider and its roles: that ends the sessions that it opened."""
        user = self.people.all().get(name)
        kept = user.password if user else ""
        if name == BY_CODE:
            kept = self._code()
        elif name.startswith(WAY):
            about = self._settings
            kept = repr((about.oidc_issuer, about.oidc_client, about.oidc_claim, sorted(about.oidc_roles.items())))
        return hashlib.blake2b(kept.encode(), key=signing_key(self._state, "mark").encode()[:64]).hexdigest()[:16]

    def _code(self) -> str:
        given = self._settings.access_code
        return self.secrets.setting(given) if given else ""

    def _serializer(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(signing_key(self._state, "session"), salt="session")


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
