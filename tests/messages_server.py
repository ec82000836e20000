"""A server that speaks the Messages API on loopback, over real HTTP.

In tests it answers with what it is told to: answers, refusals, errors, slow, broken and wrong ones. On its own it
writes every request into a folder and waits until somebody puts the answer beside it; see tests/README.md.
"""

from __future__ import annotations

import argparse
import json
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

Request = dict[str, Any]
WAIT_S = 0.2


@dataclass(frozen=True)
class Reply:
    """One response.

    Attributes:
        delay_s: before the first byte.
        cut: the connection is closed after that share of the body.
        drip_s: a pause after every few bytes.
    """

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    delay_s: float = 0.0
    cut: float = 1.0
    drip_s: float = 0.0


def message(
    text: str,
    *,
    stop: str = "end_turn",
    tokens_in: int = 1000,
    tokens_out: int = 200,
    cached: int = 0,
    written: int = 0,
    **how: Any,
) -> Reply:
    """A message of the model."""
    usage = {
        "input_tokens": tokens_in,
        "output_tokens": tokens_out,
        "cache_read_input_tokens": cached,
        "cache_creation_input_tokens": written,
        "cache_creation": {"ephemeral_1h_input_tokens": written, "ephemeral_5m_input_tokens": 0},
    }
    document = {
        "id": "msg_1", "type": "message", "role": "assistant", "model": "local", "stop_reason": stop,
        "stop_sequence": None, "content": [{"type": "text", "text": text}], "usage": usage,
    }  # fmt: skip
    return Reply(body=json.dumps(document).encode(), **how)


def structured(answer: dict[str, Any], **how: Any) -> Reply:
    """A message whose text is one JSON object."""
    return message(json.dumps(answer), **how)


def failure(status: int, kind: str, text: str = "no", **headers: str) -> Reply:
    """An error as the API words it."""
    document = {"type": "error", "error": {"type": kind, "message": text}}
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, json.dumps(document).encode(), names)


Script = Callable[[Request], Reply] | Sequence[Reply]


class MessagesServer:
    """A running server.

    Attributes:
        requests: bodies of the calls for messages, in order.
        headers: theirs.
        counted: bodies of the calls for token counts.
        tokens: what every count says; None has no such call (404).
    """

    def __init__(self, script: Script, *, tokens: int | None = 1000, port: int = 0) -> None:
        self.requests: list[Request] = []
        self.headers: list[dict[str, str]] = []
        self.counted: list[Request] = []
        self.tokens = tokens
        self._script, self._lock = script, threading.Lock()
        self._http = ThreadingHTTPServer(("127.0.0.1", port), type("Bound", (Handler,), {"messages": self}))
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"

    def start(self) -> None:
        """Serve in a thread."""
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def stop(self) -> None:
        """Serve no longer."""
        self._http.shutdown()
        self._http.server_close()

    def reply(self, path: str, request: Request, headers: dict[str, str]) -> Reply:
        """The response to one request."""
        if path.partition("?")[0] == "/v1/messages/count_tokens":
            self.counted.append(request)
            if self.tokens is None:
                return failure(404, "not_found_error", "there is no such call")
            return Reply(body=json.dumps({"input_tokens": self.tokens}).encode())
        if path.partition("?")[0] != "/v1/messages" and not path.endswith("/invoke"):
            return failure(404, "not_found_error", path)
        with self._lock:
            self.requests.append(request)
            self.headers.append(headers)
            number = len(self.requests)
        if callable(self._script):
            return self._script(request)
        return self._script[min(number, len(self._script)) - 1]


class Handler(BaseHTTPRequestHandler):
    """Reads one request, sends what the server says."""

    protocol_version = "HTTP/1.1"
    messages: MessagesServer

    def do_POST(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        request = json.loads(self.rfile.read(length) or b"{}")
        headers = {name.lower(): value for name, value in self.headers.items()}
        self._send(self.messages.reply(self.path, request, headers), len(self.messages.requests))

    def _send(self, reply: Reply, number: int) -> None:
        time.sleep(reply.delay_s)
        self.send_response(reply.status)
        own = {
            "content-type": "application/json",
            "request-id": f"req_{number}",
            "content-length": str(len(reply.body)),
        }
        for name, value in {**own, **reply.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        body = reply.body[: int(len(reply.body) * reply.cut)]
        for piece in _pieces(body, reply.drip_s):
            self.wfile.write(piece)
        self.close_connection = self.close_connection or reply.cut < 1

    def handle(self) -> None:
        try:
            super().handle()
        except (BrokenPipeError, ConnectionResetError):
            pass  # the client had enough

    def log_message(self, format: str, *args: Any) -> None:
        pass


def _pieces(body: bytes, drip_s: float) -> Iterator[bytes]:
    if not drip_s:
        yield body
        return
    for start in range(0, len(body), 8):
        yield body[start : start + 8]
        time.sleep(drip_s)


@contextmanager
def serving_messages(script: Script, *, tokens: int | None = 1000) -> Iterator[MessagesServer]:
    """A server until the end of the block."""
    server = MessagesServer(script, tokens=tokens)
    server.start()
    try:
        yield server
    finally:
        server.stop()


class FolderScript:
    """Answers that somebody puts into a folder: ``requests/N.json`` is written, ``answers/N.json`` waited for."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._lock = folder, threading.Lock()
        for name in ("requests", "answers"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        self._number = len(list((folder / "requests").glob("*.json")))

    def __call__(self, request: Request) -> Reply:
        """Write the request, wait for its answer.

        An answer file is either the text of the answer as JSON (an object of the asked schema), or
        ``{"text": "...", "stop": "end_turn", "input_tokens": 1, "output_tokens": 1}``.
        """
        with self._lock:
            self._number += 1
            number = self._number
        text = json.dumps(request, ensure_ascii=False, indent=1)
        (self._folder / "requests" / f"{number}.json").write_text(text, encoding="utf-8")
        answer = self._folder / "answers" / f"{number}.json"
        while True:
            if answer.exists():
                try:
                    return self._reply(json.loads(answer.read_text(encoding="utf-8")), len(text))
                except ValueError:
                    pass  # half written
            time.sleep(WAIT_S)

    @staticmethod
    def _reply(found: dict[str, Any], length: int) -> Reply:
        if "outcome" in found:
            text = json.dumps(found)
            return message(text, tokens_in=length // 4, tokens_out=len(text) // 4)
        return message(
            found["text"], stop=found.get("stop", "end_turn"), tokens_in=found.get("input_tokens", length // 4),
            tokens_out=found.get("output_tokens", len(found["text"]) // 4),
        )  # fmt: skip


def main(arguments: Sequence[str]) -> None:
    """Serve a folder until Ctrl-C."""
    parser = argparse.ArgumentParser(description="Answer the Messages API from a folder; see tests/README.md.")
    parser.add_argument("folder", type=Path, help="requests/N.json are written, answers/N.json waited for")
    parser.add_argument("--port", type=int, default=8765)
    given = parser.parse_args(arguments)
    server = MessagesServer(FolderScript(given.folder), tokens=None, port=given.port)
    sys.stdout.write(f"serving {given.folder} on {server.url}\n")
    sys.stdout.flush()
    server.start()
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        server.stop()


if __name__ == "__main__":
    main(sys.argv[1:])
