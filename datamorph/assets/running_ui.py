"""Where the Dagster UI of a project runs, and what is said to it. Needs no Dagster.

``datamorph up`` leaves a note in the project's Dagster folder while it serves. It alone lets the UI reload, because two
reloads at once collide: when somebody writes a pipeline, and when somebody else says here that one is wanted.
"""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from datamorph.settings import Settings

LOCATION = "datamorph"
"""Name of the code location, as in ``workspace.yaml``."""
_ASSET = "query Asset($key: AssetKeyInput!) { assetNodeOrError(assetKey: $key) { __typename } }"
_LOOK_S = 0.25
_WANTED = "reload.wanted"


def dagster_home(settings: Settings) -> Path:
    """The folder of Dagster's own storage: runs, events, schedules, logs."""
    return settings.path("state") / "dagster"


def write_note(folder: Path, url: str) -> None:
    """Tell other processes where the UI runs."""
    draft = folder / ".ui.json.tmp"
    draft.write_text(json.dumps({"url": url}), encoding="utf-8")
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
    with suppress(OSError, ValueError, KeyError):
        return str(json.loads((dagster_home(settings) / "ui.json").read_text(encoding="utf-8"))["url"])
    return None


def ask_ui(url: str, query: str, variables: Mapping[str, Any] | None = None, *, timeout_s: float = 30) -> Any:
    """Send one GraphQL request and return its ``data``.

    Raises:
        OSError: nobody answers at that address, or not in time.
        ValueError: the answer is not GraphQL's, or it names errors.
    """
    body = json.dumps({"query": query, "variables": dict(variables or {})}).encode()
    request = urllib.request.Request(f"{url}/graphql", body, {"Content-Type": "application/json"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=timeout_s) as answer:  # noqa: S310
        found = json.load(answer)
    if found.get("errors"):
        raise ValueError(str(found["errors"][0].get("message", found["errors"][0])))
    return found["data"]


def await_asset(url: str, path: Sequence[str], *, timeout_s: float = 60) -> bool:
    """Wait until a running UI shows an asset; False when it does not in time."""
    until = time.monotonic() + timeout_s
    while time.monotonic() < until:
        with suppress(OSError, ValueError, KeyError):
            found = ask_ui(url, _ASSET, {"key": {"path": list(path)}})["assetNodeOrError"]
            if found["__typename"] == "AssetNode":
                return True
        time.sleep(_LOOK_S)
    return False
