"""Commands about a project: init, up."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from datamorph.cli.session import Session

IGNORED = ".datamorph/"
_HEADER = """\
# Settings of this DataMorph project. Every line is optional and shows its default.
# DATAMORPH_<NAME> in the environment wins over this file.
"""
_SOURCES = """\
# Where raw tables come from. `datamorph load` loads what is new, and `datamorph up` does so by itself. To try an entry,
# take its marks away; paths are relative to this folder. Everything that can stand here: docs/sources.md
sources:
#  raw.shop.orders:
#    description: one row per order
#    key: [order_id]
#    files: data/orders/*.csv
#
#  raw.crm.customers:
#    postgres:
#      url: postgresql://reader@db.example.com:5432/crm
#      password: {env: CRM_PASSWORD}
#      table: public.customers
#      cursor: updated_at
#    schedule: "*/15 * * * *"
#
#  raw.api.issues:
#    key: [id]
#    http: {url: "https://api.example.com/issues", rows: items}
#    schedule: {cron: "0 6 * * *", timezone: Europe/Vienna}
"""


def init(
    session: Session,
    folder: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="The project's folder; made if missing.", show_default="here")
    ] = None,
) -> None:
    """Make a project: settings and sources to fill in, folders for pipelines and SQL models.

    What is there already stays as it is.

    Example:
      $ datamorph init my_project
    """
    home = (folder or session.home or Path()).expanduser().absolute()
    for name in ("pipelines", "dbt_like_sql"):
        (home / name).mkdir(parents=True, exist_ok=True)
    made = {
        "datamorph.toml": _write_once(home / "datamorph.toml", settings_file()),
        "sources.yaml": _write_once(home / "sources.yaml", _SOURCES),
        "pipelines/": _write_once(home / "pipelines" / ".gitkeep", ""),
        "dbt_like_sql/": _write_once(home / "dbt_like_sql" / ".gitkeep", ""),
        ".gitignore": _ignore_state(home / ".gitignore"),
    }
    session.document({"home": str(home), "files": made})
    for name, outcome in made.items():
        session.show(Text.assemble(("✓ " if outcome != "kept" else "= ", "green"), f"{name:<16} {outcome}"))
    session.home = None if home == Path.cwd() else folder or session.home
    session.next_steps(("load", "FILE", "raw.DOMAIN.NAME"), ("demo",), ("doctor",))


def settings_file() -> str:
    """The text of a new ``datamorph.toml``: every setting with what it means, commented out."""
    from datamorph.settings import Settings

    lines = [_HEADER]
    for name, field in Settings.model_fields.items():
        if name == "home":
            continue
        default = field.default
        value = "(not set)" if default is None else json.dumps(default, default=str)
        lines.append(f"# {field.description}\n# {name} = {value}\n")
    return "\n".join(lines)


def _write_once(file: Path, text: str) -> str:
    if file.exists():
        return "kept"
    file.write_text(text, encoding="utf-8")
    return "made"


def _ignore_state(file: Path) -> str:
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    if IGNORED in lines:
        return "kept"
    file.write_text("\n".join([*lines, IGNORED, ""]), encoding="utf-8")
    return "extended" if lines else "made"


def up(
    session: Session,
    *,
    host: Annotated[str, typer.Option("--host", metavar="ADDRESS", help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port; 0 picks one.", show_default="8000")] = None,
) -> None:
    """Start console, API and Dagster UI over this project; Ctrl-C stops them.

    The Dagster UI is at /dagster of the console, behind the same access
    control. Elsewhere than on this machine that needs users or an access code.

    Example:
      $ datamorph up --port 3333
    """
    from datamorph.cli.up import start_dagster

    settings = session.settings
    session.tell(Text("starting Dagster …"))
    wanted = settings.serve_port if port is None else port
    code = start_dagster(settings.home, host=host, port=wanted, ready=_ready(session))
    raise typer.Exit(code)


def _ready(session: Session) -> Callable[[str, str], None]:
    def ready(url: str, console: str) -> None:
        session.document({"url": url, "console": console})
        session.show(Text.assemble(("✓ ", "green"), "The console is at ", (console, "bold cyan")))
        session.show(Text.assemble(("✓ ", "green"), "Dagster is up at ", (url, "bold cyan"), "  (Ctrl-C stops it)"))

    return ready
