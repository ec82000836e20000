"""boto3 clients, with retries that fit services which are asked often."""

# botocore has no type stubs.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from typing import Any

import boto3
from botocore.config import Config

from datamorph.adapters.engines.remote.options import AwsOptions

RETRIES = 6
CONNECT_S, READ_S = 10, 60


class Clients:
    """Opens each client once. Credentials are found as AWS programs find them."""

    def __init__(self, options: AwsOptions) -> None:
        self._options, self._open = options, dict[str, Any]()

    def __call__(self, service: str, *, once: bool = False) -> Any:
        """The client of a service.

        Args:
            once: requests are never repeated: for those that would be done twice.
        """
        name = f"{service} once" if once else service
        if name not in self._open:
            retries = {"mode": "standard", "total_max_attempts": 1 if once else RETRIES}
            config = Config(retries=retries, connect_timeout=CONNECT_S, read_timeout=READ_S)  # pyright: ignore[reportArgumentType]
            self._open[name] = boto3.client(  # pyright: ignore
                service, region_name=self._options.region, endpoint_url=self._options.endpoint, config=config
            )
        return self._open[name]
