"""Where the Dagster UI of a project runs, and how to show it what is new. Needs no Dagster.

``datamorph up`` leaves a note in the project's Dagster folder while it serves: the address that people open, and the
socket of the webserver behind it, which only its owner can reach. Whoever changes the pipelines reads it and asks the
UI to reload: the job in Dagster and the command line alike.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from datamorph.settings import Settings

LOCATION = "datamorph"
"""Name of the code location, as in ``workspace.yaml``."""
PREFIX = "/dagster"
"""Every address of the UI begins with this path: it is served behind the console's door."""
READ_ONLY = "x-datamorph-read-only"
"""A request with this header may change nothing; see ``datamorph.assets.ui_server``."""
UNIX = "unix:"
RELOAD = """
mutation Reload($name: String!) {
  reloadRepositoryLocation(repositoryLocationName: $name) {
    __typename
    ... on WorkspaceLocationEntry { locationOrLoadError { __typename ... on PythonError { message } } }
    ... on PythonError { message }
  }
}
"""


def dagster_home(settings: Settings) -> Path:
    """The folder of Dagster's own storage: runs, events, schedules, logs."""
    return settings.path("state") / "dagster"


def write_note(folder: Path, url: str, server: str) -> None:
    """Tell other processes where people find the UI, and where its webserver is: ``unix:PATH`` or a URL."""
    draft = folder / ".ui.json.tmp"
    draft.write_text(json.dumps({"url": url, "server": server}), encoding="utf-8")
    draft.replace(folder / "ui.json")


def remove_note(folder: Path) -> None:
    """The UI does not run any more."""
    (folder / "ui.json").unlink(missing_ok=True)


def find_ui(settings: Settings) -> str | None:
    """Address of the project's running UI, None when no note says so; the note of a killed UI may be stale."""
    return _noted(settings, "url")


def find_server(settings: Settings) -> str | None:
    """Where the webserver of the running UI is, for programs of this project."""
    return _noted(settings, "server")


def _noted(settings: Settings, name: str) -> str | None:
    with suppress(OSError, ValueError, KeyError, TypeError):
        return str(json.loads((dagster_home(settings) / "ui.json").read_text(encoding="utf-8"))[name])
    return None


def ask_ui(server: str, query: str, variables: Mapping[str, Any] | None = None, *, timeout_s: float = 30) -> Any:
    """Send one GraphQL request and return its ``data``.

    Args:
        server: ``unix:PATH`` of a webserver, or the URL of a UI with its prefix.

    Raises:
        OSError: nobody answers at that address, or not in time.
        ValueError: the answer is not GraphQL's, or it names errors.
    """
    body = json.dumps({"query": query, "variables": dict(variables or {})})
    connection, path = _connect(server, timeout_s)
    try:
        connection.request("POST", f"{path}/graphql", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        found = json.loads(answer.read())
    except HTTPException as error:
        raise OSError(f"what answers is no UI: {error}") from error
    finally:
        connection.close()
    if not isinstance(found, dict):
        raise ValueError("what answers is no UI: its answer is no object")
    if found.get("errors"):
        raise ValueError(str(found["errors"][0].get("message", found["errors"][0])))
    if "data" not in found:
        raise OSError(f"the UI is not there: status {answer.status}")
    return found["data"]


def _connect(server: str, timeout_s: float) -> tuple[HTTPConnection, str]:
    if server.startswith(UNIX):
        return _UnixConnection(server.removeprefix(UNIX), timeout_s), PREFIX
    address = urlsplit(server)
    return HTTPConnection(address.netloc, timeout=timeout_s), address.path


class _UnixConnection(HTTPConnection):
    """HTTP over a socket in the file system."""

    def __init__(self, path: str, timeout_s: float) -> None:
        super().__init__("localhost", timeout=timeout_s)
        self._path, self._timeout_s = path, timeout_s

    def connect(self) -> None:
        """See ``HTTPConnection``."""
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self._timeout_s)
        self.sock.connect(self._path)


def reload_ui(server: str, *, timeout_s: float = 60) -> str | None:
    """Let a running UI read the pipelines anew.

    Returns:
        None when it did, else why it could not. A UI that does not answer is no error: the next start of
        ``datamorph up`` reads everything.
    """
    try:
        found = ask_ui(server, RELOAD, {"name": LOCATION}, timeout_s=timeout_s)["reloadRepositoryLocation"]
    except (OSError, ValueError, KeyError) as error:
        return f"the UI at {server} does not answer: {error}"
    inner = found.get("locationOrLoadError") or found
    return None if "message" not in inner else f"the UI at {server} cannot load the project: {inner['message']}"
