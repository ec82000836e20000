"""Command for other assistants: mcp."""

from __future__ import annotations

import signal
from enum import StrEnum
from typing import Annotated

import typer

from datamorph.cli.session import Session


class AssistantRole(StrEnum):
    """What an assistant may do; more than that stays with a person."""

    VIEWER = "viewer"
    AUTHOR = "author"


def mcp(
    session: Session,
    *,
    role: Annotated[
        AssistantRole, typer.Option("--role", help="viewer reads and queries; author also plans and runs.")
    ] = AssistantRole.AUTHOR,
) -> None:
    """Serve tools to another assistant, by the Model Context Protocol on stdin and stdout.

    The assistant starts it itself. It can plan, run and query; it cannot
    approve, roll back or drop anything. What it does is in the audit log.

    Example:
      $ claude mcp add sales -- datamorph mcp --home /data/sales
      $ datamorph mcp --role viewer
    """
    from datamorph.mcp.server import build_server
    from datamorph.mcp.stdio import serve_stdio
    from datamorph.web.access.identity import Identity, Role
    from datamorph.web.app import create_app
    from datamorph.web.inside import InsideApi
    from datamorph.web.site import open_site

    site = open_site(session.settings)
    try:
        api = InsideApi(create_app(site), Identity("mcp", Role(role.value), "stdio"))
        serve_stdio(build_server(lambda _: api))
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)  # what still runs ends with the assistant, without a word
        site.close()
