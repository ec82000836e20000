"""The run log in one DynamoDB table, shared by processes of many machines.

A run is an item, each of its events another; both are written in one transaction under the condition that the run is
still as it was read. A second item of the run lists it by time. ``expires_at`` is the table's time to live.
"""

# boto3 has no type stubs.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import json
import random
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from datamorph.adapters.runlog.locks import RunLocks
from datamorph.adapters.runlog.rows import INTERRUPTED, last_event
from datamorph.core.run import ACTIVE, TRANSITIONS, EventKind, Run, RunEvent, RunState, Stage
from datamorph.errors import LakeError, NotFoundError

KEY, SORT, LIST = "pk", "sk", "runs"
ATTEMPTS = 60
BATCH = 90
"""DynamoDB writes at most 100 items in one transaction."""
_CHANGED = ("TransactionCanceledException", "ConditionalCheckFailedException", "TransactionConflictException",
            "TransactionInProgressException")  # fmt: skip


@dataclass(frozen=True, slots=True)
class DynamoPlace:
    """Where the table is.

    Attributes:
        keep_days: records of runs are forgotten after that many days; 0 keeps them.
        lease_s: an active run of another machine that was not heard of for so long is taken for dead.
    """

    table: str
    region: str | None = None
    endpoint: str | None = None
    keep_days: float = 0
    lease_s: float = 300.0


@dataclass(frozen=True, slots=True)
class _Item:
    """A run as it was read, with what the next write depends on."""

    run: Run
    events: int
    version: int
    listed: str
    holder: str
    beat_at: float


class DynamoRunLog:
    """RunLog port over DynamoDB. The table is made where it is missing.

    Args:
        locks: folder of this machine, whose processes tell by locks who of them is alive.
    """

    def __init__(self, place: DynamoPlace, locks: Path, *, now: Callable[[], datetime] | None = None) -> None:
        self._place, self._locks = place, RunLocks(locks)
        self._now = now or (lambda: datetime.now(UTC))
        self._held: set[str] = set()
        self._beating: threading.Thread | None = None

    def open(self, run: Run) -> None:
        """See RunLog.open.

        Raises:
            ValueError: there is a run of that id already.
        """
        listed = f"{run.created_at.isoformat()}#{time.time_ns():020}#{run.run_id}"
        item = _Item(run, 0, 1, listed, socket.gethostname(), time.time())
        is_new_hold = self._hold(run.run_id, run.state)
        try:
            self._write([
                self._put(_key(run.run_id), self._attributes(item), condition=f"attribute_not_exists({KEY})"),
                self._put((LIST, listed), _run_attributes(run)),
            ])  # fmt: skip
        except ClientError as error:
            self._let_go(run.run_id, is_new_hold)
            if _code(error) in _CHANGED:
                raise ValueError(f"there is a run {run.run_id!r} already") from error
            raise self._told(error) from error

    def append(self, run_id: str, events: Iterable[RunEvent], change: Run | None = None) -> None:
        """See RunLog.append."""
        new = list(events)
        is_new_hold = self._hold(run_id, change.state if change else None)
        try:
            for start in range(0, max(len(new), 1), BATCH):
                is_last = start + BATCH >= len(new)
                self._append(run_id, new[start : start + BATCH], change if is_last else None)
        except BaseException:
            self._let_go(run_id, is_new_hold)
            raise
        if change is not None and change.state not in ACTIVE:
            self._let_go(run_id, True)

    def runs(self, *, most: int = 50) -> Sequence[Run]:
        """See RunLog.runs."""
        found = list[Run]()
        for item in self._query(LIST, newest_first=True, most=most):
            found.append(_read_run(item))
            if len(found) == most:
                break
        return found

    def find(self, run_id: str) -> Run:
        """See RunLog.find."""
        return self._find(run_id).run

    def events(self, run_id: str, *, after: int = 0) -> Sequence[tuple[int, RunEvent]]:
        """See RunLog.events."""
        self._find(run_id)
        found = self._query(f"run#{run_id}", after=_number(after))
        return [(int(item[SORT]["S"]), _read_event(item)) for item in found]

    def interrupt_dead(self) -> Sequence[Run]:
        """See RunLog.interrupt_dead; of other machines, those whose lease has run out."""
        active = [_read_run(item) for item in self._query(LIST) if RunState(item["state"]["S"]) in ACTIVE]
        return [ended for run in active if (ended := self._interrupt_if_dead(run.run_id))]

    def _interrupt_if_dead(self, run_id: str) -> Run | None:
        item = self._find(run_id)
        if item.holder != socket.gethostname() and time.time() - item.beat_at < self._place.lease_s:
            return None
        if not self._locks.try_hold(run_id):
            return None
        try:
            events = [event for _, event in self.events(run_id)]
            ended = replace(item.run, state=RunState.INTERRUPTED, updated_at=self._now(),
                            reason=INTERRUPTED)  # fmt: skip
            last = last_event(item.run, events, at=ended.updated_at)
            self._append(run_id, [last], ended)
            return ended
        except ValueError:
            return None  # it has come to rest meanwhile
        finally:
            self._locks.free(run_id)

    def _append(self, run_id: str, events: Sequence[RunEvent], change: Run | None) -> None:
        for attempt in range(ATTEMPTS):
            before = self._find(run_id)
            if change is not None and change.state not in TRANSITIONS.get(before.run.state, ()):
                raise ValueError(f"run {run_id!r} is {before.run.state}: {change.state} may not follow")
            run = replace(change, created_at=before.run.created_at) if change else before.run
            after = replace(before, run=run, events=before.events + len(events), version=before.version + 1,
                            holder=socket.gethostname(), beat_at=time.time())  # fmt: skip
            writes = [self._put(_key(run_id), self._attributes(after), condition="version = :v",
                                values={":v": {"N": str(before.version)}})]  # fmt: skip
            writes += [
                self._put((f"run#{run_id}", _number(before.events + n)), _event_attributes(event))
                for n, event in enumerate(events, 1)
            ]
            if change is not None:
                writes.append(self._put((LIST, before.listed), _run_attributes(run)))
            try:
                self._write(writes)
                return
            except ClientError as error:
                if _code(error) not in _CHANGED or attempt == ATTEMPTS - 1:
                    raise self._told(error) from error
                time.sleep(random.uniform(0, min(0.5, 0.01 * 2**attempt)))  # noqa: S311 (spreads writers)

    def _find(self, run_id: str) -> _Item:
        found = self._ask("get_item", Key=_names(*_key(run_id)), ConsistentRead=True).get("Item")
        if found is None:
            raise NotFoundError(f"there is no run {run_id!r}", fix="list the runs: datamorph runs")
        numbers = {name: int(found[name]["N"]) for name in ("events", "version")}
        texts = {name: str(found[name]["S"]) for name in ("listed", "holder")}
        beat_at = float(found["beat_at"]["N"])
        return _Item(_read_run(found), numbers["events"], numbers["version"], texts["listed"], texts["holder"], beat_at)

    def _query(
        self, key: str, *, after: str = "", newest_first: bool = False, most: int | None = None
    ) -> Iterator[dict[str, Any]]:
        more = {"Limit": min(most, 1000)} if most else dict[str, Any]()
        while True:
            page = self._ask(
                "query", KeyConditionExpression=f"{KEY} = :k AND {SORT} > :a", ConsistentRead=True,
                ExpressionAttributeValues={":k": {"S": key}, ":a": {"S": after or " "}},
                ScanIndexForward=not newest_first, **more,
            )  # fmt: skip
            yield from page["Items"]
            if "LastEvaluatedKey" not in page:
                return
            more["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def _put(
        self,
        key: tuple[str, str],
        attributes: dict[str, Any],
        *,
        condition: str = "",
        values: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        put: dict[str, Any] = {"TableName": self._place.table, "Item": {**_names(*key), **attributes}}
        if self._place.keep_days:
            end = self._now() + timedelta(days=self._place.keep_days)
            put["Item"]["expires_at"] = {"N": str(int(end.timestamp()))}
        if condition:
            put["ConditionExpression"] = condition
        if values:
            put["ExpressionAttributeValues"] = values
        return {"Put": put}

    def _write(self, writes: list[dict[str, Any]]) -> None:
        self._client.transact_write_items(TransactItems=writes)

    def _ask(self, operation: str, **request: Any) -> dict[str, Any]:
        try:
            return getattr(self._client, operation)(TableName=self._place.table, **request)
        except (ClientError, BotoCoreError) as error:
            raise self._told(error) from error

    @cached_property
    def _client(self) -> Any:
        place = self._place
        client: Any = boto3.client("dynamodb", region_name=place.region, endpoint_url=place.endpoint)
        try:
            client.describe_table(TableName=place.table)
        except (ClientError, BotoCoreError) as error:
            if not isinstance(error, ClientError) or _code(error) != "ResourceNotFoundException":
                raise self._told(error) from error
            _create(client, place.table)
        return client

    def _told(self, error: ClientError | BotoCoreError) -> LakeError:
        return LakeError(
            f"the run log, table {self._place.table!r} of DynamoDB, cannot be used: {error}",
            fix="look at runlog, aws_region, the credentials and what they may do, see docs/aws.md",
        )

    def _attributes(self, item: _Item) -> dict[str, Any]:
        return {
            **_run_attributes(item.run),
            "events": {"N": str(item.events)}, "version": {"N": str(item.version)}, "listed": {"S": item.listed},
            "holder": {"S": item.holder}, "beat_at": {"N": repr(item.beat_at)},
        }  # fmt: skip

    def _hold(self, run_id: str, state: RunState | None) -> bool:
        if state not in ACTIVE or not self._locks.hold(run_id):
            return False
        self._held.add(run_id)
        if self._beating is None or not self._beating.is_alive():
            self._beating = threading.Thread(target=self._beat, daemon=True)
            self._beating.start()
        return True

    def _let_go(self, run_id: str, is_held: bool) -> None:
        if is_held:
            self._held.discard(run_id)
            self._locks.free(run_id)

    def _beat(self) -> None:
        """Say that the runs of this process live, while there are any."""
        while self._held:
            time.sleep(self._place.lease_s / 5)
            for run_id in list(self._held):
                with suppress(ClientError, BotoCoreError):
                    self._client.update_item(
                        TableName=self._place.table, Key=_names(*_key(run_id)), UpdateExpression="SET beat_at = :b",
                        ConditionExpression=f"attribute_exists({KEY})",
                        ExpressionAttributeValues={":b": {"N": repr(time.time())}},
                    )  # fmt: skip


def _create(client: Any, table: str) -> None:
    names = (KEY, "HASH"), (SORT, "RANGE")
    try:
        client.create_table(
            TableName=table, BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name, _ in names],
            KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in names],
        )  # fmt: skip
    except ClientError as error:
        if _code(error) != "ResourceInUseException":  # another process was faster
            raise
    client.get_waiter("table_exists").wait(TableName=table, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    with suppress(ClientError):
        wanted = {"Enabled": True, "AttributeName": "expires_at"}
        client.update_time_to_live(TableName=table, TimeToLiveSpecification=wanted)


def _code(error: ClientError) -> str:
    return str(error.response["Error"]["Code"])


def _key(run_id: str) -> tuple[str, str]:
    return f"state#{run_id}", "run"


def _names(key: str, sort: str) -> dict[str, Any]:
    return {KEY: {"S": key}, SORT: {"S": sort}}


def _number(number: int) -> str:
    """A number whose text sorts as it does."""
    return f"{number:08}"


def _run_attributes(run: Run) -> dict[str, Any]:
    texts = {
        "run_id": run.run_id, "prompt": run.prompt, "state": run.state.value, "created_at": run.created_at.isoformat(),
        "updated_at": run.updated_at.isoformat(), "pipeline": run.pipeline, "table_name": run.table,
        "reason": run.reason,
    }  # fmt: skip
    return {name: {"S": text} for name, text in texts.items()}


def _read_run(item: dict[str, Any]) -> Run:
    text = {name: str(value["S"]) for name, value in item.items() if "S" in value}
    created, updated = datetime.fromisoformat(text["created_at"]), datetime.fromisoformat(text["updated_at"])
    state = RunState(text["state"])
    return Run(text["run_id"], text["prompt"], state, created, updated, text["pipeline"], text["table_name"],
               text["reason"])  # fmt: skip


def _event_attributes(event: RunEvent) -> dict[str, Any]:
    facts = json.dumps(dict(event.facts), ensure_ascii=False, default=str)
    duration = {"NULL": True} if event.duration_s is None else {"N": repr(event.duration_s)}
    return {"stage": {"S": event.stage.value}, "kind": {"S": event.kind.value}, "at": {"S": event.at.isoformat()},
            "duration_s": duration, "facts": {"S": facts}}  # fmt: skip


def _read_event(item: dict[str, Any]) -> RunEvent:
    duration = float(item["duration_s"]["N"]) if "N" in item["duration_s"] else None
    at = datetime.fromisoformat(item["at"]["S"])
    return RunEvent(
        Stage(item["stage"]["S"]), EventKind(item["kind"]["S"]), at, duration, json.loads(item["facts"]["S"])
    )
