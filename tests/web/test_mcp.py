"""Tools for other assistants, asked by the official client: over HTTP with everybody's own rights, and over stdio."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from pathlib import Path
from uuid import uuid4

import httpx
import httpx2
import pytest
import yaml
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError
from shop_files import TOTALS
from site_server import serving_site

from datamorph.mcp.tools import TOOLS, Effect
from datamorph.web.access.identity import Role, Scope
from datamorph.web.access.people import People
from datamorph.web.access.rules import RULES
from datamorph.web.audit import AuditLog

READING = {name for name, tool in TOOLS.items() if tool.effect is Effect.READS}


@pytest.fixture
def name():
    return f"m{uuid4().hex[:8]}"


@pytest.fixture
def closed(shop_home, tmp_path):
    """A copy of the shop that asks everybody who they are."""
    home = tmp_path / "home"
    shutil.copytree(shop_home, home)
    People(home / ".datamorph" / "web" / "users.json").put("ada", Role.ADMIN, "correct horse")
    with serving_site(home) as served:
        yield served


class Assistant:
    """A client, with what it was told while it waited."""

    def __init__(self, client: Client) -> None:
        self.client, self.told = client, list[str]()

    async def call(self, tool, **arguments):
        """The document of a tool's answer, and whether it is an error."""

        async def hear(_number, _total, message):
            self.told.append(message)

        answer = await self.client.call_tool(tool, arguments, progress_callback=hear)
        return answer.structured_content, answer.is_error

    async def done(self, tool, **arguments):
        """The document of an answer that is no error."""
        found, is_error = await self.call(tool, **arguments)
        assert not is_error, found
        return found


def over_http(served, work, *, token="", mode="auto"):
    """What an assistant brings back from its work."""

    async def ask():
        headers = {"authorization": f"Bearer {token}"} if token else {}
        async with (
            httpx2.AsyncClient(headers=headers, timeout=120) as http,
            Client(streamable_http_client(f"{served.url}/mcp", http_client=http), mode=mode) as client,
        ):
            return await work(Assistant(client))

    return asyncio.run(ask())


def over_stdio(home, work, *arguments):
    """The same, with a server that the assistant starts itself."""
    datamorph = str(Path(sys.executable).with_name("datamorph"))
    passed = {key: os.environ[key] for key in ("PYTHONPATH",) if key in os.environ}
    command = StdioServerParameters(command=datamorph, args=["mcp", "--home", str(home), *arguments], env=passed)

    async def ask():
        async with Client(stdio_client(command)) as client:
            return await work(Assistant(client))

    return asyncio.run(ask())


def test_every_tool_is_a_route_that_has_a_rule_and_none_approves_or_goes_back():
    assert {tool.route for tool in TOOLS.values()} <= set(RULES)
    assert all(RULES[tool.route].role in (Role.VIEWER, Role.AUTHOR) for tool in TOOLS.values())
    assert all(RULES[tool.route].scope is not Scope.WRITE for tool in TOOLS.values() if tool.name in READING)


def test_over_stdio_a_sentence_becomes_a_table_and_the_record_says_by_whom(shop_home, tmp_path, name):
    home = tmp_path / "home"
    shutil.copytree(shop_home, home)

    async def work(assistant):
        listed = (await assistant.client.list_tools()).tools
        plan = await assistant.done("plan", prompt=f"total amount per customer_id from orders, as curated.shop.{name}")
        run = await assistant.done("run", run_id=plan["run_id"], wait_s=120)
        rows = await assistant.done("query", sql=f"SELECT SUM(total_amount) AS s FROM curated.shop.{name}")
        return listed, plan, run, rows, assistant.told

    listed, plan, run, rows, told = over_stdio(home, work)

    assert {tool.name for tool in listed} == set(TOOLS)
    assert {tool.name for tool in listed if tool.annotations.read_only_hint} == READING
    assert plan["outcome"] == "plan"
    assert (run["run"]["state"], run["problem"]) == ("published", None)
    assert "Audit: finished: 3 of 3 checks passed" in run["stages"]
    assert told[0].startswith("Look at the lake: started")
    assert any(line.startswith("Publish: finished") for line in told)
    assert rows["rows"] == [[1215.75]]
    recorded = list(AuditLog(home / ".datamorph" / "audit.jsonl").entries())[-2:]  # the shop may have some already
    assert [(entry.who, entry.action, entry.outcome, entry.facts.get("by")) for entry in recorded] == [
        ("mcp", "POST /api/v1/plans", "done", "mcp"),
        ("mcp", "POST /api/v1/plans/{run_id}/run", "done", "mcp"),
    ]


@pytest.mark.long
def test_over_stdio_an_assistant_may_be_let_to_read_only(shop_home, tmp_path):
    home = tmp_path / "home"
    shutil.copytree(shop_home, home)

    async def work(assistant):
        names = {tool.name for tool in (await assistant.client.list_tools()).tools}
        return names, await assistant.call("plan", prompt="count orders per status")

    names, (refused, is_error) = over_stdio(home, work, "--role", "viewer")

    assert names == READING
    assert is_error
    assert refused["error"]["code"] == "not_allowed"


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_question_is_brought_back_and_answered(shop, mode):
    async def work(assistant):
        asked = await assistant.done("plan", prompt="top customers")
        answers = {question["id"]: question["choices"][0]["value"] for question in asked["questions"]}
        return asked, await assistant.done("answer", run_id=asked["run_id"], answers=answers)

    asked, told = over_http(shop, work, mode=mode)

    assert asked["outcome"] == "questions"
    assert all(1 < len(question["choices"]) < 5 for question in asked["questions"])
    assert told["outcome"] in ("plan", "questions")
    assert told["run_id"] != asked["run_id"] or told["questions"] != asked["questions"]


def test_what_needs_a_person_is_held_and_says_where_they_approve(shop, name):
    async def work(assistant):
        plan = await assistant.done("plan", prompt=f"total amount per customer_id from orders, as curated.shop.{name}")
        await assistant.done("run", run_id=plan["run_id"], wait_s=120)
        spec = {**plan["plan"]["spec"], "name": f"{name}_other"}
        other = await assistant.done("plan_spec", spec=yaml.safe_dump(spec))
        held = await assistant.done("run", run_id=other["run_id"], wait_s=120)
        again = await assistant.call("run", run_id=other["run_id"], wait_s=120)
        return other["run_id"], held, again

    run_id, held, (again, is_error) = over_http(shop, work)

    assert (held["run"]["state"], held["problem"]["code"]) == ("held", "approval")
    assert "Only a person" in held["next"]
    assert f"datamorph resume {run_id} --approve" in held["next"]
    assert is_error
    assert again["error"]["code"] == "approval"


def test_a_spec_that_an_assistant_wrote_gives_up_no_check_without_a_person(shop, name):
    spec = TOTALS.replace("customer_totals", name)
    shop.ended(shop.post(f"/api/v1/plans/{planned(shop, spec)}/run", {}).json()["run_id"])

    async def work(assistant):
        plan = await assistant.done("plan_spec", spec=spec.partition("checks:")[0])
        return plan, await assistant.done("run", run_id=plan["run_id"], wait_s=120)

    plan, held = over_http(shop, work)

    assert plan["plan"]["planner"] == "assistant"
    assert (held["run"]["state"], held["problem"]["code"]) == ("held", "approval")
    assert f"would drop or loosen checks of '{name}': unique_customer_id" in held["problem"]["message"]


def planned(served, spec):
    return served.post("/api/v1/plans/spec", {"spec": spec}).json()["run_id"]


def test_rows_are_staged_and_their_changes_seen_before_they_are_published(shop, name):
    async def work(assistant):
        plan = await assistant.done("plan", prompt=f"count orders per status, as curated.shop.{name}")
        staged = await assistant.done("stage", run_id=plan["run_id"], wait_s=120)
        changes = await assistant.done("changes", run_id=plan["run_id"])
        missing, is_missing = await assistant.call("table", table=f"curated.shop.{name}")
        run = await assistant.done("run", run_id=plan["run_id"], wait_s=120)
        return staged, changes, (missing["error"]["code"], is_missing), run

    staged, changes, missing, run = over_http(shop, work)

    assert (staged["run"]["state"], staged["problem"]["code"]) == ("held", "staged")
    assert changes["added"] == 2
    assert missing == ("not_found", True)
    assert run["run"]["state"] == "published"


def test_nobody_waits_longer_than_they_said(shop, name):
    async def work(assistant):
        plan = await assistant.done("plan", prompt=f"count orders per status, as curated.shop.{name}")
        return await assistant.done("run", run_id=plan["run_id"], wait_s=0)

    begun = over_http(shop, work)

    assert begun["run"]["state"] in ("planned", "running")
    assert "find_run" in begun["next"]
    assert shop.ended(begun["run"]["run_id"]) == "published"


@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        ("query", {"sql": "DROP TABLE raw.shop.orders"}, "only SELECT is allowed"),
        ("query", {"sqll": "SELECT 1"}, "there is no argument 'sqll'; there are sql, limit, as_of"),
        ("table", {}, "argument 'table' is missing"),
        ("table", {"table": "raw.shop.order"}, "there is no table 'raw.shop.order'"),
        ("find_run", {"run_id": "20260131-060000-1a2b3c/why"}, "has a slash"),
        ("rows", {"table": "orders", "limit": -1}, "greater than or equal to 0"),
        ("run", {"run_id": "none", "wait_s": "long"}, "wait_s is 'long'"),
    ],
)
def test_wrong_arguments_are_told_to_the_assistant_with_the_next_step(shop, tool, arguments, told):
    found, is_error = over_http(shop, lambda assistant: assistant.call(tool, **arguments))

    assert is_error
    assert told in found["error"]["message"]
    assert found["error"]["fix"]


def test_a_tool_that_is_none_is_refused_with_those_that_are(shop):
    with pytest.raises(BaseExceptionGroup) as raised:
        over_http(shop, lambda assistant: assistant.call("approve", run_id="x"))

    (error,) = flat(raised.value)
    assert isinstance(error, MCPError)
    assert "there is no tool 'approve'; there are tables" in str(error)


def flat(error):
    """The single errors of a group of groups."""
    inner = error.exceptions if isinstance(error, BaseExceptionGroup) else None
    return [error] if inner is None else [one for part in inner for one in flat(part)]


def test_over_http_an_assistant_may_do_what_its_token_may(closed):
    tokens = closed.site.gate.tokens
    reader = tokens.issue("reader", Role.VIEWER)[1]
    narrow = tokens.issue("narrow", Role.ADMIN, scopes=[Scope.READ])[1]

    async def work(assistant):
        names = {tool.name for tool in (await assistant.client.list_tools()).tools}
        refused, is_error = await assistant.call("plan", prompt="count orders per status")
        return names, (refused["error"]["code"], is_error)

    assert over_http(closed, work, token=reader) == (READING, ("not_allowed", True))
    narrow_names, narrow_plan = over_http(closed, work, token=narrow)
    assert narrow_plan == ("not_allowed", True)
    assert "query" not in narrow_names
    assert "tables" in narrow_names
    denied = [(entry.who, entry.action) for entry in closed.site.audit.entries() if entry.outcome == "denied"]
    assert denied[-2:] == [("token:reader", "POST /api/v1/plans"), ("token:narrow", "POST /api/v1/plans")]


def test_over_http_nobody_unknown_and_no_page_of_others_gets_in(closed, shop):
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    headers = {"accept": "application/json, text/event-stream"}

    unknown = httpx.post(f"{closed.url}/mcp", json=message, headers=headers)
    forged = httpx.post(f"{closed.url}/mcp", json=message, headers={**headers, "authorization": "Bearer x"})
    foreign = shop.post("/mcp", message, headers={**headers, "origin": "https://elsewhere.example"})
    renamed = shop.post("/mcp", message, headers={**headers, "host": "elsewhere.example"})

    assert [one.status_code for one in (unknown, forged, foreign, renamed)] == [401, 401, 403, 400]
    assert unknown.headers["www-authenticate"].startswith("Bearer")
