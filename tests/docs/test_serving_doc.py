"""docs/api.md and docs/console.md tell the truth: requests, snippet, commands, routes, settings, roles."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from docs_words import DOCS
from shop_files import CUSTOMERS, ORDERS
from typer.main import get_command

from datamorph import open_platform
from datamorph.cli.app import app
from datamorph.mcp.tools import TOOLS
from datamorph.settings import Settings, load_settings
from datamorph.web.access.identity import Role
from datamorph.web.access.rules import RULES

sys.path.append(str(Path(__file__).parents[1] / "web"))

from site_server import serving_site

API, CONSOLE = (DOCS / "api.md").read_text(), (DOCS / "console.md").read_text()
DATAMORPH = str(Path(sys.executable).with_name("datamorph"))
ADDRESS = "http://127.0.0.1:8000"
REQUESTS = re.findall(r"^curl .*$", API, re.MULTILINE)


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("served")
    with closing(open_platform(folder / "home")) as platform:
        for name, text in (("orders", ORDERS), ("customers", CUSTOMERS)):
            (folder / f"{name}.csv").write_text(text)
            platform.load(folder / f"{name}.csv", f"raw.shop.{name}")
    with serving_site(folder / "home") as served:
        yield served


@pytest.mark.parametrize("line", REQUESTS)
def test_a_request_of_the_docs_is_answered(line, served):
    words = shlex.split(line)[1:]
    method = words[words.index("-X") + 1] if "-X" in words else "GET"
    body = words[words.index("-d") + 1] if "-d" in words else None
    (url,) = [word for word in words if word.startswith(ADDRESS)]
    headers = {"content-type": "application/json"} if body else {}

    answer = httpx.request(method, url.replace(ADDRESS, served.url), content=body, headers=headers, timeout=150)

    assert answer.status_code < 300, answer.text
    if "/start" in url:
        shape = json.loads(re.findall(r"```json\n(.*?)```", API, re.DOTALL)[0])
        told = answer.json()
        assert (told["status"], told["message"], told["details"]) == (
            shape["status"],
            shape["message"],
            shape["details"],
        )


def test_the_python_snippet_works(served):
    (snippet,) = re.findall(r"```python\n(.*?)```", API, re.DOTALL)
    script = snippet.replace(ADDRESS, served.url)

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=240)

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("published [{")


def test_every_short_path_is_in_the_table_and_every_named_route_exists():
    listed = set(re.findall(r"^\| `((?:GET|POST) /\S+)` \|", API, re.MULTILINE))
    named = {f"POST /api/v1/{path}" for path in re.findall(r"`POST ((?:plans|runs|tables)\S*)`", API)}

    short = {route for route in RULES if re.match(r"(GET|POST) /(start|get/|execute/|health)", route)}
    assert listed == short
    assert named <= set(RULES)


def test_every_tool_of_assistants_is_in_the_table_and_their_file_starts_the_server():
    listed = [name for row in re.findall(r"^\| (`[a-z_`, ]+`) \|", API, re.MULTILINE) for name in row.split(", ")]
    ((name, server),) = json.loads(re.findall(r"```json\n(.*?)```", API, re.DOTALL)[1])["mcpServers"].items()
    command, *options = server["args"]

    assert {tool.strip("`") for tool in listed} == set(TOOLS)
    assert (name, server["command"], command) == ("datamorph", "datamorph", "mcp")
    assert options[0] in {option for one in get_command(app).commands["mcp"].params for option in one.opts}  # type: ignore[attr-defined]


def test_the_commands_of_the_console_run(tmp_path):
    (tmp_path / "password.txt").write_text("correct horse\n")
    commands = [line for line in re.findall(r"^datamorph (.*)$", CONSOLE, re.MULTILINE) if not line.startswith("serve")]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DATAMORPH_")}

    for line in commands:
        command = [DATAMORPH, "--home", str(tmp_path / "home"), *shlex.split(line)]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (line, done.stderr)
    assert len(commands) >= 6


def test_the_settings_of_a_provider_are_taken(tmp_path):
    (text,) = re.findall(r"```toml\n(.*?)```", CONSOLE, re.DOTALL)
    (tmp_path / "datamorph.toml").write_text(text)

    assert load_settings(tmp_path).oidc_roles == {"data-engineers": "operator", "staff": "viewer"}


def test_roles_and_settings_are_those_of_the_code():
    assert re.findall(r"^\| (viewer|author|operator|admin) \|", CONSOLE, re.MULTILINE) == [role.value for role in Role]
    rows = dict(re.findall(r"^\| `(\w+)` \| (\S+) \|", CONSOLE, re.MULTILINE))
    for name in ("serve_port", "serve_runs", "serve_requests", "serve_streams", "session_hours"):
        assert rows[name] == f"{Settings.model_fields[name].default:g}"
    assert set(rows) <= set(Settings.model_fields)
