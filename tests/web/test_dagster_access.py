"""The Dagster UI behind its door, for real: `datamorph up` over a project with users, in a browser."""

from __future__ import annotations

import os
import shutil
import signal
import time
from pathlib import Path

import httpx
import pytest
from serving import LAUNCH, serving, until

from datamorph.assets.running_ui import READ_ONLY, find_server
from datamorph.settings import load_settings
from datamorph.web.access.identity import Role
from datamorph.web.access.people import People
from datamorph.web.audit import AuditLog

ASSET = "/assets/curated/sales/customer_totals"
PASSWORD = "correct horse"  # noqa: S105 (of users that only these tests have)
PARAMS = {
    "selector": {
        "repositoryLocationName": "datamorph", "repositoryName": "__repository__", "jobName": "__ASSET_JOB",
        "assetSelection": [{"path": ["curated", "sales", "customer_totals"]}],
    },
    "runConfigData": {},
}  # fmt: skip
SEND = """
([query, variables]) => fetch("/dagster/graphql", {method: "POST", headers: {"content-type": "application/json"},
    body: JSON.stringify({query, variables})}).then(async answer => [answer.status, await answer.json()])
"""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
]


@pytest.fixture(scope="module")
def home(tmp_path_factory, shop_home):
    home = tmp_path_factory.mktemp("closed_ui") / "home"
    shutil.copytree(shop_home, home)
    people = People(home / ".datamorph" / "web" / "users.json")
    for role in (Role.VIEWER, Role.OPERATOR):
        people.put(role.value, role, PASSWORD)
    return home


@pytest.fixture(scope="module")
def served(home):
    with serving(home) as served:
        yield served


@pytest.fixture
def enter(chromium, served):
    """Open a page of the UI, sign in where it leads, and arrive at the page."""
    pages = []

    def enter(name, path):
        page = chromium.new_context(viewport={"width": 1500, "height": 1000}).new_page()
        pages.append(page)
        page.sockets, page.problems = [], []
        page.on("websocket", lambda socket: page.sockets.append(Socket(socket)))
        page.on("console", lambda line: page.problems.append(line.text) if "Content Security" in line.text else None)
        page.goto(served.url + path, timeout=120_000)
        assert "/login?next=%2Fdagster" in page.url
        page.fill("#name", name)
        page.fill("#secret", PASSWORD)
        page.click("button.main")
        page.wait_for_url(served.url + path, timeout=120_000)
        return page

    yield enter
    for page in pages:
        page.context.close()


class Socket:
    """What a page was told by a websocket."""

    def __init__(self, socket):
        self.url, self.told = socket.url, []
        socket.on("framereceived", lambda frame: self.told.append(str(frame)))


def shows(page, *texts):
    for text in texts:
        page.wait_for_function("text => document.body.innerText.includes(text)", arg=text, timeout=120_000)


def test_nobody_sees_anything_who_is_not_known(served):
    page = httpx.get(served.url + ASSET, headers={"accept": "text/html"}, timeout=60)
    asked = httpx.post(f"{served.url}/graphql", json={"query": "{ version }"}, timeout=60)

    assert (page.status_code, asked.status_code) == (303, 401)


def test_a_viewer_sees_the_assets_and_may_not_materialise_them(enter, home, served):
    page = enter("viewer", ASSET)
    shows(page, "customer_totals", "Materialize")
    button = page.get_by_role("button", name="Materialize").first
    page.wait_for_timeout(1000)
    is_disabled = button.is_disabled() or button.get_attribute("aria-disabled") == "true"
    page.goto(f"{served.url}{ASSET}?view=lineage", timeout=120_000)
    shows(page, "customer_totals", "orders", "customers")
    status, told = page.evaluate(SEND, [LAUNCH, {"params": PARAMS}])

    assert is_disabled
    assert page.problems == []
    assert status == 403
    assert "it needs the role operator" in told["errors"][0]["message"]
    entry = list(AuditLog(home / ".datamorph" / "audit.jsonl").entries())[-1]
    assert (entry.who, entry.outcome, entry.facts["mutations"]) == ("viewer", "denied", ["launchRun"])


def test_an_operator_launches_a_run_and_follows_it_live(enter, home, served):
    page = enter("operator", ASSET)
    shows(page, "customer_totals")
    status, told = page.evaluate(SEND, [LAUNCH, {"params": PARAMS}])
    run_id = told["data"]["launchRun"]["run"]["runId"]
    page.goto(f"{served.url}/runs/{run_id}", timeout=120_000)
    shows(page, "RUN_SUCCESS")
    frames = [frame for socket in page.sockets for frame in socket.told]

    assert status == 200
    assert all(socket.url.startswith("ws://127.0.0.1") and "/dagster/graphql" in socket.url for socket in page.sockets)
    assert any("RUN_SUCCESS" in frame for frame in frames)
    entry = list(AuditLog(home / ".datamorph" / "audit.jsonl").entries())[-1]
    assert (entry.who, entry.facts["mutations"]) == ("operator", ["launchRun"])
    assert entry.facts["of"] == {"jobName": ["__ASSET_JOB"], "path": [["curated", "sales", "customer_totals"]]}


def test_the_socket_of_the_webserver_is_its_owners_alone(served, home):
    socket = Path(find_server(load_settings(home)).removeprefix("unix:"))
    listening = [command for command in served.family().values() if "ui_server" in command]

    assert socket.is_socket()
    assert socket.parent.stat().st_mode & 0o777 == 0o700
    assert listening
    assert all("--port" not in command for command in listening)


def test_the_webserver_itself_refuses_a_change_by_a_reader(served, home):
    server = find_server(load_settings(home))
    with httpx.Client(transport=httpx.HTTPTransport(uds=server.removeprefix("unix:")), timeout=60) as client:
        body = {"query": LAUNCH, "variables": {"params": PARAMS}}
        answer = client.post("http://localhost/dagster/graphql", json=body, headers={READ_ONLY: "1"})

    assert answer.json()["data"]["launchRun"]["__typename"] == "UnauthorizedError"


def test_a_page_waits_while_the_webserver_restarts(enter, served):
    page = enter("viewer", ASSET)
    web = next(pid for pid, command in served.family().items() if "ui_server" in command)
    os.kill(web, signal.SIGKILL)
    until_gone = time.monotonic() + 60
    while (answer := page.context.request.get(served.url + "/", headers={"accept": "text/html"})).status != 503:
        assert time.monotonic() < until_gone
    assert "the Dagster UI is restarting" in answer.text()

    page.goto(served.url + ASSET, timeout=120_000)
    shows(page, "customer_totals")
    until(lambda: page.context.request.get(served.url + "/").status == 200, timeout_s=120)
