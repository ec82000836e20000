"""What a GraphQL request to Dagster does, by its syntax, and what that needs.

A request is read once and passed on as it was read, so that Dagster cannot understand something else than was examined.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    parse,
)

from datamorph.web.access.identity import Role, Scope
from datamorph.web.access.rules import Rule
from datamorph.web.failures import RequestError

MOST_TOKENS = 15_000
HARMLESS = frozenset({"logTelemetry", "setNuxSeen"})
"""Mutations that the UI sends by itself and that change nothing of a project."""
OPERATING = frozenset({
    "addDynamicPartition", "cancelPartitionBackfill", "launchMultipleRuns", "launchPartitionBackfill",
    "launchPipelineExecution", "launchPipelineReexecution", "launchRun", "launchRunReexecution",
    "reexecutePartitionBackfill", "reloadRepositoryLocation", "reloadWorkspace", "resetSchedule", "resetSensor",
    "resumePartitionBackfill", "scheduleDryRun", "sensorDryRun", "setAutoMaterializePaused", "setSensorCursor",
    "startSchedule", "startSensor", "stopRunningSchedule", "stopSensor", "terminatePipelineExecution", "terminateRun",
    "terminateRuns",
})  # fmt: skip
"""Mutations of an operator. A launch's configuration can approve a change, so that it is nothing for an author."""
_READ, _OPERATE = Rule(Role.VIEWER), Rule(Role.OPERATOR, Scope.WRITE)
_ADMINISTER = Rule(Role.ADMIN, Scope.WRITE)
"""All others: what removes history or limits, and whatever a later Dagster brings."""
_TOLD = frozenset(
    {"jobName", "runId", "runIds", "path", "partitionSetName", "scheduleName", "sensorName", "backfillId"}
)
_MOST_TOLD = 20


@dataclass(frozen=True, slots=True)
class Operations:
    """A request as it was read.

    Attributes:
        mutations: the fields of its mutations, through all fragments.
        has_subscription: one of its operations is a subscription.
        is_subscription: all of them are.
    """

    query: str
    variables: Mapping[str, Any] | None
    name: str | None
    mutations: tuple[str, ...]
    has_subscription: bool
    is_subscription: bool

    @property
    def rule(self) -> Rule:
        """What it needs: the most that any of its mutations does."""
        fields = set(self.mutations) - HARMLESS
        if not fields:
            return _READ
        return _OPERATE if fields <= OPERATING else _ADMINISTER

    @property
    def body(self) -> Mapping[str, Any]:
        """What is passed on."""
        return {"query": self.query, "variables": self.variables, "operationName": self.name}

    @property
    def about(self) -> Mapping[str, Any]:
        """What the audit log keeps of it: what was done to what; no configuration."""
        told = dict[str, Any]()
        for name, value in list(_named(self.variables))[:_MOST_TOLD]:
            told.setdefault(name, []).append(value)
        return {"mutations": sorted(set(self.mutations)), "of": told}


def read_operations(data: object) -> Operations:
    """Read what a client wants of Dagster.

    Args:
        data: the JSON value of its request.

    Raises:
        RequestError: 400, it is not one GraphQL request in the form of its own text.
    """
    if isinstance(data, list):
        raise _refused("a batch of operations", "send them one by one")
    if not isinstance(data, Mapping):
        raise _refused("a request that is no JSON object", 'send {"query": "..."}')
    query, name = data.get("query"), data.get("operationName")
    if not isinstance(query, str):
        raise _refused("a request without the text of its query", "persisted queries are not taken: send the text")
    if name is not None and not isinstance(name, str):
        raise _refused("an operationName that is no text", "name one of the operations")
    variables = _variables(data.get("variables"))
    return _examined(query, variables, name, _parsed(query))


def _examined(query: str, variables: Mapping[str, Any] | None, name: str | None, document: DocumentNode) -> Operations:
    found = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    if not found:
        raise _refused("a document without an operation", "send a query, a mutation or a subscription")
    fragments = {one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)}
    mutations = [
        field
        for one in found
        if one.operation is OperationType.MUTATION
        for field in _fields(one.selection_set, fragments, set())
    ]
    subscriptions = [one.operation is OperationType.SUBSCRIPTION for one in found]
    return Operations(query, variables, name, tuple(mutations), any(subscriptions), all(subscriptions))


def _fields(
    selected: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode], seen: set[str]
) -> Iterator[str]:
    """The names of the fields at the root, through fragments."""
    for one in selected.selections:
        if isinstance(one, FieldNode):
            yield one.name.value
        elif isinstance(one, InlineFragmentNode):
            yield from _fields(one.selection_set, fragments, seen)
        elif isinstance(one, FragmentSpreadNode) and one.name.value not in seen:
            seen.add(one.name.value)
            if one.name.value not in fragments:
                raise _refused(f"an unknown fragment {one.name.value!r}", "define it in the same document")
            yield from _fields(fragments[one.name.value].selection_set, fragments, seen)


def _parsed(query: str) -> DocumentNode:
    try:
        return parse(query, no_location=True, max_tokens=MOST_TOKENS)
    except GraphQLError as error:
        raise _refused(f"GraphQL that does not parse ({error.message})", "correct it") from error
    except RecursionError as error:
        raise _refused("GraphQL that is nested too deeply", "send less") from error


def _variables(value: object) -> Mapping[str, Any] | None:
    if isinstance(value, str) and value:
        try:
            value = json.loads(value)
        except (ValueError, RecursionError) as error:
            raise _refused("variables that are no JSON", "send an object") from error
    if value is None or value == "":
        return None
    if not isinstance(value, Mapping):
        raise _refused("variables that are no JSON object", "send an object")
    return value


def _named(value: object) -> Iterator[tuple[str, Any]]:
    """Names of jobs, runs, assets and the like, wherever they are within variables."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name in _TOLD and isinstance(inner, str | list):
                yield name, [str(part)[:200] for part in inner[:_MOST_TOLD]] if isinstance(inner, list) else inner[:200]
            else:
                yield from _named(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _named(inner)


def _refused(what: str, fix: str) -> RequestError:
    return RequestError(400, "bad_graphql", f"{what} is not passed on to Dagster", fix=fix)
