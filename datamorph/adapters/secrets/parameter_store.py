"""Secrets in the parameter store of AWS Systems Manager."""

# botocore has no type stubs.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

from functools import cached_property
from typing import Any

from datamorph.adapters.secrets.failures import AwsPlace, told


class ParameterStoreSecrets:
    """Secrets port over parameters; those that are encrypted are decrypted."""

    def __init__(self, aws: AwsPlace) -> None:
        self._aws = aws

    def read(self, name: str) -> str:
        """See Secrets.read."""
        with told(name, place="the SSM Parameter Store", aws=self._aws, permission="ssm:GetParameter"):
            found = self._client.get_parameter(Name=name, WithDecryption=True)
        return str(found["Parameter"]["Value"])

    @cached_property
    def _client(self) -> Any:
        return self._aws.client("ssm")
