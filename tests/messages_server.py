"""A server that speaks the Messages API on loopback, over real HTTP.

In tests it answers with what it is told to: answers, refusals, errors, slow, broken and wrong ones, whole or streamed
as the request asks. On its own it writes every request into a folder and waits until somebody puts the answer beside
it; see tests/README.md.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from message_streams import PING, Event, error_event, events_of, framed, server_sent

Request = dict[str, Any]
WAIT_S = 0.2
PING_TURNS = 25
STREAMED = "/invoke-with-response-stream"
INVOKED = ("/invoke", STREAMED)


@dataclass(frozen=True)
class Reply:
    """One response.

    Attributes:
        body: what is sent whole.
        events: what is sent instead to who asks for a stream; None sends the body.
        delay_s: before the first byte.
        silent_s: in the middle of the body.
        cut: the connection is closed after that share of the body.
        drip_s: a pause after every few bytes.
    """

    status: int = 200
    body: bytes = b"{}"
    events: Iterable[Event] | None = None
    headers: dict[str, str] = field(default_factory=dict)
    delay_s: float = 0.0
    silent_s: float = 0.0
    cut: float = 1.0
    drip_s: float = 0.0

    @property
    def is_whole(self) -> bool:
        """True when nothing happens to the body on its way."""
        return self.cut == 1 and not self.silent_s and not self.drip_s


def message(
    text: str,
    *,
    stop: str = "end_turn",
    tokens_in: int = 1000,
    tokens_out: int = 200,
    cached: int = 0,
    written: int = 0,
    thinking: str = "",
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
    thought = [{"type": "thinking", "thinking": thinking, "signature": ""}] if thinking else []
    document = {
        "id": "msg_1", "type": "message", "role": "assistant", "model": "local", "stop_reason": stop,
        "stop_sequence": None, "content": [*thought, {"type": "text", "text": text}], "usage": usage,
    }  # fmt: skip
    return Reply(body=json.dumps(document).encode(), events=events_of(document), **how)


def calling(answer: dict[str, Any], **how: Any) -> Reply:
    """The same as a call of the tool that the request names: its arguments are the answer."""
    whole = message("", stop="tool_use", **how)
    document = json.loads(whole.body)
    document["content"] = [{"type": "tool_use", "id": "toolu_1", "name": "answer", "input": answer}]
    return replace(whole, body=json.dumps(document).encode(), events=events_of(document))


def breaking(reply: Reply, kind: str, text: str = "no", *, after: int = 4) -> Reply:
    """The same message, whose stream ends with an error after so many events."""
    return replace(reply, events=[*list(reply.events or ())[:after], error_event(kind, text)])


def structured(answer: dict[str, Any], **how: Any) -> Reply:
    """A message whose text is one JSON object."""
    return message(json.dumps(answer), **how)


def failure(status: int, kind: str, text: str = "no", **headers: str) -> Reply:
    """An error as the API words it."""
    document = {"type": "error", "error": {"type": kind, "message": text}}
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, json.dumps(document).encode(), headers=names)


Script = Callable[[Request], Reply] | Sequence[Reply]


class MessagesServer:
    """A running server.

    Attributes:
        requests: bodies of the calls for messages, in order.
        headers: theirs.
        counted: bodies of the calls for token counts.
        tokens: what every count says; None has no such call (404).
        hung_up: answers that the client did not read to their end.
    """

    def __init__(self, script: Script, *, tokens: int | None = 1000, port: int = 0) -> None:
        self.requests: list[Request] = []
        self.headers: list[dict[str, str]] = []
        self.counted: list[Request] = []
        self.tokens = tokens
        self.hung_up = 0
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
        if path.partition("?")[0] != "/v1/messages" and not path.endswith(INVOKED):
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
        is_framed = self.path.endswith(STREAMED)
        reply = self.messages.reply(self.path, request, headers)
        try:
            time.sleep(reply.delay_s)
            if reply.events is not None and (is_framed or request.get("stream")):
                self._stream(reply, is_framed=is_framed)
            else:
                self._begin(reply, "application/json", {"content-length": str(len(reply.body))})
                self._send(reply, reply.body, self.wfile.write)
        except (BrokenPipeError, ConnectionResetError):
            self.messages.hung_up += 1
            self.close_connection = True

    def _begin(self, reply: Reply, kind: str, headers: dict[str, str]) -> None:
        self.send_response(reply.status)
        own = {"content-type": kind, "request-id": f"req_{len(self.messages.requests)}"}
        for name, value in {**own, **headers, **reply.headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def _stream(self, reply: Reply, *, is_framed: bool) -> None:
        kind = "application/vnd.amazon.eventstream" if is_framed else "text/event-stream; charset=utf-8"
        self._begin(reply, kind, {"transfer-encoding": "chunked"})
        sent = map(framed if is_framed else server_sent, reply.events or ())
        if reply.is_whole:
            for event in sent:
                self._chunk(event)
        else:
            self._send(reply, b"".join(sent), self._chunk)
        if reply.cut == 1:
            self.wfile.write(b"0\r\n\r\n")

    def _chunk(self, piece: bytes) -> None:
        self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))

    def _send(self, reply: Reply, body: bytes, write: Callable[[bytes], Any]) -> None:
        body = body[: int(len(body) * reply.cut)]
        middle = len(body) // 2 if reply.silent_s else len(body)
        for piece in _pieces(body[:middle], reply.drip_s):
            write(piece)
        if reply.silent_s:
            self._wait(reply.silent_s)
        for piece in _pieces(body[middle:], reply.drip_s):
            write(piece)
        self.close_connection = self.close_connection or reply.cut < 1

    def _wait(self, seconds: float) -> None:
        """Say nothing; notice when the client hangs up."""
        self.connection.settimeout(seconds)
        try:
            if not self.connection.recv(1):
                raise BrokenPipeError
        except TimeoutError:
            pass
        finally:
            self.connection.settimeout(None)

    def handle(self) -> None:
        try:
            super().handle()
        except (BrokenPipeError, ConnectionResetError):
            pass  # the client had enough

    def log_message(self, format: str, *args: Any) -> None:
        pass


def _pieces(body: bytes, drip_s: float) -> Iterator[bytes]:
    size = 8 if drip_s else max(1, len(body))
    for start in range(0, len(body), size):
        yield body[start : start + size]
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
        """Write the request, wait for its answer; who asks for a stream gets pings meanwhile.

        An answer file is either the text of the answer as JSON (an object of the asked schema), or
        ``{"text": "...", "stop": "end_turn", "input_tokens": 1, "output_tokens": 1}``.
        """
        with self._lock:
            self._number += 1
            number = self._number
        text = json.dumps(request, ensure_ascii=False, indent=1)
        (self._folder / "requests" / f"{number}.json").write_text(text, encoding="utf-8")
        found = self._awaited(self._folder / "answers" / f"{number}.json", len(text))
        if request.get("stream"):
            return Reply(events=(event for reply in found for event in (reply.events if reply else [PING])))
        return next(filter(None, found))

    def _awaited(self, answer: Path, length: int) -> Iterator[Reply | None]:
        """None now and then, and at last the answer."""
        for turn in itertools.count(1):
            if answer.exists():
                try:
                    yield self._reply(json.loads(answer.read_text(encoding="utf-8")), length)
                    return
                except ValueError:
                    pass  # half written
            time.sleep(WAIT_S)
            if turn % PING_TURNS == 0:
                yield None

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
