"""Commands about AWS: aws-local, aws-policy."""

from __future__ import annotations

import json
import signal
import threading
from enum import StrEnum
from typing import Annotated

import typer
from rich.text import Text

from datamorph.cli.session import Session, copyable


def aws_local(
    session: Session,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0 picks one.")] = 5055,
) -> None:
    """Serve AWS on this machine until Ctrl-C: S3, Glue, EMR, ECS and more.

    Its Glue, EMR and ECS really execute jobs, as processes of this
    machine. It starts empty but for what engines need, whose settings it
    shows. Needs the extra aws-local.

    Example:
      $ datamorph aws-local --port 5055
    """
    from datamorph.local_aws.server import serving

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with serving(port) as endpoint:
        from datamorph.local_aws.account import KEYS, furnish, make_bucket

        make_bucket(endpoint)
        account = furnish(endpoint)
        session.document({"endpoint": endpoint, "settings": account.settings, "environment": KEYS})
        session.show(Text.assemble(("✓ ", "green"), "AWS is up at ", (endpoint, "bold cyan"), "  (Ctrl-C stops it)"))
        session.show(Text("\nFor your shell", style="bold"))
        session.show(*(copyable(f"export {name}={value}") for name, value in KEYS.items()))
        session.show(Text("\nFor datamorph.toml", style="bold"))
        session.show(*(copyable(f"{name} = {json.dumps(value)}") for name, value in account.settings.items()))
        stop.wait()


class Who(StrEnum):
    """Whose policy it is."""

    ORCHESTRATOR = "orchestrator"
    JOB = "job"


def aws_policy(
    session: Session,
    who: Annotated[Who, typer.Argument(metavar="WHO", help="orchestrator (who runs datamorph) or job.")],
) -> None:
    """Show the least that a role on AWS must be allowed for this project.

    Example:
      $ datamorph aws-policy orchestrator > orchestrator.json
      $ datamorph aws-policy job > job.json
    """
    from datamorph.core.aws_policy import job_policy, orchestrator_policy
    from datamorph.platform.authority import aws_use

    render = job_policy if who is Who.JOB else orchestrator_policy
    policy = render(aws_use(session.settings))
    session.document(policy)
    if not session.as_json:
        session.write(json.dumps(policy, indent=2) + "\n")
