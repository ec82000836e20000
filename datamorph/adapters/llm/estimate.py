"""How long a request is where the provider does not count it."""

from __future__ import annotations

import json
import math

from datamorph.core.language_model import ModelRequest

BYTES_PER_TOKEN = 2.5
"""Fewer than in English and in JSON, so that an estimate errs upward."""


def estimate_tokens(request: ModelRequest) -> int:
    """Tokens of a request, more rather than fewer."""
    texts = [request.system, *(message.text for message in request.messages), json.dumps(dict(request.schema))]
    return math.ceil(sum(len(text.encode("utf-8", "replace")) for text in texts) / BYTES_PER_TOKEN)
