"""Processes of jobs: what they are given, where their output goes, and how they end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from moto.core.exceptions import JsonRESTError
from moto.iam.models import iam_backends
from moto.logs.models import logs_backends
from moto.s3.models import s3_backends
from moto.sts.models import sts_backends

from datamorph.local_aws.clock import CLOCK

RUNTIME = Path(__file__).with_name("runtime.py")
LAST_WORDS = 400
PARTITION = "aws"
_PASSED_ON = ("PATH", "LANG", "LC_ALL")


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose job it is: an account in a region, with the endpoint that its processes speak to."""

    account: str
    region: str


@dataclass(slots=True)
class JobProcess:
    """A job that was ordered.

    Attributes:
        key: the job's id.
        argv: what ``runtime.py`` is told.
        files: URI to the name that it gets in the job's folder.
        logs: group and stream of its output; empty for none.
        role: ARN whose credentials it gets, where that role exists.
        timeout_minutes: it is ended then.
        began: called when it really runs.
        ended: called with what came of it.
    """

    key: str
    scope: Scope
    argv: Sequence[str]
    files: Mapping[str, str]
    began: Callable[[], None]
    ended: Callable[[Outcome], None]
    logs: tuple[str, str] = ("", "")
    role: str = ""
    timeout_minutes: float = 2880
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    is_stopped: bool = False
    process: subprocess.Popen[str] | None = None
    lines: list[str] = field(default_factory=list[str])
    is_timed_out: bool = False

    def start(self) -> None:
        """Run it in a thread of its own."""
        RUNNING[self.key] = self
        threading.Thread(target=self._run, daemon=True).start()

    def kill(self, number: int = signal.SIGKILL) -> None:
        """End all of its processes."""
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)

    def stop(self) -> None:
        """As its service stops it."""
        self.is_stopped = True
        self.kill(signal.SIGKILL)

    def _run(self) -> None:
        started = time.monotonic()
        code = 1
        try:
            with tempfile.TemporaryDirectory(prefix="datamorph_job_", ignore_cleanup_errors=True) as folder:
                self._wait()
                if not self.is_stopped:
                    started = time.monotonic()
                    code = self._execute(Path(folder))
        except (OSError, KeyError, JsonRESTError, ValueError) as error:
            self._say([f"{type(error).__name__}: {error}"])
        finally:
            RUNNING.pop(self.key, None)
            self.ended(Outcome(self, code, time.monotonic() - started))

    def _wait(self) -> None:
        deadline = time.monotonic() + CLOCK.start_s
        while time.monotonic() < deadline and not self.is_stopped:
            time.sleep(0.05)

    def _execute(self, folder: Path) -> int:
        for uri, name in self.files.items():
            (folder / name).write_bytes(read_object(self.scope, uri))
        self.began()
        self.process = subprocess.Popen(  # noqa: S603 (what the caller asked its own AWS to run)
            [sys.executable, str(RUNTIME), *(part.replace("{folder}", str(folder)) for part in self.argv)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
            cwd=folder, start_new_session=True, env=self._environment(folder),
        )  # fmt: skip
        if self.is_stopped:
            self.kill()
        timer = threading.Timer(self.timeout_minutes * CLOCK.minute_s, self._time_out)
        timer.daemon = True
        timer.start()
        try:
            for line in self.process.stdout or ():
                self._say([line.rstrip("\n")])
            return self.process.wait()
        finally:
            timer.cancel()
            self.kill()

    def _time_out(self) -> None:
        self.is_timed_out = True
        self.kill()

    def _say(self, lines: list[str]) -> None:
        self.lines += lines
        if self.logs[0]:
            write_log(self.scope, *self.logs, lines)

    def _environment(self, folder: Path) -> dict[str, str]:
        found = find_spec("pyspark")
        return {
            **{name: os.environ[name] for name in _PASSED_ON if name in os.environ},
            "HOME": str(folder),
            "TMPDIR": str(folder),
            "TZ": "UTC",
            "RUST_LOG": "error",
            "SPARK_HOME": str(Path(found.origin).parent) if found and found.origin else "",
            "PYTHONPATH": os.pathsep.join(str(folder / name) for name in self.files.values()),
            "AWS_ENDPOINT_URL": ENDPOINT.url,
            "AWS_ENDPOINT": ENDPOINT.url,
            "AWS_ALLOW_HTTP": "true",
            "AWS_REGION": self.scope.region,
            "AWS_DEFAULT_REGION": self.scope.region,
            **_credentials(self.scope, self.role),
            **self.environment,
        }


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a job's process ended."""

    job: JobProcess
    code: int
    seconds: float

    @property
    def is_good(self) -> bool:
        """It went well to its end."""
        return self.code == 0 and not self.job.is_stopped and not self.job.is_timed_out

    @property
    def last_words(self) -> str:
        """The last line that it wrote; what a killed one's machine would say."""
        if self.code < 0:
            return f"Command failed with exit code {128 - self.code}"
        lines = [line for line in self.job.lines if line.strip()]
        return (lines or [f"exit code {self.code}"])[-1][:LAST_WORDS]


class Endpoint:
    """Where this AWS is served."""

    url = ""


ENDPOINT = Endpoint()
RUNNING: dict[str, JobProcess] = {}
_LOG_LOCK = threading.Lock()


def end_all() -> None:
    """End every job."""
    for job in list(RUNNING.values()):
        job.stop()


def read_object(scope: Scope, uri: str) -> bytes:
    """An object of this AWS's S3."""
    parts = urlsplit(uri)
    found = s3_backends[scope.account][PARTITION].get_object(parts.netloc, parts.path.lstrip("/"))
    if found is None:
        raise KeyError(f"there is no object {uri}")
    return found.value


def write_object(scope: Scope, uri: str, content: bytes) -> None:
    """Write to this AWS's S3."""
    parts = urlsplit(uri)
    s3_backends[scope.account][PARTITION].put_object(parts.netloc, parts.path.lstrip("/"), content)


def write_log(scope: Scope, group: str, stream: str, lines: Sequence[str]) -> None:
    """Add lines to CloudWatch Logs; group and stream are made where they are missing."""
    backend = logs_backends[scope.account][scope.region]
    with _LOG_LOCK:
        if group not in backend.groups:
            backend.create_log_group(group, {})
        if stream not in backend.groups[group].streams:
            backend.create_log_stream(group, stream)
        now = int(time.time() * 1000)
        events = [{"timestamp": now, "message": line} for line in lines if line]
        if events:
            backend.groups[group].streams[stream].put_log_events(events)


def _credentials(scope: Scope, role: str) -> dict[str, str]:
    """Those of the role, where it exists; else some that everything accepts while IAM is not enforced."""
    known = [found.arn for found in iam_backends[scope.account][PARTITION].get_roles()]
    if role not in known:
        return {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    assumed = sts_backends[scope.account][PARTITION].assume_role(
        region_name=scope.region, role_session_name="job", role_arn=role, policy="", duration=3600, external_id=""
    )
    return {
        "AWS_ACCESS_KEY_ID": assumed.access_key_id,
        "AWS_SECRET_ACCESS_KEY": assumed.secret_access_key,
        "AWS_SESSION_TOKEN": assumed.session_token,
    }
