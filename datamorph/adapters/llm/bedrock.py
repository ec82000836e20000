"""Claude on Amazon Bedrock; credentials and region are found as boto3 finds them."""

from __future__ import annotations

from anthropic import DefaultHttpxClient
from anthropic.lib.bedrock import AnthropicBedrock

from datamorph.adapters.llm.deadline import Deadline, watch
from datamorph.adapters.llm.messages import MessagesModel, Patience
from datamorph.core.language_model import Structure
from datamorph.errors import LanguageModelError


def open_bedrock(
    *,
    model: str,
    base_url: str | None,
    timeout_s: float,
    silence_s: float,
    retries: int,
    structure: Structure = "schema",
) -> MessagesModel:
    """Open the API; nothing is sent yet. Bedrock counts no tokens for this client, so they are estimated.

    Raises:
        LanguageModelError: no region is known.
    """
    try:
        client = AnthropicBedrock(
            base_url=base_url,
            max_retries=0,
            http_client=DefaultHttpxClient(event_hooks={"response": [watch]}),
        )
    except ValueError as error:
        raise LanguageModelError(
            f"bedrock: {error}", fix="export AWS_REGION=..., or name it in your profile"
        ) from error
    patience = Patience(Deadline(), timeout_s, silence_s, retries)
    return MessagesModel(client, name="bedrock", model=model, patience=patience, structure=structure, counts=False)
