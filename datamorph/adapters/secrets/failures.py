"""What AWS refuses, as errors of ours: which secret, where it was looked for, which permission it takes."""

# botocore has no type stubs.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from datamorph.errors import SettingsError

CONNECT_S, READ_S, ATTEMPTS = 5, 15, 4
SERVER_ERROR = 500
_DENIED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "403")
_MISSING = ("ResourceNotFoundException", "ParameterNotFound", "ParameterVersionNotFound", "ValidationException")
_THROTTLED = ("Throttling", "ThrottlingException", "TooManyRequestsException", "RequestLimitExceeded")


@dataclass(frozen=True, slots=True)
class AwsPlace:
    """Which AWS. Credentials are found as AWS programs find them: environment, profile, role.

    Attributes:
        region: None for that of the environment.
        endpoint: where it is not AWS's own.
    """

    region: str | None = None
    endpoint: str | None = None

    def client(self, service: str) -> Any:
        """A client that gives up within a minute.

        Raises:
            BotoCoreError: no region is known.
        """
        retries: Any = {"mode": "standard", "total_max_attempts": ATTEMPTS}
        config = Config(retries=retries, connect_timeout=CONNECT_S, read_timeout=READ_S)
        return boto3.client(  # pyright: ignore
            service, region_name=self.region, endpoint_url=self.endpoint, config=config
        )


@contextmanager
def told(name: str, *, place: str, aws: AwsPlace, permission: str) -> Generator[None]:
    """Turn what AWS refuses within the block into errors of ours; what it answers is not repeated."""
    where = f"{place} of {aws.region or 'the default region'}"
    try:
        yield
    except ClientError as error:
        raise _refused(error, name, where, permission) from None
    except BotoCoreError as error:
        found = SettingsError(
            f"{where} is not reached for the secret {name!r}: {type(error).__name__}",
            fix="look at aws_region, aws_endpoint, the network and the credentials of AWS",
        )
        found.retryable = True
        raise found from None


def _refused(error: ClientError, name: str, where: str, permission: str) -> SettingsError:
    code = str(error.response.get("Error", {}).get("Code", ""))
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    if code in _DENIED:
        return SettingsError(
            f"{where} does not let this caller read the secret {name!r}: {permission} is missing",
            fix=f"grant {permission} on it, and kms:Decrypt on its key: datamorph aws-policy orchestrator",
        )
    if code in _MISSING:
        return SettingsError(
            f"{where} has no secret {name!r}",
            fix=f"create it, or correct the name or aws_region; reading it takes {permission}",
        )
    if code == "InvalidRequestException":
        return SettingsError(f"{where} does not give out the secret {name!r}: it is to be deleted", fix="restore it")
    found = SettingsError(f"{where} failed with {code} for the secret {name!r}", fix="look at the credentials of AWS")
    found.retryable = status >= SERVER_ERROR or code in _THROTTLED
    return found
