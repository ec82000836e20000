"""The one place where a request meets its rule."""

from __future__ import annotations

from starlette.requests import HTTPConnection

from datamorph.web.access.identity import Identity
from datamorph.web.access.rules import Rule, rule_of
from datamorph.web.failures import RequestError


class SignInNeeded(RequestError):
    """Nobody who is known asks for something that not everybody may see."""

    def __init__(self) -> None:
        super().__init__(
            401, "sign_in_needed", "this needs somebody who is known",
            fix="sign in, or send an API token: Authorization: Bearer TOKEN",
            headers={"www-authenticate": 'Bearer realm="datamorph"'},
        )  # fmt: skip


async def authorise(connection: HTTPConnection) -> None:
    """Let a request through to its route, or not.

    Raises:
        SignInNeeded: it comes from nobody who is known.
        RequestError: 403, the role or the token's scope is not enough, or the route has no rule.
    """
    path = connection.scope["route"].path
    rule = rule_of(connection.scope.get("method", "WS"), path)
    identity = connection.scope.get("identity")
    if rule is None:
        raise RequestError(403, "no_rule", f"nobody may use {path}", fix="give it a rule in datamorph.web.access.rules")
    connection.scope["rule"] = rule
    if rule.allows(identity):
        return
    if identity is None:
        raise SignInNeeded
    raise refuse(identity, rule)


def refuse(identity: Identity, rule: Rule) -> RequestError:
    """What somebody is told who is known, and may not."""
    needed = (
        f"the role {rule.role.value}" if rule.role and not identity.role.may(rule.role) else f"scope {rule.scope.value}"
    )
    return RequestError(403, "not_allowed", f"{identity.name} ({identity.role.value}) may not do this",
                        fix=f"it needs {needed}")  # fmt: skip
