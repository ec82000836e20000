"""Claude through Anthropic's own API, or whatever speaks its protocol at another address."""

from __future__ import annotations

from anthropic import Anthropic, DefaultHttpxClient

from datamorph.adapters.llm.deadline import Deadline, watch
from datamorph.adapters.llm.messages import MessagesModel, Patience
from datamorph.core.language_model import Structure
from datamorph.errors import LanguageModelError

NO_KEY = "none"
"""What a local server without keys is sent."""


def open_anthropic(
    *,
    model: str,
    api_key: str | None,
    base_url: str | None,
    timeout_s: float,
    silence_s: float,
    retries: int,
    structure: Structure = "schema",
) -> MessagesModel:
    """Open the API; nothing is sent yet.

    Raises:
        LanguageModelError: there is no key, and no other address that might not need one.
    """
    if not api_key and not base_url:
        raise LanguageModelError(
            "ANTHROPIC_API_KEY is not set", fix="export ANTHROPIC_API_KEY=..., or set llm_base_url to a local server"
        )
    client = Anthropic(
        api_key=api_key or NO_KEY,
        base_url=base_url or "https://api.anthropic.com",
        max_retries=0,
        http_client=DefaultHttpxClient(event_hooks={"response": [watch]}),
    )
    patience = Patience(Deadline(), timeout_s, silence_s, retries)
    return MessagesModel(
        client, name="anthropic", model=model, patience=patience, structure=structure, secret=api_key or ""
    )
