"""Events of new objects, out of an SQS queue: as S3 sends them, by SNS, or by EventBridge.

A message is removed only when what it names is loaded. One that comes twice, late or never does no harm: the record of
the table says what is loaded.
"""

# botocore has no type stubs.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

MOST = 1000
"""So many messages are taken for one load; the next one takes what is left."""
A_TIME = 10
HIDDEN_S = 300
"""So long a taken message is hidden from others; then it comes again, unless it was removed."""
CREATED, REMOVED = "ObjectCreated:", "ObjectRemoved:"


@dataclass(frozen=True, slots=True)
class _Message:
    receipt: str
    names: Sequence[str]


class Events:
    """The messages of one queue, which nobody else reads."""

    def __init__(self, sqs: Any, url: str) -> None:
        self._sqs, self._url, self.name = sqs, url, url.rpartition("/")[2]
        self._taken = dict[str, _Message]()
        self._unreadable = dict[str, str]()

    @property
    def names(self) -> list[str]:
        """URIs of the objects that taken messages name, each once."""
        return list(dict.fromkeys(name for message in self._taken.values() for name in message.names))

    @property
    def unreadable(self) -> Mapping[str, str]:
        """Messages that are no events, by their id, with the reason."""
        return self._unreadable

    def count(self) -> int:
        """About how many messages wait."""
        found = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=["ApproximateNumberOfMessages"])
        return int(found["Attributes"]["ApproximateNumberOfMessages"])

    def take(self) -> None:
        """Take what waits, beside what was taken before."""
        while len(self._taken) + len(self._unreadable) < MOST:
            found = self._sqs.receive_message(
                QueueUrl=self._url, MaxNumberOfMessages=A_TIME, WaitTimeSeconds=1, VisibilityTimeout=HIDDEN_S
            ).get("Messages", [])
            for message in found:
                self._note(message)
            if not found:
                return

    def forget(self, is_done: Callable[[str], bool]) -> None:
        """Remove the messages all of whose objects need nothing any more."""
        done = {number: one for number, one in self._taken.items() if all(map(is_done, one.names))}
        numbers = list(done)
        for start in range(0, len(numbers), A_TIME):
            some = numbers[start : start + A_TIME]
            entries = [{"Id": str(place), "ReceiptHandle": done[number].receipt} for place, number in enumerate(some)]
            # What is refused, as a receipt that is too old, comes again, and needs nothing then either.
            found = self._sqs.delete_message_batch(QueueUrl=self._url, Entries=entries)
            for one in found.get("Successful", ()):
                del self._taken[some[int(one["Id"])]]

    def _note(self, message: Mapping[str, Any]) -> None:
        number = str(message["MessageId"])
        try:
            self._taken[number] = _Message(str(message["ReceiptHandle"]), list(_created(str(message["Body"]))))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            self._unreadable[number] = f"{error} in {str(message['Body'])[:80]!r}"


def _created(body: str) -> Iterator[str]:
    """URIs of the objects that a message says were written; none for a test or a removal.

    Raises:
        ValueError, KeyError, TypeError, AttributeError: it is no event.
    """
    data: dict[str, Any] = json.loads(body)
    if data.get("Type") == "Notification":
        yield from _created(data["Message"])
    elif "detail-type" in data:
        if data["detail-type"] == "Object Created":
            yield f"s3://{data['detail']['bucket']['name']}/{data['detail']['object']['key']}"
        elif data["detail-type"] != "Object Deleted":
            raise ValueError(f"unknown kind {data['detail-type']!r}")
    elif data.get("Event") != "s3:TestEvent":
        for record in data["Records"]:
            yield from _written(record)


def _written(record: Mapping[str, Any]) -> Iterator[str]:
    event, s3 = str(record["eventName"]).removeprefix("s3:"), record["s3"]
    if event.startswith(CREATED):
        yield f"s3://{s3['bucket']['name']}/{unquote_plus(s3['object']['key'])}"
    elif not event.startswith(REMOVED):
        raise ValueError(f"unknown event {event!r}")
