"""Commands for those who serve a project to others: serve, user, token, audit."""

from __future__ import annotations

import csv
import json
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from datamorph.cli.cells import safe
from datamorph.cli.grid import Grid
from datamorph.cli.session import Session, copyable

if TYPE_CHECKING:
    from datamorph.web.access.tokens import Token
    from datamorph.web.audit import AuditLog

AUDIT_TABLE = "raw.datamorph.audit"


class RoleName(StrEnum):
    """Roles, each with everything that the ones before may do."""

    VIEWER = "viewer"
    AUTHOR = "author"
    OPERATOR = "operator"
    ADMIN = "admin"


class ScopeName(StrEnum):
    """What a token may be used for."""

    READ = "read"
    QUERY = "query"
    WRITE = "write"


class UserAction(StrEnum):
    """What to do with users."""

    LIST = "list"
    ADD = "add"
    REMOVE = "remove"


class TokenAction(StrEnum):
    """What to do with tokens."""

    LIST = "list"
    ISSUE = "issue"
    REVOKE = "revoke"


class AuditAction(StrEnum):
    """What to do with the audit log."""

    LIST = "list"
    VERIFY = "verify"
    EXPORT = "export"


Role = Annotated[RoleName, typer.Option("--role", help="What they may do; each role may do all of the ones before.")]


def serve(
    session: Session,
    *,
    host: Annotated[str, typer.Option("--host", metavar="ADDRESS", help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port; 0 picks one.", show_default="8000")] = None,
) -> None:
    """Serve the HTTP API and the console over this project; Ctrl-C stops it.

    Elsewhere than on this machine it needs users or an access code, and a
    proxy in front of it that speaks HTTPS.

    Example:
      $ datamorph serve --port 8080
    """
    from datamorph.web.serving import serve as serve_site

    settings = session.settings
    serve_site(settings, host=host, port=settings.serve_port if port is None else port, ready=_ready(session))


def _ready(session: Session) -> Callable[[str], None]:
    def ready(url: str) -> None:
        session.document({"url": url})
        session.show(Text.assemble(("✓ ", "green"), "DataMorph is at ", (url, "bold cyan"), "  (Ctrl-C stops it)"))
        sys.stdout.flush()

    return ready


def user(
    session: Session,
    action: Annotated[UserAction, typer.Argument(help="What to do.")] = UserAction.LIST,
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Who.", show_default=False)] = None,
    *,
    role: Role = RoleName.VIEWER,
    password: Annotated[
        str | None, typer.Option(metavar="FILE", help="File with the password, - for stdin; else it is asked for.")
    ] = None,
) -> None:
    """List those who may sign in, add or change one, or remove one.

    Example:
      $ datamorph user add ada --role operator
    """
    from datamorph.web.access.identity import Role as KnownRole
    from datamorph.web.access.people import People

    people = People(session.settings.path("state") / "web" / "users.json")
    if action is UserAction.LIST:
        rows: list[dict[str, object]] = [{"name": one.name, "role": one.role.value} for one in people.all().values()]
        session.document({"users": rows})
        session.show(Grid.of_rows(rows) if rows else Text("there is no user: access control is off"))
        return
    wanted = _required(name, "NAME")
    if action is UserAction.REMOVE:
        people.remove(wanted)
        _record(session, "user remove", {"user": wanted})
        _done(session, f"{wanted} may not sign in any more", {"user": wanted, "role": None})
        return
    people.put(wanted, KnownRole(role.value), _password(password))
    _record(session, "user add", {"user": wanted, "role": role.value})
    _done(session, f"{wanted} may sign in as {role.value}", {"user": wanted, "role": role.value})


def token(
    session: Session,
    action: Annotated[TokenAction, typer.Argument(help="What to do.")] = TokenAction.LIST,
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="A name, or an id.", show_default=False)] = None,
    *,
    role: Role = RoleName.VIEWER,
    scope: Annotated[list[ScopeName] | None, typer.Option(help="What for; all without it.", show_default=False)] = None,
    days: Annotated[float, typer.Option(help="It expires after that many days.")] = 30,
) -> None:
    """List API tokens, issue one for a program, or revoke one by its id.

    Example:
      $ datamorph token issue nightly --role author --days 90
    """
    from datamorph.web.access.identity import Role as KnownRole
    from datamorph.web.access.identity import Scope
    from datamorph.web.access.tokens import Tokens

    tokens = Tokens(session.settings.path("state"))
    if action is TokenAction.LIST:
        rows = [_token(one) for one in tokens.all()]
        session.document({"tokens": rows})
        session.show(Grid.of_rows(rows, whole=("id",)) if rows else Text("no token was issued"))
        return
    wanted = _required(name, "NAME")
    if action is TokenAction.REVOKE:
        found = tokens.revoke(wanted)
        _record(session, "token revoke", {"token": found.token_id})
        _done(session, f"{found.token_id} opens nothing any more", _token(found))
        return
    scopes = [Scope(one.value) for one in scope] if scope else list(Scope)
    found, text = tokens.issue(wanted, KnownRole(role.value), scopes=scopes, days=days)
    _record(session, "token issue", _token(found))
    session.document({**_token(found), "token": text})
    session.show(Text("It is shown this once:"), copyable(text, style="cyan"))


def audit(
    session: Session,
    action: Annotated[AuditAction, typer.Argument(help="What to do.")] = AuditAction.LIST,
    most: Annotated[int, typer.Option("--most", "-n", min=1, help="List at most this many entries.")] = 50,
) -> None:
    """List who did what through the API and the console, verify the log, export it.

    Exporting verifies it, then loads it as the table raw.datamorph.audit.

    Example:
      $ datamorph audit verify
    """
    from datamorph.web.audit import AuditLog

    log = AuditLog(session.settings.path("state") / "audit.jsonl")
    if action is AuditAction.VERIFY:
        count, last = log.verify()
        session.document({"entries": count, "hash": last, "is_intact": True})
        session.show(Text.assemble(("✓ ", "green"), f"{count:,} entries, none missing or changed"))
        session.show(copyable(f"  hash of the last: {last}", style="dim"))
        return
    if action is AuditAction.EXPORT:
        _export(session, log)
        return
    found = list(log.entries())[-most:]
    rows: list[dict[str, Any]] = [
        {"n": e.number, "at": e.at, "who": e.who, "action": e.action, "outcome": e.outcome, "facts": dict(e.facts)}
        for e in found
    ]
    session.document({"entries": rows})
    session.show(Grid.of_rows(rows, whole=("n", "at")) if rows else Text("nothing was changed yet"))


def _export(session: Session, log: AuditLog) -> None:
    """The log as a raw table: one row a line, its facts as JSON."""
    names = ("number", "at", "who", "action", "outcome", "facts", "before", "hash")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "audit.csv"
        with file.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(names)
            for entry in log.entries():
                told = {**asdict(entry), "facts": json.dumps(dict(entry.facts), ensure_ascii=False)}
                writer.writerow([told[name] for name in names])
        result = session.platform.load(file, AUDIT_TABLE, description="who changed what through API and console")
    _done(session, f"{result.rows:,} entries are in {result.table}", {"table": result.table, "rows": result.rows})


def _token(found: Token) -> dict[str, Any]:
    return {
        "id": found.token_id,
        "name": found.name,
        "role": found.role.value,
        "scopes": [scope.value for scope in found.scopes],
        "expires_at": found.expires_at,
        "revoked": found.is_revoked,
    }


def _record(session: Session, action: str, facts: dict[str, Any]) -> None:
    from datamorph.web.audit import AuditLog

    AuditLog(session.settings.path("state") / "audit.jsonl").append("command line", action, "done", facts)


def _done(session: Session, text: str, document: dict[str, Any]) -> None:
    session.document(document)
    session.show(Text.assemble(("✓ ", "green"), safe(text)))


def _required(value: str | None, name: str) -> str:
    if not value:
        raise typer.BadParameter(f"give a {name}", param_hint=name)
    return value


def _password(file: str | None) -> str:
    """From a file, from stdin, or from a person who is asked twice."""
    if file == "-":
        return sys.stdin.readline().rstrip("\n")
    if file is not None:
        try:
            with open(file, encoding="utf-8") as stream:  # noqa: PTH123 (a name as it was typed)
                return stream.readline().rstrip("\n")
        except OSError as error:
            raise typer.BadParameter(f"cannot read {file!r}: {error.strerror}", param_hint="--password") from error
    if not sys.stdin.isatty():
        raise typer.BadParameter("there is nobody to ask: give --password FILE", param_hint="--password")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
