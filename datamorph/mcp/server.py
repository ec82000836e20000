"""The server: lists tools, and calls the API for each in the name of whoever asks."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import anyio
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel.server import Server
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    ToolAnnotations,
)
from mcp_types import Tool as ToolDocument

from datamorph import __version__
from datamorph.mcp.tools import INSTRUCTIONS, TOOLS, WAIT, WAIT_SCHEMA, Effect, Tool, input_schema, placed

_FAILED = 400


class Api(Protocol):
    """The HTTP API in the name of one caller."""

    def description(self) -> Mapping[str, Any]:
        """Of its routes, as OpenAPI."""
        ...

    def allows(self, route: str) -> bool:
        """True when the caller may use that route."""
        ...

    async def call(
        self, method: str, path: str, query: Mapping[str, Any], body: Mapping[str, Any] | None
    ) -> tuple[int, dict[str, Any]]:
        """Send one request; its status and its JSON document."""
        ...

    def follow(self, run_id: str) -> AsyncIterator[str]:
        """What a run does, as it happens, one line each; it ends when the run is at rest."""
        ...


def build_server(api_of: Callable[[Any], Api]) -> Server[Any]:
    """A server over the API.

    Args:
        api_of: the API for whoever sent a request over HTTP, or for None on stdio.
    """

    async def list_tools(context: ServerRequestContext[Any, Any], _: PaginatedRequestParams | None) -> ListToolsResult:
        api = api_of(context.request)
        return ListToolsResult(tools=[_document(tool, api) for tool in TOOLS.values() if api.allows(tool.route)])

    async def call_tool(context: ServerRequestContext[Any, Any], asked: CallToolRequestParams) -> CallToolResult:
        if asked.name not in TOOLS:
            raise MCPError(INVALID_PARAMS, f"there is no tool {asked.name!r}; there are {', '.join(TOOLS)}")

        async def report(number: int, line: str) -> None:
            await context.session.report_progress(number, message=line)

        call = _Call(TOOLS[asked.name], asked.arguments or {}, api_of(context.request), report)
        return await call.answer()

    return Server(
        "datamorph", version=__version__, title="DataMorph", instructions=INSTRUCTIONS,
        on_list_tools=list_tools, on_call_tool=call_tool,
    )  # fmt: skip


def _document(tool: Tool, api: Api) -> ToolDocument:
    about = ToolAnnotations(
        read_only_hint=tool.effect is Effect.READS,
        destructive_hint=tool.effect is Effect.PUBLISHES,
        idempotent_hint=tool.effect is Effect.READS,
        open_world_hint=False,
    )
    schema = input_schema(tool, api.description())
    return ToolDocument(name=tool.name, description=tool.says, input_schema=schema, annotations=about)


@dataclass(frozen=True, slots=True)
class _Call:
    """One call of a tool."""

    tool: Tool
    arguments: Mapping[str, Any]
    api: Api
    report: Callable[[int, str], Any]

    async def answer(self) -> CallToolResult:
        schema = input_schema(self.tool, self.api.description())
        if problem := _misplaced(self.tool, self.arguments, schema):
            return _result(400, _problem("bad_request", problem, "see the tool's arguments"))
        wait_s = self.arguments.get(WAIT, WAIT_SCHEMA["default"])
        if not isinstance(wait_s, int | float) or not 0 <= wait_s <= WAIT_SCHEMA["maximum"]:
            return _result(400, _problem("bad_request", f"{WAIT} is {wait_s!r}", f"0 to {WAIT_SCHEMA['maximum']}"))
        status, found = await self.api.call(self.tool.method, *placed(self.tool, self.arguments, schema))
        if self.tool.awaits and status < _FAILED:
            return await self._awaited(found["run_id"], wait_s)
        return _result(status, found)

    async def _awaited(self, run_id: str, wait_s: float) -> CallToolResult:
        """The run as it stands at its end, or when the time is over; it goes on then."""
        with anyio.move_on_after(wait_s):
            number = 0
            async for line in self.api.follow(run_id):
                number += 1
                await self.report(number, line)
        status, found = await self.api.call("GET", f"/api/v1/runs/{run_id}", {}, None)
        if status >= _FAILED:
            return _result(status, found)
        ended = [event for event in found.pop("events") if event["type"] in ("finished", "failed")]
        found["stages"] = [f"{event['title']}: {event['description']}" for event in ended]
        return _result(status, {**found, "next": _next(found, run_id)})


def _next(found: Mapping[str, Any], run_id: str) -> str:
    """What an assistant can do now."""
    state, problem = found["run"]["state"], found["problem"] or {}
    if problem.get("code") == "approval":
        return (
            "Only a person approves it: in the console on the page of this run, or with"
            f" `datamorph resume {run_id} --approve`. Show them `changes` and the reason."
        )
    return {
        "held": "Show `changes` to the person; `run` publishes these rows.",
        "running": "It goes on. Look at it with `find_run`.",
        "planned": "It waits for its turn. Look at it with `find_run`.",
        "failed": "Nothing was published. `why` tells the reason; plan again with what must change.",
        "published": f"Published as {found['run']['table']}. Look at it with `rows` or `query`.",
    }.get(state, "Look at it with `find_run`.")


def _misplaced(tool: Tool, arguments: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """What is wrong with the arguments as such; the API itself judges their values."""
    known = schema["properties"]
    if unknown := [name for name in arguments if name not in known]:
        return f"there is no argument {unknown[0]!r}; there are {', '.join(known) or 'none'}"
    missing = [name for name in schema["required"] if name not in arguments]
    if missing:
        return f"argument {missing[0]!r} is missing"
    led = [name for name in known if f"{{{name}}}" in tool.path and "/" in str(arguments[name])]
    return f"{led[0]} {arguments[led[0]]!r} has a slash" if led else ""


def _problem(code: str, message: str, fix: str) -> dict[str, Any]:
    return {"status": "error", "error": {"code": code, "message": message, "fix": fix}}


def _result(status: int, found: dict[str, Any]) -> CallToolResult:
    text = json.dumps(found, ensure_ascii=False)
    return CallToolResult(
        content=[TextContent(text=text)], structured_content=found, is_error=status >= _FAILED
    )  # fmt: skip
