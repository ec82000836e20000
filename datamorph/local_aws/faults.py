"""Errors on demand: a layer before moto that fails requests as services and networks do, and counts all of them.

``POST /local-aws/faults`` with ``{"when": "AWSGlue.StartJobRun", "code": "ThrottlingException", "times": 2}``
fails the next two such requests; with ``"is_done": true`` only their answers are lost, with ``"delay_s": 1`` they wait;
with ``"answer": {"Clusters": []}`` they are answered so, as by a listing that is behind.
``POST /local-aws/healed`` ends them all.
All words of ``when`` are in ``TARGET METHOD PATH``: an operation of a service with JSON requests, or such as
``GET /lake/``.
"""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, TypeAlias

from datamorph.local_aws.clock import CLOCK
from datamorph.local_aws.limits import LIMITS
from datamorph.local_aws.processes import RUNNING

StartResponse: TypeAlias = Callable[[str, list[tuple[str, str]]], Any]
Application: TypeAlias = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]
CONTROL = "/local-aws/"
_CONDITIONS = frozenset({"HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH"})


class Faults:
    """The layer; see the module."""

    def __init__(self, application: Application) -> None:
        self._application, self._lock = application, threading.Lock()
        # moto checks conditions and writes in two steps; AWS does both in one.
        self._one_at_a_time = threading.RLock()
        self._faults: list[dict[str, Any]] = []
        self._seen: Counter[str] = Counter()

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        path = str(environ.get("PATH_INFO", ""))
        if path.startswith(CONTROL):
            return self._control(path.removeprefix(CONTROL), environ, start_response)
        target = str(environ.get("HTTP_X_AMZ_TARGET", ""))
        if target.startswith("DynamoDB") or environ.keys() & _CONDITIONS:
            with self._one_at_a_time:
                return self._answered(environ, start_response, path, target)
        return self._answered(environ, start_response, path, target)

    def _answered(
        self, environ: dict[str, Any], start_response: StartResponse, path: str, target: str
    ) -> Iterable[bytes]:
        fault = self._fault(f"{target} {environ['REQUEST_METHOD']} {path}", target)
        if fault is None:
            return self._application(environ, start_response)
        if delay := float(fault.get("delay_s", 0)):
            time.sleep(delay)
            if not fault.get("code"):
                return self._application(environ, start_response)
        if "answer" in fault:
            _read(environ)
            return _told(fault["answer"], start_response)
        if fault.get("is_done"):
            list(self._application(environ, lambda *_: lambda _: None))
        else:
            _read(environ)
        return _failed(fault, is_xml=not target and not path.startswith("/applications"), start_response=start_response)

    def _fault(self, request: str, target: str) -> dict[str, Any] | None:
        with self._lock:
            self._seen[target or request.strip()] += 1
            for fault in self._faults:
                if fault["times"] > 0 and all(word in request for word in fault["when"].split()):
                    fault["times"] -= 1
                    return fault
        return None

    def _control(self, what: str, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        levers: dict[str, Callable[[str], Any]] = {
            "faults": self._add, "healed": self._heal, "seen": lambda _: dict(self._seen), "kill": _kill,
            "running": lambda _: sorted(RUNNING), "clock": partial(_set, CLOCK, float),
            "limits": partial(_set, LIMITS, int),
        }  # fmt: skip
        if what not in levers:
            start_response("404 Not Found", [])
            return [b""]
        return _told(levers[what](_read(environ).decode()), start_response)

    def _add(self, body: str) -> dict[str, Any]:
        with self._lock:
            self._faults.append({"times": 1, "status": 400, **json.loads(body)})
        return {}

    def _heal(self, _: str) -> dict[str, Any]:
        with self._lock:
            self._faults.clear()
        return {}


def _set(what: object, kind: type, body: str) -> dict[str, Any]:
    for name, value in json.loads(body).items():
        setattr(what, name, kind(value))
    return {}


def _kill(job_id: str) -> dict[str, Any]:
    found = RUNNING.get(job_id)
    if found:
        found.kill()
    return {"killed": found is not None}


def _told(answer: Any, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(answer).encode()]


def _read(environ: dict[str, Any]) -> bytes:
    length = int(environ.get("CONTENT_LENGTH") or 0)
    return environ["wsgi.input"].read(length) if length else b""


def _failed(fault: dict[str, Any], *, is_xml: bool, start_response: StartResponse) -> Iterable[bytes]:
    code, message = fault["code"], fault.get("message", "on demand")
    if is_xml:
        kind, text = "application/xml", f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    else:
        kind, text = "application/x-amz-json-1.1", json.dumps({"__type": code, "message": message, "Message": message})
    start_response(f"{fault['status']} {code}", [("Content-Type", kind), ("x-amzn-ErrorType", code)])
    return [text.encode()]
