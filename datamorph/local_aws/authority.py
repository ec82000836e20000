"""IAM as AWS enforces it where moto does not: passing roles on, and denials in the words of each protocol.

moto enforces IAM once ``POST /moto-api/reset-auth`` says so. Follows moto 5.2.5.
"""

# moto's classes have few types.
# pyright: reportPrivateUsage=false, reportArgumentType=false, reportMissingTypeStubs=false

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from botocore.awsrequest import AWSRequest
from moto.core.exceptions import AccessDeniedError, JsonRESTError
from moto.iam.access_control import IAMPolicy, IAMRequest, PermissionResult

PASS = "iam:PassRole"  # noqa: S105 (an action's name)
PASSED: Mapping[str, Callable[[dict[str, Any]], list[Any]]] = {
    "glue:CreateJob": lambda order: [order.get("Role")],
    "glue:UpdateJob": lambda order: [order.get("JobUpdate", {}).get("Role")],
    "emr-serverless:StartJobRun": lambda order: [order.get("executionRoleArn")],
    "elasticmapreduce:RunJobFlow": lambda order: [order.get("JobFlowRole"), order.get("ServiceRole")],
    "ecs:RunTask": lambda order: [order.get("overrides", {}).get("taskRoleArn")],
}
"""The roles that a request gives to a service."""
_moto_check: Any = IAMRequest.check_action_permitted
_moto_request: Any = IAMRequest._create_aws_request


def install() -> None:
    """Make moto's IAM stricter."""
    IAMRequest.check_action_permitted = _check
    IAMRequest._create_aws_request = _as_signed
    IAMRequest._raise_access_denied = lambda self: _deny(self, self._action)


def _check(self: IAMRequest, resource: str) -> None:
    _moto_check(self, resource)
    if self._action not in PASSED:
        return
    for role in filter(None, PASSED[self._action](json.loads(self._body))):
        arn = role if str(role).startswith("arn:") else f"arn:aws:iam::{self.account_id}:role/{role}"
        policies = [IAMPolicy(policy) for policy in self._access_key.collect_policies()]
        if not any(policy.is_action_permitted(PASS, arn) == PermissionResult.PERMITTED for policy in policies):
            _deny(self, f"{PASS} on resource: {arn}")


def _as_signed(self: IAMRequest) -> AWSRequest:
    """The request as it was signed; moto takes parameters for the body where there is none."""
    self._data = {}
    return _moto_request(self)


def _deny(self: IAMRequest, what: str) -> None:
    names = {name.lower() for name in dict(self._headers)}
    if "x-amz-target" not in names and self._service != "emr-serverless":
        raise AccessDeniedError(user_arn=self._access_key.arn, action=what)
    raise JsonRESTError("AccessDeniedException", f"User: {self._access_key.arn} is not authorized to perform: {what}")
