"""`datamorph up`: the console with Dagster's UI behind its door, scheduler and code server, until Ctrl-C.

Three of Dagster's processes share one code server: reloading it in the UI reloads it for schedules as well. Webserver
and code server listen on sockets in a folder that only its owner may enter. This module imports no Dagster.
"""

from __future__ import annotations

import fcntl
import os
import signal
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from datamorph.assets.running_ui import (
    LOCATION,
    PREFIX,
    UNIX,
    ask_ui,
    dagster_home,
    find_ui,
    remove_note,
    want_reload,
    write_note,
)
from datamorph.cli.children import Child, stop_all
from datamorph.cli.code_watch import UNREACHABLE, CodeWatch, location_states
from datamorph.cli.dagster_storage import prepare_storage, require_database, storage_environment, write_configuration
from datamorph.cli.live import LiveReload
from datamorph.cli.written import Written
from datamorph.errors import SettingsError
from datamorph.platform.secrets import open_secrets
from datamorph.settings import Settings, load_settings
from datamorph.web.access.gate import Gate
from datamorph.web.listening import address, listen, refuse_open

PATIENCE = {"DAGSTER_BACKFILL_RETRY_DEFINITION_CHANGED_ERROR": "1"}
"""A backfill waits for a code location that cannot be asked just now; without this, Dagster ends it as failed."""
READY_TIMEOUT_S = 180.0
POLL_S = 0.1

_CANCELING = """
{ runsOrError(filter: {statuses: [CANCELING]}) { ... on Runs { results { runId } } } }
"""
_CANCEL = """
mutation Cancel($ids: [String!]!) {
  terminateRuns(runIds: $ids, terminatePolicy: MARK_AS_CANCELED_IMMEDIATELY) { __typename }
}
"""


def start_dagster(home: Path, *, host: str, port: int, ready: Callable[[str, str], None]) -> int:
    """Serve Dagster for a project until SIGINT or SIGTERM, then stop everything that was started.

    Children find the project through ``DATAMORPH_HOME`` and Dagster's storage through ``DAGSTER_HOME``. One that
    dies is started again. What is written to the project meanwhile appears in the UI.

    Args:
        host: where console, API and UI listen.
        port: theirs; 0 picks a free one.
        ready: told the addresses of UI and console once, when both answer and the project is loaded.

    Returns:
        The exit code: 0 after a stop by signal.

    Raises:
        SettingsError: the port is taken, others could reach it unasked, the project is served already, or Dagster does
            not start.
        LakeError: the database of ``database_url`` cannot be used.
    """
    settings = load_settings(home)
    refuse_open(host, settings.public_url, Gate(settings, open_secrets(settings)))
    require_database(settings)
    folder = dagster_home(settings)
    folder.mkdir(parents=True, exist_ok=True)
    with (
        _only_one(settings),
        _stopped_by_signals() as stop,
        tempfile.TemporaryDirectory(prefix="datamorph-") as sockets,
    ):
        port = _free_port(host, port)
        console, server = address(host, port), f"{UNIX}{Path(sockets) / 'web.sock'}"
        write_configuration(folder, settings)
        children = _children(settings, folder, sockets=Path(sockets), console=(host, port))
        prepare_storage(folder, children[0].environment)
        live = LiveReload(Written(settings).version, server)
        code = CodeWatch(server, lambda: want_reload(settings))
        try:
            _start(children, Path(sockets), (server, console), stop)
            if not stop.is_set():
                _cancel_left_behind(server)
                write_note(folder, f"{console}{PREFIX}", server)
                ready(f"{console}{PREFIX}", console)
            while not stop.wait(POLL_S):
                for child in children:
                    child.revive()
                live.look()
                code.look()
        finally:
            remove_note(folder)
            stop_all(children)
    return 0


def _children(settings: Settings, folder: Path, *, sockets: Path, console: tuple[str, int]) -> list[Child]:
    code, workspace = sockets / "code.sock", sockets / "workspace.yaml"
    workspace.write_text(
        f"load_from:\n- grpc_server: {{socket: {code}, location_name: {LOCATION}}}\n", encoding="utf-8"
    )
    commands: Mapping[str, Sequence[str]] = {
        "code server": [
            *("dagster", "code-server", "start", "--module-name", "datamorph.definitions"),
            *("--socket", str(code), "--location-name", LOCATION),
        ],
        "webserver": ["datamorph.assets.ui_server", str(workspace), str(sockets / "web.sock")],
        "daemon": ["dagster._daemon", "run", "--workspace", str(workspace)],
        "console": ["datamorph.web", console[0], str(console[1])],
    }
    found = {"DAGSTER_HOME": str(folder), "DATAMORPH_HOME": str(settings.home), **storage_environment(settings)}
    environment = {**PATIENCE, **os.environ, **found}
    return [
        Child(name, [sys.executable, "-m", *command], environment, folder, _log_file(folder.parent / "logs", name))
        for name, command in commands.items()
    ]


def _start(children: Sequence[Child], sockets: Path, addresses: tuple[str, str], stop: threading.Event) -> None:
    """Start code server and UI side by side, then the others, which would only slow them down; wait for all."""
    code, web, daemon, console = children
    until = time.monotonic() + READY_TIMEOUT_S
    code.start()
    web.start()
    while not stop.wait(POLL_S):
        if daemon.process is None and (sockets / "code.sock").exists():
            daemon.start()
            console.start()
        _refuse_dead(children)
        missing = _missing(addresses[0]) or _silent(addresses[1])
        if missing is None and daemon.process is not None:
            return
        if time.monotonic() > until:
            raise SettingsError(
                f"Dagster is not ready after {READY_TIMEOUT_S:.0f} s: {missing}",
                fix=f"see the logs in {web.log_file.parent}",
            )


def _refuse_dead(children: Sequence[Child]) -> None:
    dead = next((child for child in children if child.exit_code() is not None), None)
    if dead:
        raise SettingsError(
            f"Dagster's {dead.name} ended with code {dead.exit_code()}:\n{dead.last_words()}",
            fix=f"correct what it says, see {dead.log_file}",
        )


def _missing(server: str) -> str | None:
    """What the UI still waits for; None when it is ready.

    Raises:
        SettingsError: the code server works and cannot import the project.
    """
    try:
        found = location_states(server, timeout_s=10)
    except (OSError, ValueError, KeyError) as error:
        return f"the UI does not answer: {error}"
    if found and all(one.get("__typename") == "RepositoryLocation" for one in found):
        return None
    message = next((one["message"] for one in found if "message" in one), "")
    if message and UNREACHABLE not in message:
        raise SettingsError(f"Dagster cannot load the project: {message}", fix="python -m datamorph.definitions")
    return "the project is being loaded"


def _silent(console: str) -> str | None:
    """Why the console is not ready yet; None when it answers."""
    try:
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with direct.open(f"{console}/health", timeout=10):
            return None
    except OSError as error:
        return f"the console does not answer: {error}"


def _cancel_left_behind(server: str) -> None:
    """Runs that a killed ``datamorph up`` was to cancel are canceled; those at work are run again (see launcher)."""
    with suppress(OSError, ValueError, KeyError):
        ids = [run["runId"] for run in ask_ui(server, _CANCELING)["runsOrError"]["results"]]
        if ids:
            ask_ui(server, _CANCEL, {"ids": ids})


def _free_port(host: str, port: int) -> int:
    with listen(host, port) as probe:
        return int(probe.getsockname()[1])


def _log_file(logs: Path, name: str) -> Path:
    """The log of one process; that of the start before is kept beside it."""
    logs.mkdir(parents=True, exist_ok=True)
    file = logs / f"dagster_{name.replace(' ', '_')}.log"
    if file.exists():
        file.replace(file.with_suffix(".previous.log"))
    return file


@contextmanager
def _only_one(settings: Settings) -> Iterator[IO[str]]:
    """Hold the project, so that no second daemon ticks its schedules."""
    with (dagster_home(settings) / "up.lock").open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            problem = f"this project is served already at {find_ui(settings) or 'an address that is not known yet'}"
            raise SettingsError(problem, fix="open it there, or stop it with Ctrl-C") from error
        yield handle


@contextmanager
def _stopped_by_signals() -> Iterator[threading.Event]:
    """An event that SIGINT and SIGTERM set; the handlers of before come back at the end."""
    stop = threading.Event()
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
