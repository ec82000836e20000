"""The one place where a request meets its rule."""

from __future__ import annotations

from fastapi import Request

from datamorph.web.access.rules import rule_of
from datamorph.web.failures import RequestError


class SignInNeeded(RequestError):
    """Nobody who is known asks for something that not everybody may see."""

    def __init__(self) -> None:
        super().__init__(
            401, "sign_in_needed", "this needs somebody who is known",
            fix="sign in, or send an API token: Authorization: Bearer TOKEN",
            headers={"www-authenticate": 'Bearer realm="datamorph"'},
        )  # fmt: skip


async def authorise(request: Request) -> None:
    """Let a request through to its route, or not.

    Raises:
        SignInNeeded: it comes from nobody who is known.
        RequestError: 403, the role or the token's scope is not enough, or the route has no rule.
    """
    path = request.scope["route"].path
    rule = rule_of(request.method, path)
    identity = request.scope.get("identity")
    if rule is None:
        raise RequestError(403, "no_rule", f"nobody may use {path}", fix="give it a rule in datamorph.web.access.rules")
    request.scope["rule"] = rule
    if rule.allows(identity):
        return
    if identity is None:
        raise SignInNeeded
    needed = (
        f"the role {rule.role.value}" if rule.role and not identity.role.may(rule.role) else f"scope {rule.scope.value}"
    )
    raise RequestError(403, "not_allowed", f"{identity.name} ({identity.role.value}) may not do this",
                       fix=f"it needs {needed}")  # fmt: skip
