"""How a function becomes a command: it gets a session, and the global options are its own as well."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from datamorph.cli.session import Session

PANEL = "Everywhere"

Home = Annotated[
    Path | None,
    typer.Option("--home", metavar="DIR", rich_help_panel=PANEL, show_default=False,
                 help="The project's folder (also DATAMORPH_HOME)."),
]  # fmt: skip
Json = Annotated[bool, typer.Option("--json", rich_help_panel=PANEL, help="Print one JSON document, errors too.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", rich_help_panel=PANEL, help="Show tracebacks.")]


class _QuietFlags:
    """Help texts without a type behind every flag."""

    def get_params(self, ctx: Any) -> list[Any]:
        """See click."""
        found = super().get_params(ctx)  # type: ignore[misc]
        for parameter in found:
            if getattr(parameter, "is_flag", False) and parameter.metavar is None:
                parameter.metavar = ""
        return found


class Command(_QuietFlags, TyperCommand):
    """One command."""


class Group(_QuietFlags, TyperGroup):
    """The command that holds the others."""


def use_globals(session: Session, *, home: Home = None, as_json: Json = False, is_verbose: Verbose = False) -> Session:
    """Apply the global options to a session; what was given before the command's name stays."""
    session.home = home if home is not None else session.home
    session.as_json = session.as_json or as_json
    session.is_verbose = session.is_verbose or is_verbose
    return session


def with_session(function: Callable[..., None]) -> Callable[..., None]:
    """A command for typer: ``function`` without its session, plus the global options."""
    shared = _parameters(use_globals)[1:]

    def call(ctx: typer.Context, **values: Any) -> None:
        session = use_globals(ctx.obj, **{p.name: values.pop(p.name) for p in shared})
        function(session, **values)

    context = inspect.Parameter("ctx", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)
    parameters = [context, *_parameters(function)[1:], *shared]
    call.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    call.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    call.__name__, call.__doc__ = function.__name__, function.__doc__
    return call


def _parameters(function: Callable[..., Any]) -> list[inspect.Parameter]:
    return list(inspect.signature(function, eval_str=True).parameters.values())
