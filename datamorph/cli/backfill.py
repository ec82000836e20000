"""The command for many partitions: backfill."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from datamorph import documents
from datamorph.cli.cells import safe
from datamorph.cli.progress import Progress
from datamorph.cli.session import Session
from datamorph.errors import DataMorphError

if TYPE_CHECKING:
    from datamorph.core.result import RunResult
    from datamorph.core.spec import PipelineSpec


def backfill(
    session: Session,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The saved pipeline.", show_default=False)],
    *,
    first: Annotated[str, typer.Option("--from", metavar="KEY", help="The first partition, such as 2024-01-01.")],
    last: Annotated[str, typer.Option("--to", metavar="KEY", help="The last one; it belongs to them.")],
    in_one: Annotated[bool, typer.Option("--one-run", help="Compute the whole range in one run.")] = False,
) -> None:
    """Compute the partitions of a pipeline anew, one run each; a failed one does not stop the others.

    Example:
      $ datamorph backfill daily_totals --from 2024-01-01 --to 2024-01-31
    """
    from datamorph.core.partition import RANGE
    from datamorph.platform.partitions import partition_keys

    spec = session.platform.pipeline(name).spec
    keys = partition_keys(session.platform, spec, first, last)
    ended = [_run(session, spec, key) for key in ([f"{first}{RANGE}{last}"] if in_one else keys)]
    failed = [error for _, _, error in ended if error]
    session.document({"pipeline": name, "partitions": len(keys), "failed": len(failed),
                      "runs": [_document(*one) for one in ended]})  # fmt: skip
    session.show(Text(f"{len(ended) - len(failed)} of {len(ended)} runs published", style="bold"))
    if failed:
        raise typer.Exit(failed[0].exit_code)
    session.next_steps(("show", str(spec.target.table)), ("history", str(spec.target.table)))


def _run(session: Session, spec: PipelineSpec, key: str) -> tuple[str, RunResult | None, DataMorphError | None]:
    platform = session.platform
    try:
        with Progress(None) as progress:
            plan = platform.plan_spec(spec, partition=key, observe=progress)
            result = platform.run(plan, force=True, observe=progress)
    except DataMorphError as error:
        session.show(Text.assemble(("✗ ", "red"), f"{safe(key)}  {safe(error.problem)}"))
        return key, None, error
    session.show(Text.assemble(("✓ ", "green"), f"{safe(key)}  {result.rows:,} rows in the table"))
    return key, result, None


def _document(key: str, result: RunResult | None, error: DataMorphError | None) -> dict[str, object]:
    told = {"error": error.problem} if error else documents.result(result) if result else {}
    return {"partition": key, **told}
