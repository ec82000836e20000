"""Pipelines on S3, each one readable object, ``PREFIX/NAME.yaml``: its spec, and the code that was compiled from it.

One object is written at once and read at once, so a reader sees all of one version. Writing depends on what was read
(``If-Match``), so two writers never lose what the other one wrote. The bucket's versioning keeps earlier versions.
"""

# botocore has no type stubs.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cached_property
from typing import Any, cast

import boto3
import yaml
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from datamorph.core.spec import parse_spec
from datamorph.core.table import NAME
from datamorph.errors import LakeError, NotFoundError, PublishConflictError, SpecError
from datamorph.ports import Pipeline

SPEC, TRANSFORM, QUERY, PLAN, COMPILED, EDITED = "spec", "transform", "query", "plan", "compiled", "edited"
TEXTS = (SPEC, TRANSFORM, QUERY)
ENDING = ".yaml"
HEADER = "# spec is what runs; transform and query are compiled from it, by: datamorph run --spec FILE\n"
ATTEMPTS, PAUSE_S = 30, 0.02
LOOK_S = 3.0
CONNECT_S, READ_S, TRIES = 10, 60, 5
_GONE = ("NoSuchKey", "404", "NotFound")
_TAKEN = ("PreconditionFailed", "412", "ConditionalRequestConflict", "409", *_GONE)
_DENIED = ("AccessDenied", "403", "Forbidden")


@dataclass(frozen=True, slots=True)
class PipelinesPlace:
    """Where they lie.

    Attributes:
        root: ``s3://bucket/prefix``.
        region: None for that of the environment.
        endpoint: of S3, where it is not AWS's own.
        kms_key: encrypts what is written; empty for the bucket's own rule.
    """

    root: str
    region: str | None = None
    endpoint: str | None = None
    kms_key: str = ""


class S3Pipelines:
    """PipelineStore port over a prefix on S3."""

    def __init__(self, place: PipelinesPlace) -> None:
        self._place = place
        self._bucket, _, prefix = place.root.removeprefix("s3://").partition("/")
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._encryption = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": place.kms_key} if place.kms_key else {}
        self._version, self._look_at = "", 0.0

    def save(self, pipeline: Pipeline) -> Pipeline:
        """See PipelineStore.save.

        Raises:
            PublishConflictError: others kept writing it.
        """
        name, spec = pipeline.spec.name, pipeline.spec.to_yaml()
        for attempt in range(ATTEMPTS):
            found = self._read(name)
            earlier, tag = found if found else (dict[str, Any](), "")
            document = _document(pipeline, spec, earlier)
            if document == earlier or self._write(name, document, tag):
                return replace(pipeline, folder=self._uri(name), document=spec)
            time.sleep(random.uniform(0, PAUSE_S * (attempt + 1)))  # noqa: S311 (a pause)
        raise PublishConflictError(f"others kept writing {self._uri(name)}", fix="try again when they are done")

    def load(self, name: str) -> Pipeline:
        """See PipelineStore.load."""
        found = self._read(name) if NAME.fullmatch(name) else None
        if found is None:
            raise self._not_found(name)
        document, uri = found[0], self._uri(name)
        missing = [field for field in TEXTS if not isinstance(document.get(field), str)]
        if missing:
            raise SpecError(f"{uri} has no {missing[0]}", fix="write it, or compile it again: datamorph run --spec FILE")
        for field in _edited(document):
            raise SpecError(
                f"{field} of {uri} was edited by hand, but its spec is what runs",
                fix="save its spec as a file, say it there, by a python step where no other step does, then: datamorph "
                f"run --spec FILE (it keeps your edit, below {EDITED}:)",
            )
        spec = parse_spec(document[SPEC], origin=f"spec of {uri}")
        if spec.name != name:
            raise SpecError(f"the spec of {uri} is named {spec.name!r}", fix=f"write name: {name} into it")
        plan = str(document.get(PLAN, ""))
        return Pipeline(spec, document[TRANSFORM], document[QUERY], uri, document[SPEC], plan)

    def names(self) -> Sequence[str]:
        """See PipelineStore.names."""
        return sorted(self._tags())

    def version(self) -> str:
        """See PipelineStore.version. Asked again within seconds, it is that of before: each look is paid for."""
        now = time.monotonic()
        if now >= self._look_at:
            tags = sorted(self._tags().items())
            self._version, self._look_at = hashlib.sha256(repr(tags).encode()).hexdigest()[:12], now + LOOK_S
        return self._version

    def _tags(self) -> dict[str, str]:
        """The tag of each pipeline's object, by its name."""
        with self._telling("s3:ListBucket"):
            pages = self._s3.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=self._prefix, Delimiter="/"
            )
            tags = {str(entry["Key"]): str(entry["ETag"]) for page in pages for entry in page.get("Contents", ())}
        found = {key.removeprefix(self._prefix).removesuffix(ENDING): key for key in tags if key.endswith(ENDING)}
        return {name: tags[key] for name, key in found.items() if NAME.fullmatch(name)}

    def remove(self, name: str) -> None:
        """See PipelineStore.remove.

        Raises:
            NotFoundError: no such pipeline.
        """
        if name not in self.names():
            raise self._not_found(name)
        with self._telling("s3:DeleteObject"):
            self._s3.delete_object(Bucket=self._bucket, Key=self._key(name))
        self._look_at = 0.0

    def _not_found(self, name: str) -> NotFoundError:
        near = get_close_matches(name, self.names(), cutoff=0.5)
        fix = f"did you mean {' or '.join(near)}?" if near else "list the pipelines: datamorph pipelines"
        return NotFoundError(f"there is no pipeline {name!r}", fix=fix)

    def _key(self, name: str) -> str:
        return f"{self._prefix}{name}{ENDING}"

    def _uri(self, name: str) -> str:
        return f"s3://{self._bucket}/{self._key(name)}"

    def _read(self, name: str) -> tuple[dict[str, Any], str] | None:
        """The document and its tag; None where there is none.

        Raises:
            SpecError: it is no YAML of a pipeline.
        """
        with self._telling("s3:GetObject"):
            try:
                found = self._s3.get_object(Bucket=self._bucket, Key=self._key(name))
                content = found["Body"].read()
            except ClientError as error:
                if _code(error) in _GONE:
                    return None
                raise
        try:
            document: object = yaml.load(content.decode(), Loader=_LOADER)  # noqa: S506 (a safe loader)
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise SpecError(f"{self._uri(name)} cannot be read: {error}", fix="restore an earlier version") from error
        if not isinstance(document, dict):
            raise SpecError(f"{self._uri(name)} holds no pipeline", fix="restore an earlier version")
        return cast("dict[str, Any]", document), str(found["ETag"])

    def _write(self, name: str, document: Mapping[str, Any], tag: str) -> bool:
        """Write it unless it has changed since it had that tag, or was made where it had none."""
        body = HEADER + yaml.dump(dict(document), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
        condition = {"IfMatch": tag} if tag else {"IfNoneMatch": "*"}
        with self._telling("s3:PutObject"):
            try:
                self._s3.put_object(
                    Bucket=self._bucket, Key=self._key(name), Body=body.encode(), ContentType="text/yaml; charset=utf-8",
                    **condition, **self._encryption,
                )  # fmt: skip
            except ClientError as error:
                if _code(error) in _TAKEN:
                    return False
                raise
        self._look_at = 0.0
        return True

    @contextmanager
    def _telling(self, permission: str) -> Generator[None]:
        try:
            yield
        except ClientError as error:
            code = _code(error)
            fix = "check the setting pipelines, aws_region and the credentials"
            if code in _DENIED:
                fix = f"grant {permission} on {self._place.root}/*: datamorph aws-policy orchestrator"
            raise LakeError(f"pipelines at {self._place.root} cannot be used: {code}: {error}", fix=fix) from error
        except BotoCoreError as error:
            found = LakeError(f"pipelines at {self._place.root} are not reached: {error}",
                              fix="look at aws_region, aws_endpoint, the network and the credentials")  # fmt: skip
            found.retryable = True
            raise found from error

    @cached_property
    def _s3(self) -> Any:
        retries: Any = {"mode": "standard", "total_max_attempts": TRIES}
        config = Config(retries=retries, connect_timeout=CONNECT_S, read_timeout=READ_S)
        return boto3.client(  # pyright: ignore
            "s3", region_name=self._place.region, endpoint_url=self._place.endpoint, config=config
        )


class _Dumper(yaml.SafeDumper):
    """Texts of several lines stand as they are."""


def _represent(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _represent)
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _document(pipeline: Pipeline, spec: str, earlier: Mapping[str, Any]) -> dict[str, Any]:
    """What to write; what people added, or edited in compiled code, stays."""
    texts = {SPEC: spec, TRANSFORM: pipeline.transform, QUERY: pipeline.query}
    plan = pipeline.plan or earlier.get(PLAN, "")
    edited = {**earlier.get(EDITED, {}), **{field: earlier[field] for field in _edited(earlier)}}
    return {
        **texts,
        **({PLAN: plan} if plan else {}),
        COMPILED: {field: _digest(texts[field]) for field in (TRANSFORM, QUERY)},
        **({EDITED: edited} if edited else {}),
        **{field: value for field, value in earlier.items() if field not in (*TEXTS, PLAN, COMPILED, EDITED)},
    }


def _edited(document: Mapping[str, Any]) -> list[str]:
    """Compiled texts that are not as they were compiled; none where that is not known."""
    compiled: object = document.get(COMPILED)
    digests = cast("dict[str, Any]", compiled) if isinstance(compiled, dict) else {}
    return [
        field
        for field in (TRANSFORM, QUERY)
        if field in digests and isinstance(document.get(field), str) and _digest(document[field]) != digests[field]
    ]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
