"""Where the Dagster UI of a project runs, and what is said to it. Needs no Dagster.

``datamorph up`` leaves a note in the project's Dagster folder while it serves: the address that people open, and the
socket of the webserver behind it, which only its owner can reach. It alone lets the UI reload, because two reloads at
once collide: when somebody writes a pipeline, and when somebody else says here that one is wanted.
"""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Mapping, Sequence
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
_ASSET = "query Asset($key: AssetKeyInput!) { assetNodeOrError(assetKey: $key) { __typename } }"
_LOOK_S = 0.25
_WANTED = "reload.wanted"


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


def want_reload(settings: Settings) -> None:
    """Say that the UI should read the project anew; nothing is done where ``datamorph up`` does not serve it."""
    if find_ui(settings):
        (dagster_home(settings) / _WANTED).touch()


def wanted_at(settings: Settings) -> int:
    """When that was said last, in nanoseconds; 0 where it never was."""
    with suppress(OSError):
        return (dagster_home(settings) / _WANTED).stat().st_mtime_ns
    return 0


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
    connection, path = connect(server, timeout_s)
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


def connect(server: str, timeout_s: float) -> tuple[HTTPConnection, str]:
    """A connection to the webserver of a UI, not opened yet, and the path before its own; see ``ask_ui``."""
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


def await_asset(server: str, path: Sequence[str], *, timeout_s: float = 60) -> bool:
    """Wait until a running UI shows an asset; False when it does not in time."""
    until = time.monotonic() + timeout_s
    while time.monotonic() < until:
        with suppress(OSError, ValueError, KeyError):
            found = ask_ui(server, _ASSET, {"key": {"path": list(path)}})["assetNodeOrError"]
            if found["__typename"] == "AssetNode":
                return True
        time.sleep(_LOOK_S)
    return False
