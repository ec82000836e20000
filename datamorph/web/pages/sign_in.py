"""Signing in and out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from datamorph.web.access.gate import COOKIE
from datamorph.web.failures import RequestError
from datamorph.web.pages.rendering import forget_cookie, page
from datamorph.web.site import Here

router = APIRouter()
Next = Annotated[str, Query(max_length=2000)]


@router.get("/login")
def sign_in(request: Request, site: Here, next: Next = "/") -> Response:
    """The form."""
    return page(request, "login.html", next=_local(next), asks_for_name=site.gate.asks_for_name, problem=None)


@router.post("/login")
def open_session(
    request: Request,
    site: Here,
    secret: Annotated[str, Form(max_length=1000)] = "",
    name: Annotated[str, Form(max_length=64)] = "",
    next: Annotated[str, Form(max_length=2000)] = "/",
) -> Response:
    """Check what was typed; the right one opens a session."""
    address = (request.scope.get("client") or ("", 0))[0]
    request.scope["about"].update(user=name or "access code")
    try:
        cookie = site.gate.sign_in(name.strip(), secret, address=address)
    except RequestError as error:
        request.scope["is_denied"] = True
        return page(
            request,
            "login.html",
            status=error.status,
            headers=error.headers,
            next=_local(next),
            asks_for_name=site.gate.asks_for_name,
            problem=error.problem,
        )
    response = RedirectResponse(_local(next), 303)
    seconds = int(site.settings.session_hours * 3600)
    response.set_cookie(
        COOKIE, cookie, max_age=seconds, httponly=True, samesite="lax", secure=request.scope["is_https"], path="/"
    )
    return response


@router.post("/logout")
def end_session(request: Request) -> Response:
    """Sign out."""
    return forget_cookie(RedirectResponse("/login", 303))


def _local(address: str) -> str:
    """Only addresses of this site: anything else would send people elsewhere after they signed in."""
    is_local = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if is_local else "/"
