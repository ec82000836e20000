"""Secrets in AWS Secrets Manager."""

# botocore has no type stubs.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

from functools import cached_property
from typing import Any

from datamorph.adapters.secrets.failures import AwsPlace, told
from datamorph.errors import SettingsError


class SecretsManagerSecrets:
    """Secrets port over Secrets Manager: the current version, by name or ARN; binary ones as UTF-8."""

    def __init__(self, aws: AwsPlace) -> None:
        self._aws = aws

    def read(self, name: str) -> str:
        """See Secrets.read."""
        with told(name, place="Secrets Manager", aws=self._aws, permission="secretsmanager:GetSecretValue"):
            found = self._client.get_secret_value(SecretId=name)
        if "SecretString" in found:
            return str(found["SecretString"])
        try:
            return bytes(found["SecretBinary"]).decode()
        except ValueError:
            raise SettingsError(f"the secret {name!r} of Secrets Manager is no text", fix="store it as text") from None

    @cached_property
    def _client(self) -> Any:
        return self._aws.client("secretsmanager")
