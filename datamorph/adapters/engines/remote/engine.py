"""The Engine port over a service that runs jobs elsewhere: order, follow, stop, take over."""

# botocore has no type stubs.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

from botocore.exceptions import BotoCoreError, ClientError
from dagster_pipes import encode_param

from datamorph.adapters.engines.process import first_lines, pipes_context, staged_output
from datamorph.adapters.engines.remote import claim as claims
from datamorph.adapters.engines.remote.claim import Claim, Record
from datamorph.adapters.engines.remote.clients import Clients
from datamorph.adapters.engines.remote.doubts import Doubts
from datamorph.adapters.engines.remote.failures import NoRoomError, is_full_told, job_failed, may_pass, no_room, told
from datamorph.adapters.engines.remote.following import Following, Pace
from datamorph.adapters.engines.remote.logs import LogTail
from datamorph.adapters.engines.remote.options import AwsOptions
from datamorph.adapters.engines.remote.ordering import Ordering, next_attempt
from datamorph.adapters.engines.remote.room import Room
from datamorph.adapters.engines.remote.service import JobOrder, JobService, JobState, Phase
from datamorph.adapters.engines.remote.store import JobStore
from datamorph.errors import EngineError
from datamorph.ports import Report, StagedOutput, TransformJob

STOP_WAIT_S = 120.0
LEAST_S = 60.0
"""No job is stopped earlier because of its cost."""
PATIENCE_S = 300.0
"""So long a service may give no answer while its job goes on."""


@dataclass(frozen=True, slots=True)
class _Work:
    """What a run wants done, as a job reads it."""

    job: TransformJob
    inputs: Mapping[str, list[str]]
    input_bytes: int

    @property
    def digest(self) -> str:
        """The same for the same work, whatever run wants it."""
        columns = {column.name: column.type for column in self.job.columns}
        text = json.dumps([self.job.code, self.inputs, columns], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:32]


class RemoteEngine:
    """Engine port over a service.

    Args:
        options: ``jobs`` is where job files go.
    """

    def __init__(self, service: JobService, clients: Clients, options: AwsOptions) -> None:
        self.name = service.name
        self._service, self._clients, self._options = service, clients, options
        self._store = JobStore(clients("s3"), options.jobs, kms_key=options.kms_key)
        self._doubts = Doubts(service, clients("s3"), self._store)

    def prepare(self) -> None:
        """See Engine.prepare: machines of AWS are not rented ahead of a job."""

    def release(self) -> None:
        """See Engine.release."""

    def run(self, job: TransformJob, report: Report) -> StagedOutput:
        """See Engine.run. An end from outside (Ctrl-C, cancellation) stops the job before it goes on.

        Raises:
            SettingsError: the service does not know what the settings name.
        """
        started = time.monotonic()
        with told(self.name):
            size = sum(table.bytes for table in job.inputs.values())
            work = _Work(job, self._store.inputs(job.inputs), size)
            self._doubts.settle()
            claim = self._claimed(work, report)
            try:
                columns, record = self._done(work, claim, report)
            finally:
                self._doubts.look_again()
            output = self._fetched(job, record, columns, time.monotonic() - started)
            claim.release()
        return output

    def _claimed(self, work: _Work, report: Report) -> Claim:
        nonce, job = uuid4().hex[:16], work.job
        into = job.into_uri or f"{self._store.root}/outputs/{job.run_id}-{nonce[:6]}"
        record = Record(job.run_id, nonce, into, f"{self._store.root}/runs/{job.run_id}-{nonce[:6]}")
        return claims.take(
            self._clients("s3"), f"{self._store.root}/claims/{work.digest}.json", record,
            lease_s=self._options.lease_s, encryption=self._store.encryption,
            waiting=lambda run_id: report("waiting", {"for_run": run_id}),
        )  # fmt: skip

    def _done(self, work: _Work, claim: Claim, report: Report) -> tuple[dict[str, str], Record]:
        """Run the job, again where a failure may pass; the columns that it wrote.

        What an attempt has taken counts against what the run may be billed: the next one may take the rest.
        """
        room = Room(self.name, work.job.timeout_s, report)
        while True:
            job_id, is_found = self._started(work, claim, room)
            began = time.monotonic()
            try:
                columns = self._followed(work, claim, (job_id, is_found), report)
                return columns, claim.record
            except claims.ClaimLostError:
                raise
            except NoRoomError as error:
                _await_room(claim, room, error)
            except EngineError as error:
                record, left_s = claim.record, work.job.billed_s - (time.monotonic() - began)
                is_last = record.attempt - record.uncounted >= self._options.attempts
                if not error.retryable or is_last or left_s <= self._service.start_s:
                    claim.release()
                    raise
                report("retry", {"because": error.problem})
                claim.write(next_attempt(record))
                work = replace(work, job=replace(work.job, billed_s=left_s))

    def _started(self, work: _Work, claim: Claim, room: Room) -> tuple[str, bool]:
        """The claim's job, and whether it ran already; an order that is interrupted is taken back."""
        record = claim.record
        found = record.job_id or (self._service.find(record.order) if claim.is_taken_over else None)
        if found:
            return found, True
        ordering = Ordering(self._service, self._doubts, unclear_s=self._options.unclear_s)
        try:
            return ordering.place(claim, room, lambda wanted: self._order(work, wanted)), False
        except Exception:
            raise
        except BaseException:
            ordering.take_back(claim, lambda job_id: self._end(claim, job_id))
            raise

    def _order(self, work: _Work, record: Record) -> JobOrder:
        context, job = f"{record.folder}/context.json", work.job
        self._store.put(context, pipes_context(job, work.inputs, record.into))
        return JobOrder(
            token=record.order,
            script=self._store.script,
            modules=self._store.modules,
            arguments=_arguments(context, f"{record.folder}/messages", self._options.kms_key),
            input_bytes=work.input_bytes,
            timeout_s=self._limit_s(job),
        )

    def _limit_s(self, job: TransformJob) -> float:
        """So long a job may work: what may be billed, less about what its start is billed."""
        return min(job.timeout_s, max(LEAST_S, job.billed_s - self._service.start_s))

    def _followed(self, work: _Work, claim: Claim, job: tuple[str, bool], report: Report) -> dict[str, str]:
        """What the job wrote; from here on, whatever ends this process's interest ends the job."""
        record, (job_id, is_found) = claim.record, job
        tail = LogTail(self._clients("logs"), self._service.log(job_id))
        following = Following(self._store, f"{record.folder}/messages", tail, report)
        try:
            if job_id != record.job_id:
                claim.write(replace(record, job_id=job_id))
            if is_found:
                report("re-attached", {"job_id": job_id, "run_id": record.run_id})
            else:
                report("submitted", {"engine": self.name, "job_id": job_id})
            state = self._awaited(work, claim, job_id, following)
        except (ClientError, BotoCoreError, claims.ClaimLostError):
            raise  # it goes on without us, and whoever has this work next finds it by the claim
        except BaseException:
            self._end(claim, job_id, report)
            raise
        is_done = state.phase is Phase.SUCCEEDED and following.is_closed and not following.failure
        error = None if is_done else self._failed(state, job_id, following)
        if state.usage and not isinstance(error, NoRoomError):  # what got no machine costs nothing
            report("usage", {"engine": self.name, **state.usage})
        if error is not None:
            raise error
        return following.columns

    def _awaited(self, work: _Work, claim: Claim, job_id: str, following: Following) -> JobState:
        """Follow a job to its end.

        Raises:
            EngineError: it takes too long, or costs too much; AWS gave no answer for long.
        """
        pace, deadline, answered, limit_s = Pace(), 0.0, time.monotonic(), self._limit_s(work.job)
        while True:
            try:
                state = self._service.state(job_id)
                following.read(state)
                claim.renew()
                self._doubts.look()
                answered = time.monotonic()
            except (ClientError, BotoCoreError) as error:
                if not may_pass(error) or time.monotonic() - answered > PATIENCE_S:
                    raise
                time.sleep(pace.next_s())
                continue
            if state.is_over:
                following.finish(state)
                return state
            if state.billed_s > work.job.billed_s:
                raise _too_dear(work.job.billed_s)
            if state.phase is Phase.RUNNING:
                deadline = deadline or time.monotonic() + limit_s
                if time.monotonic() > deadline:
                    raise _too_long(limit_s)
            time.sleep(pace.next_s())

    def _end(self, claim: Claim, job_id: str, report: Report | None = None) -> None:
        """Stop a job and see it stopped, with what it has used; the claim is given up with it."""
        deadline = time.monotonic() + STOP_WAIT_S
        with suppress(ClientError, BotoCoreError):
            self._service.stop(job_id)
            while not (state := self._service.state(job_id)).is_over and time.monotonic() < deadline:
                time.sleep(0.2)
            if report and state.usage:
                report("usage", {"engine": self.name, **state.usage})
            claim.release()

    def _failed(self, state: JobState, job_id: str, following: Following) -> EngineError:
        if state.phase is Phase.TIMED_OUT:
            return job_failed(self.name, job_id, f"{self.name} stopped it at its timeout", retryable=False)
        if state.phase is Phase.STOPPED:
            message = f"somebody stopped job {job_id}: {state.message or state.told}"
            return job_failed(self.name, job_id, message, retryable=False)
        if not following.has_spoken and is_full_told(state.message):
            return no_room(f"{self.name}: {state.message}")
        own = str(following.failure.get("message") or "").strip()
        if own:
            return job_failed(self.name, job_id, first_lines(own))
        if state.phase is Phase.SUCCEEDED:
            return job_failed(self.name, job_id, "it ended well, but its last message did not arrive", retryable=True)
        return job_failed(self.name, job_id, first_lines(state.message or "\n".join(following.lines[-3:])))

    def _fetched(self, job: TransformJob, record: Record, columns: Mapping[str, str], seconds: float) -> StagedOutput:
        """The job's files on this machine too, where they are audited."""
        into, uris = Path(job.into), dict[str, str]()
        into.mkdir(parents=True, exist_ok=True)
        for uri, _ in self._store.outputs(record.into):
            self._store.encrypt(uri)
            local = into / uri.rpartition("/")[2]
            self._store.download(uri, local)
            uris[str(local)] = uri
        staged = staged_output(job, columns, seconds)
        return replace(staged, uris=uris) if job.into_uri else staged


def _await_room(claim: Claim, room: Room, error: NoRoomError) -> None:
    """Wait after a job that ended before it began; no job runs, so the claim is given up with the wait."""
    if not room.has_time:
        claim.release()
        raise room.over(error.problem) from error
    try:
        room.wait(claim, error.problem)
    except Exception:
        raise
    except BaseException:
        claim.release()
        raise
    claim.write(next_attempt(claim.record, is_counted=False))


def _arguments(context: str, messages: str, kms_key: str) -> list[str]:
    bucket, _, key = context.removeprefix("s3://").partition("/")
    prefix = messages.removeprefix("s3://").partition("/")[2]
    place = {"bucket": bucket, "key_prefix": prefix, **({"kms_key": kms_key} if kms_key else {})}
    return [
        "--dagster-pipes-context", encode_param({"bucket": bucket, "key": key}),
        "--dagster-pipes-messages", encode_param(place),
    ]  # fmt: skip


def _too_long(timeout_s: float) -> EngineError:
    return EngineError(
        f"the transform ran longer than {timeout_s:.0f} s and was stopped",
        fix="raise DATAMORPH_ENGINE_TIMEOUT_S, or filter earlier",
    )


def _too_dear(billed_s: float) -> EngineError:
    return EngineError(
        f"after {billed_s:.0f} s, start included, the job has cost engine_usd_per_run and was stopped",
        fix="raise engine_usd_per_run, or choose another --engine",
    )
