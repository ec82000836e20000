"""A proxy in front of AWS on loopback: it fails as networks and services do, and locks tables as Glue does.

moto takes every UpdateTable, whatever VersionId it names; Glue refuses all but the current one. The proxy does that.
"""

from __future__ import annotations

import http.client
import json
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

KEY = re.compile(rb"<Contents>.*?</Contents>", re.DOTALL)
SLOW_S = 0.4


class FaultyAws(ThreadingHTTPServer):
    """The proxy; ``rate`` is the share of requests that go wrong."""

    daemon_threads = True

    def __init__(self, target: str, *, seed: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.target, self.rate = urlsplit(target).netloc, 0.0
        self.seen: Counter[str] = Counter()
        self.glue = threading.Lock()
        self._random, self._mutex = random.Random(seed), threading.Lock()  # noqa: S311

    def handle_error(self, *_: object) -> None:
        """Clients that are killed leave their connections: nothing to tell."""

    def fault(self, kinds: tuple[str, ...]) -> str:
        """What goes wrong with this request; mostly nothing."""
        with self._mutex:
            found = self._random.choice(kinds) if self._random.random() < self.rate else ""
            self.seen[found] += 1
            return found


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: FaultyAws

    def _handle(self) -> None:
        body = self._body()
        is_listing = self.command == "GET" and "list-type=2" in self.path
        kinds = ("truncated list",) if is_listing else ("500", "lost answer", "slow", "no answer")
        fault = self.server.fault(kinds)
        if fault == "500":
            self._answer(500, {"Content-Type": "application/xml"}, b"<Error><Code>InternalError</Code></Error>")
            return
        if fault == "no answer":
            self.close_connection = True
            return
        if fault == "slow":
            time.sleep(SLOW_S)
        status, headers, content = self._forward(body)
        if fault == "lost answer":
            self.close_connection = True
            return
        if fault == "truncated list":
            keys = KEY.findall(content)
            for key in keys[len(keys) // 2 :]:
                content = content.replace(key, b"")
        self._answer(status, headers, content)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = list[bytes]()
        while size := int(self.rfile.readline().split(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass  # trailers
        return b"".join(parts)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _handle

    def _forward(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        if self.headers.get("X-Amz-Target") != "AWSGlue.UpdateTable":
            return self._ask(body)
        with self.server.glue:
            wanted = json.loads(body)
            asked = json.dumps({"DatabaseName": wanted["DatabaseName"], "Name": wanted["TableInput"]["Name"]}).encode()
            target = {"x-amz-target": "AWSGlue.GetTable", "content-length": str(len(asked))}
            _, _, found = self._ask(asked, **target)
            if json.loads(found).get("Table", {}).get("VersionId") != wanted.get("VersionId"):
                kind = "ConcurrentModificationException"
                content = json.dumps({"__type": kind, "Message": "not the current version"}).encode()
                return 400, {"Content-Type": "application/x-amz-json-1.1", "x-amzn-ErrorType": kind}, content
            return self._ask(body)

    def _ask(self, body: bytes, **changed: str) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection(self.server.target, timeout=30)
        known = {name.lower(): value for name, value in self.headers.items() if name.lower() != "expect"}
        headers = {**known, **changed, "connection": "close"}
        is_chunked = "transfer-encoding" in headers
        connection.request(self.command, self.path, iter([body]) if is_chunked else body, headers,
                           encode_chunked=is_chunked)  # fmt: skip
        response = connection.getresponse()
        content = response.read()
        connection.close()
        return response.status, dict(response.getheaders()), content

    def _answer(self, status: int, headers: dict[str, str], content: bytes) -> None:
        skipped = ("content-length", "connection", "transfer-encoding", "server", "date")
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() not in skipped:
                self.send_header(name, value)
        length = headers.get("Content-Length") if self.command == "HEAD" else str(len(content))
        self.send_header("Content-Length", length or "0")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Silence: thousands of requests."""


@contextmanager
def faulty(target: str, *, seed: int) -> Generator[FaultyAws]:
    """A proxy that is served until the end of the block."""
    server = FaultyAws(target, seed=seed)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
