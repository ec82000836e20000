"""The command tree: every command under the heading that it has in the help."""

from __future__ import annotations

from typing import Annotated

import typer

from datamorph.cli import (
    assistants,
    aws_local,
    backfill,
    bench,
    demo,
    doctor,
    glossary,
    models,
    operating,
    pipelines,
    project,
    quality,
    queries,
    runs,
    serving,
    sources,
    specs,
    spending,
    states,
    tables,
    upkeep,
)
from datamorph.cli.command import Command, Group, Home, Json, Verbose, use_globals, with_session

COMMANDS = {
    "Start": (project.init, demo.demo, doctor.doctor, project.up, aws_local.aws_local, aws_local.aws_policy),
    "Tables": (sources.load, sources.sources, tables.tables, tables.show, tables.history, states.diff, tables.rollback,
               states.tag, states.drop, states.undrop, glossary.glossary),
    "Pipelines": (
        pipelines.run,
        backfill.backfill,
        pipelines.plan,
        pipelines.pipelines,
        specs.explain,
        specs.import_,
        runs.runs,
        runs.rerun,
        runs.resume,
        operating.why,
    ),
    "SQL models": (models.models, models.build, models.test),
    "Quality": (quality.profile, quality.checks, quality.contracts, bench.bench),
    "Answers": (queries.ask, queries.query),
    "Sharing": (serving.serve, serving.user, serving.token, serving.audit, assistants.mcp),
    "Upkeep": (upkeep.compact, upkeep.expire, upkeep.sweep),
    "Cost": (spending.cost, spending.rates),
}  # fmt: skip

app = typer.Typer(
    name="datamorph", cls=Group, pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)  # fmt: skip


def _show_version(is_wanted: bool) -> None:
    if is_wanted:
        from datamorph import __version__

        typer.echo(f"datamorph {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def start(
    ctx: typer.Context,
    *,
    home: Home = None,
    as_json: Json = False,
    is_verbose: Verbose = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Turn one sentence into a typed, checked, atomically published data pipeline.

    Example:
      $ datamorph demo
      $ datamorph load orders.csv raw.shop.orders
      $ datamorph run "count orders per status, as curated.shop.orders_per_status"
      $ datamorph show curated.shop.orders_per_status
    """
    use_globals(ctx.obj, home=home, as_json=as_json, is_verbose=is_verbose)
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help(), nl=False)


for _panel, _functions in COMMANDS.items():
    for _function in _functions:
        app.command(_function.__name__.rstrip("_").replace("_", "-"), rich_help_panel=_panel, cls=Command)(
            with_session(_function)
        )
