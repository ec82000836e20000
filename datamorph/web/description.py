"""The OpenAPI description."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI


def describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI description. A request of the wrong shape is answered with 400 here, not with FastAPI's 422."""
    found = app.openapi()
    for operations in found["paths"].values():
        for operation in operations.values():
            answers = operation["responses"]
            if "HTTPValidationError" in str(answers.get("422", "")):
                del answers["422"]
            operation.setdefault("security", [{"token": []}])
    parts = found["components"]
    for name in ("HTTPValidationError", "ValidationError"):
        parts["schemas"].pop(name, None)
    parts["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer", "description": "See: datamorph token"}}
    return found
