"""Exchanges as files that people can read, and a language model that answers from them.

One file a call, ``<hash of the request>.json``. Long texts are lists of lines; the instructions, which are the same in
every request, stand once in a file of their own.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import uuid4

from datamorph.core.cost import TokenUsage
from datamorph.core.language_model import Exchange, ModelRequest
from datamorph.errors import LanguageModelError
from datamorph.ports import LanguageModel


class RecordingModel:
    """LanguageModel port that keeps what another one answers.

    Args:
        folder: made at the first exchange.
    """

    def __init__(self, inner: LanguageModel, folder: Path) -> None:
        self.name, self.model = inner.name, inner.model
        self._inner, self._folder = inner, folder

    def count_tokens(self, request: ModelRequest) -> int:
        """See LanguageModel.count_tokens."""
        return self._inner.count_tokens(request)

    def complete(self, request: ModelRequest) -> Exchange:
        """See LanguageModel.complete."""
        found = self._inner.complete(request)
        with contextlib.suppress(OSError):  # a full disk loses the record, not the answer that was paid for
            write_exchange(self._folder, self.model, request, found)
        return found


class ReplayModel:
    """LanguageModel port over recorded exchanges; an unknown request is an error, never a call."""

    name = "replay"

    def __init__(self, folder: Path, *, model: str) -> None:
        self.model = model
        self._folder = folder

    def count_tokens(self, request: ModelRequest) -> int:
        """See LanguageModel.count_tokens."""
        return self._read(request).usage.prompt

    def complete(self, request: ModelRequest) -> Exchange:
        """See LanguageModel.complete."""
        return self._read(request)

    def _read(self, request: ModelRequest) -> Exchange:
        file = self._folder / f"{request.key(self.model)}.json"
        try:
            answer = json.loads(file.read_text(encoding="utf-8"))["answer"]
            usage = TokenUsage(**answer["usage"])
            return Exchange("\n".join(answer["text"]), answer["stop"], usage, str(answer["request_id"]))
        except FileNotFoundError as error:
            raise LanguageModelError(
                f"no exchange is recorded for this request: {file.name}",
                fix="record it with planner = anthropic, and check llm_model and llm_recordings",
            ) from error
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise LanguageModelError(
                f"{file.name} is no recorded exchange: {error!r:.200}", fix="record it anew"
            ) from error


def write_exchange(folder: Path, model: str, request: ModelRequest, found: Exchange) -> Path:
    """Keep one exchange; the same one again changes nothing."""
    system = hashlib.sha256(request.system.encode()).hexdigest()[:16]
    document: dict[str, Any] = {
        "model": model,
        "system": f"system-{system}.txt",
        "messages": [{"role": message.role, "text": message.text.split("\n")} for message in request.messages],
        "max_tokens": request.max_tokens,
        "effort": request.effort,
        "answer": {
            "text": found.text.split("\n"),
            "stop": found.stop,
            "usage": asdict(found.usage),
            "request_id": found.request_id,
        },
    }
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / document["system"], request.system)
    file = folder / f"{request.key(model)}.json"
    write_whole(file, json.dumps(document, ensure_ascii=False, indent=1) + "\n")
    return file


def write_whole(file: Path, text: str) -> None:
    """Write a file that a reader sees whole or not at all."""
    draft = file.with_name(f".{file.name}.{uuid4().hex[:8]}")
    draft.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")
    os.replace(draft, file)  # noqa: PTH105 (atomic)
