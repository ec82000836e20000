"""What each route needs: the one table. A route that is not in it lets nobody in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from datamorph.web.access.identity import Identity, Role, Scope


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may use a route; ``role`` None is everybody, known or not."""

    role: Role | None
    scope: Scope = Scope.READ

    def allows(self, identity: Identity | None) -> bool:
        """True when that is enough."""
        if self.role is None:
            return True
        return identity is not None and identity.role.may(self.role) and self.scope in identity.scopes

    @property
    def is_change(self) -> bool:
        """True when what it does belongs into the audit log."""
        return self.scope is Scope.WRITE


_ANYBODY = Rule(None)
_READ = Rule(Role.VIEWER)
_QUERY = Rule(Role.VIEWER, Scope.QUERY)
_AUTHOR = Rule(Role.AUTHOR, Scope.WRITE)
_OPERATE = Rule(Role.OPERATOR, Scope.WRITE)
_ADMIN = Rule(Role.ADMIN)

RULES: Mapping[str, Rule] = {
    "GET /health": _ANYBODY,
    "GET /openapi.json": _READ,
    "POST /start": _AUTHOR,
    "GET /get/logs/{run_id}": _READ,
    "POST /get/schemas": _QUERY,
    "POST /get/data": _QUERY,
    "POST /execute/query": _QUERY,
    "GET /api/v1/runs": _READ,
    "GET /api/v1/runs/{run_id}": _READ,
    "GET /api/v1/runs/{run_id}/events": _READ,
    "GET /api/v1/runs/{run_id}/why": _READ,
    "GET /api/v1/runs/{run_id}/staged": _QUERY,
    "GET /api/v1/runs/{run_id}/diff": _QUERY,
    "POST /api/v1/runs/{run_id}/rerun": _AUTHOR,
    "POST /api/v1/plans": _AUTHOR,
    "GET /api/v1/plans/{run_id}": _READ,
    "POST /api/v1/plans/spec": _AUTHOR,
    "POST /api/v1/plans/{run_id}/answers": _AUTHOR,
    "POST /api/v1/plans/{run_id}/remember": _OPERATE,
    "POST /api/v1/plans/{run_id}/stage": _AUTHOR,
    "POST /api/v1/plans/{run_id}/run": _AUTHOR,
    "POST /api/v1/plans/{run_id}/approve": _OPERATE,
    "GET /api/v1/pipelines": _READ,
    "GET /api/v1/pipelines/{name}": _READ,
    "GET /api/v1/pipelines/{name}/versions": _READ,
    "POST /api/v1/pipelines/{name}/run": _AUTHOR,
    "GET /api/v1/tables": _READ,
    "GET /api/v1/tables/{table}": _READ,
    "GET /api/v1/tables/{table}/rows": _QUERY,
    "GET /api/v1/tables/{table}/schema": _READ,
    "GET /api/v1/tables/{table}/snapshots": _READ,
    "GET /api/v1/tables/{table}/diff": _QUERY,
    "GET /api/v1/tables/{table}/checks": _QUERY,
    "POST /api/v1/tables/{table}/rollback": _OPERATE,
    "POST /api/v1/query": _QUERY,
    "GET /api/v1/cost": _READ,
    "GET /api/v1/audit": _ADMIN,
    "POST /mcp": _READ,
    "GET /login": _ANYBODY,
    "POST /login": _ANYBODY,
    "GET /login/provider": _ANYBODY,
    "GET /login/provider/back": _ANYBODY,
    "POST /logout": _ANYBODY,
    "GET /": _READ,
    "POST /prompts": _AUTHOR,
    "GET /plans/{run_id}": _READ,
    "POST /plans/{run_id}/answers": _AUTHOR,
    "POST /plans/{run_id}/spec": _AUTHOR,
    "POST /plans/{run_id}/remember": _OPERATE,
    "POST /plans/{run_id}/stage": _AUTHOR,
    "POST /plans/{run_id}/run": _AUTHOR,
    "POST /plans/{run_id}/approve": _OPERATE,
    "GET /runs": _READ,
    "GET /runs/{run_id}": _READ,
    "GET /runs/{run_id}/stream": _READ,
    "GET /runs/{run_id}/changes": _QUERY,
    "GET /tables": _READ,
    "GET /tables/{table}": _READ,
    "GET /tables/{table}/history": _READ,
    "POST /tables/{table}/rollback": _OPERATE,
    "GET /query": _QUERY,
    "GET /query/export": _QUERY,
    "GET /pipelines": _READ,
    "GET /pipelines/{name}": _READ,
    "POST /pipelines/{name}/run": _AUTHOR,
    "GET /cost": _READ,
    "GET /audit": _ADMIN,
    "GET /status": _READ,
    "GET /api": _READ,
    "GET /dagster": _READ,
    "GET /dagster/graphql": _READ,
    "POST /dagster/graphql": _READ,
    "WS /dagster/graphql": _READ,
    "POST /dagster/report_asset_materialization/{asset_key:path}": _OPERATE,
    "POST /dagster/report_asset_check/{asset_key:path}": _OPERATE,
    "POST /dagster/report_asset_observation/{asset_key:path}": _OPERATE,
    "GET /dagster/{path:path}": _READ,
}
"""Method and path, as the router has them, to what they need; ``WS`` is a websocket. A mutation in GraphQL needs more:
see ``datamorph.web.dagster_ui.operations``; a tool of ``/mcp`` needs what its own route needs."""


def rule_of(method: str, path: str) -> Rule | None:
    """The rule of a route; ``HEAD`` is ``GET``."""
    return RULES.get(f"{'GET' if method == 'HEAD' else method} {path}")
