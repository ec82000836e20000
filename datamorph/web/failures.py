"""Errors as HTTP answers: one shape, everywhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from datamorph.errors import DataMorphError

STATUSES: Mapping[int, int] = {
    2: 400, 3: 409, 4: 422, 5: 422, 6: 409, 7: 404, 8: 400, 9: 400, 10: 500, 11: 503, 12: 507, 13: 409, 14: 503,
    15: 409, 130: 503,
}  # fmt: skip
"""Exit code of an error to the status of its answer."""


class Problem(BaseModel):
    """What went wrong and what to do next."""

    model_config = ConfigDict(extra="forbid")

    code: str
    message: str
    fix: str


class Failure(BaseModel):
    """The answer of every request that failed."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "status": "error",
                    "error": {
                        "code": "not_found",
                        "message": "there is no table 'raw.shop.order'",
                        "fix": "did you mean raw.shop.orders?",
                    },
                }
            ]
        },
    )

    status: Literal["error"] = "error"
    error: Problem


class RequestError(Exception):
    """A request that is refused before the platform hears of it."""

    def __init__(self, status: int, code: str, message: str, *, fix: str, headers: Mapping[str, str] = {}) -> None:
        super().__init__(message)
        self.status, self.headers = status, dict(headers)
        self.problem = Problem(code=code, message=message, fix=fix)


def problem_of(error: DataMorphError) -> tuple[int, Problem]:
    """The status and the problem that an error of the platform is answered with."""
    name = type(error).__name__.removesuffix("Error")
    code = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
    return STATUSES.get(error.exit_code, 500), Problem(code=code, message=error.problem, fix=error.fix)


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The failures of a route, for its OpenAPI description; those of every route are added."""
    wanted = sorted({400, 401, 403, 429, *statuses})
    return {status: {"model": Failure, "description": HTTPStatus(status).phrase} for status in wanted}
