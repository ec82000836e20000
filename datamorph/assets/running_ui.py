"""Where the Dagster UI of a project runs, and how to show it what is new. Needs no Dagster.

``datamorph up`` leaves a note in the project's Dagster folder while it serves. Whoever changes the pipelines
reads it and asks the UI to reload: the job in Dagster and the command line alike.
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from datamorph.settings import Settings

LOCATION = "datamorph"
"""Name of the code location, as in ``workspace.yaml``."""
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


def write_note(folder: Path, url: str) -> None:
    """Tell other processes where the UI runs."""
    draft = folder / ".ui.json.tmp"
    draft.write_text(json.dumps({"url": url}), encoding="utf-8")
    draft.replace(folder / "ui.json")


def remove_note(folder: Path) -> None:
    """The UI does not run any more."""
    (folder / "ui.json").unlink(missing_ok=True)


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


def reload_ui(url: str, *, timeout_s: float = 60) -> str | None:
    """Let a running UI read the pipelines anew.

    Returns:
        None when it did, else why it could not. A UI that does not answer is no error: the next start of
        ``datamorph up`` reads everything.
    """
    try:
        found = ask_ui(url, RELOAD, {"name": LOCATION}, timeout_s=timeout_s)["reloadRepositoryLocation"]
    except (OSError, ValueError, KeyError) as error:
        return f"the UI at {url} does not answer: {error}"
    inner = found.get("locationOrLoadError") or found
    return None if "message" not in inner else f"the UI at {url} cannot load the project: {inner['message']}"
