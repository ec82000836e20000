"""Which role somebody has who signed in elsewhere: by a claim of the provider's, as the settings say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from datamorph.settings import Settings
from datamorph.web.access.identity import Identity, Role
from datamorph.web.failures import RequestError

WAY = "oidc:"
"""Names of people of a provider begin with it, so that nobody is taken for a user of the project."""
_MOST_NAME = 100


def identity_of(claims: Mapping[str, Any], settings: Settings) -> Identity:
    """Who that is and what they may do; of several roles, the highest.

    Raises:
        RequestError: 403, no role is theirs, or the e-mail address that would give it is not verified.
    """
    name = _name(claims)
    values = _values(claims, settings.oidc_claim)
    if settings.oidc_claim == "email":
        if values and claims.get("email_verified") is not True:
            raise _without_role(name, "the provider has not verified the e-mail address")
        values = [value.casefold() for value in values]
    roles = [
        Role(role)
        for wanted, role in settings.oidc_roles.items()
        for value in values
        if _is_meant(wanted, value, settings)
    ]
    if not roles:
        raise _without_role(name, f"none of oidc_roles is for what {settings.oidc_claim!r} says")
    return Identity(f"{WAY}{name}", max(roles, key=list(Role).index), "cookie")


def _is_meant(wanted: str, value: str, settings: Settings) -> bool:
    """``*@example.org`` are all addresses of a domain; anything else is meant word for word."""
    if settings.oidc_claim != "email":
        return wanted == value
    wanted = wanted.casefold()
    if wanted.startswith("*@"):
        return value.count("@") == 1 and value.endswith(wanted[1:]) and not value.startswith("@")
    return wanted == value


def _values(claims: Mapping[str, Any], name: str) -> Sequence[str]:
    """What a claim says; a dot leads into an object, and a claim whose name has a dot is found as well."""
    found: Any = claims.get(name)
    if found is None:
        found = claims
        for part in name.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
    if isinstance(found, str):
        return [found]
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


def _name(claims: Mapping[str, Any]) -> str:
    """What people and the audit log call somebody: the subject stands for who cannot be told otherwise."""
    if claims.get("email_verified") is True and isinstance(claims.get("email"), str):
        found = str(claims["email"])
    else:
        found = str(claims["sub"])
    return "".join(letter for letter in found if letter.isprintable())[:_MOST_NAME]


def _without_role(name: str, why: str) -> RequestError:
    return RequestError(403, "no_role", f"{name} may not come in: {why}", fix="ask whoever runs this project")
