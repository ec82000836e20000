"""What goes to a language model and what comes back, in no vendor's terms."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from datamorph.core.cost import TokenUsage

Stop: TypeAlias = Literal["end", "length", "refusal"]
Structure: TypeAlias = Literal["schema", "tool"]
"""How an answer of a certain shape is asked for: by the schema of the answer, or as the arguments of a tool."""


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation."""

    role: Literal["user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """One call.

    Attributes:
        system: the part that is the same for every prompt; providers keep it in their cache.
        messages: the conversation; the last one is the user's.
        schema: JSON Schema of the answer.
        max_tokens: longest answer, reasoning included.
        effort: how hard to think, in the provider's words; empty for its default.
    """

    system: str
    messages: tuple[Message, ...]
    schema: Mapping[str, Any] = field(default_factory=dict[str, Any])
    max_tokens: int = 16_000
    effort: str = ""

    def key(self, model: str) -> str:
        """Hash of everything that decides the answer."""
        turns = [[message.role, message.text] for message in self.messages]
        parts = [model, self.system, turns, dict(self.schema), self.max_tokens, self.effort]
        text = json.dumps(parts, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class FailedTry:
    """A try of one call that gave no answer.

    Attributes:
        request_id: the provider's, where it gave one.
        may_be_charged: the provider may have done the work: the connection broke or the time was up.
    """

    problem: str
    request_id: str = ""
    may_be_charged: bool = False


@dataclass(frozen=True, slots=True)
class Exchange:
    """An answer with its price and its path.

    Attributes:
        text: the answer, as written.
        stop: why it ends: it was complete, too long, or the model declined.
        request_id: the provider's, for its support.
        failed: tries before this one.
    """

    text: str
    stop: Stop
    usage: TokenUsage
    request_id: str = ""
    seconds: float = 0.0
    failed: tuple[FailedTry, ...] = ()
