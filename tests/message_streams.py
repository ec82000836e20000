"""How the Messages API streams: the events of a message, as server-sent events and as Bedrock's binary frames."""

from __future__ import annotations

import base64
import binascii
import json
import struct
from collections.abc import Iterator
from typing import Any

Event = dict[str, Any]
PIECE = 400
_STRING = 7
PING: Event = {"type": "ping"}


def events_of(message: dict[str, Any]) -> list[Event]:
    """What a stream sends for a whole message; usage comes in two parts, as the API's does."""
    usage = message["usage"]
    begun = {**message, "content": [], "stop_reason": None, "usage": {**usage, "output_tokens": 1}}
    ended = {"stop_reason": message["stop_reason"], "stop_sequence": message["stop_sequence"]}
    return [
        {"type": "message_start", "message": begun},
        *(event for index, block in enumerate(message["content"]) for event in _block(index, block)),
        {"type": "message_delta", "delta": ended, "usage": {"output_tokens": usage["output_tokens"]}},
        {"type": "message_stop"},
    ]


def error_event(kind: str, text: str) -> Event:
    """What a stream sends when something breaks behind it."""
    return {"type": "error", "error": {"type": kind, "message": text}}


def server_sent(event: Event) -> bytes:
    """An event as ``text/event-stream`` has it."""
    return f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode()


def framed(event: Event) -> bytes:
    """An event as ``application/vnd.amazon.eventstream`` has it: lengths, headers, payload, two checksums."""
    if event["type"] == "error":
        kind = {"overloaded_error": "throttlingException"}.get(event["error"]["type"], "internalServerException")
        headers = _headers({":message-type": "exception", ":exception-type": kind})
        return _frame(headers, json.dumps({"message": event["error"]["message"]}).encode())
    headers = _headers({":message-type": "event", ":event-type": "chunk", ":content-type": "application/json"})
    return _frame(headers, json.dumps({"bytes": base64.b64encode(json.dumps(event).encode()).decode()}).encode())


def _block(index: int, block: dict[str, Any]) -> Iterator[Event]:
    kind = block["type"]
    is_call = kind == "tool_use"
    text = json.dumps(block["input"]) if is_call else block[kind]
    begun = {**block, "input": {}} if is_call else {**block, kind: ""}
    name, field = ("input_json_delta", "partial_json") if is_call else (f"{kind}_delta", kind)
    yield {"type": "content_block_start", "index": index, "content_block": begun}
    yield PING
    for start in range(0, len(text), PIECE):
        delta = {"type": name, field: text[start : start + PIECE]}
        yield {"type": "content_block_delta", "index": index, "delta": delta}
    yield {"type": "content_block_stop", "index": index}


def _headers(values: dict[str, str]) -> bytes:
    return b"".join(
        struct.pack("!B", len(name)) + name.encode() + struct.pack("!BH", _STRING, len(value)) + value.encode()
        for name, value in values.items()
    )


def _frame(headers: bytes, payload: bytes) -> bytes:
    prelude = struct.pack("!II", 16 + len(headers) + len(payload), len(headers))
    body = prelude + struct.pack("!I", binascii.crc32(prelude)) + headers + payload
    return body + struct.pack("!I", binascii.crc32(body))
