"""Signing in and out."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from datamorph.web.access.gate import COOKIE
from datamorph.web.access.identity import Identity
from datamorph.web.door import SIGNED
from datamorph.web.failures import RequestError
from datamorph.web.pages.rendering import forget_cookie, page
from datamorph.web.site import Here, Site, Who

router = APIRouter()
Next = Annotated[str, Query(max_length=2000)]


@router.get("/login")
def sign_in(request: Request, site: Here, next: Next = "/") -> Response:
    """The form."""
    return form(request, site, next=next)


@router.post("/login")
def check(
    request: Request,
    site: Here,
    secret: Annotated[str, Form(max_length=1000)] = "",
    name: Annotated[str, Form(max_length=64)] = "",
    next: Annotated[str, Form(max_length=2000)] = "/",
) -> Response:
    """Check what was typed; the right one opens a session."""
    address = (request.scope.get("client") or ("", 0))[0]
    request.scope["about"].update(user=name or "access code", way="password" if name else "access code")
    try:
        cookie, identity = site.gate.sign_in(name.strip(), secret, address=address)
    except RequestError as error:
        request.scope["is_denied"] = True
        return form(request, site, next=next, error=error)
    return open_session(request, site, cookie, identity, next=next)


@router.post("/logout")
def end_session(request: Request, who: Who) -> Response:
    """Sign out."""
    if who.way == "cookie":
        request.scope[SIGNED] = who
    return forget_cookie(RedirectResponse("/login", 303))


def form(request: Request, site: Site, *, next: str, error: RequestError | None = None) -> Response:
    """The form, with what went wrong before."""
    provider = site.provider
    return page(
        request,
        "login.html",
        status=error.status if error else 200,
        headers=error.headers if error else None,
        next=local(next),
        asks_for_name=site.gate.asks_for_name,
        asks_for_secret=site.gate.asks_for_name or bool(site.settings.access_code) or provider is None,
        provider=urlsplit(provider.issuer).hostname if provider else None,
        problem=error.problem if error else None,
    )


def open_session(request: Request, site: Site, cookie: str, identity: Identity, *, next: str) -> Response:
    """Where somebody wanted to go, with the cookie of their session; that it began is on the record."""
    request.scope[SIGNED] = identity
    request.scope["about"].update(user=identity.name, role=identity.role.value)
    response = RedirectResponse(local(next), 303)
    seconds = int(site.settings.session_hours * 3600)
    response.set_cookie(
        COOKIE, cookie, max_age=seconds, httponly=True, samesite="lax", secure=request.scope["is_https"], path="/"
    )
    return response


def local(address: str) -> str:
    """Only addresses of this site: anything else would send people elsewhere after they signed in."""
    is_local = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if is_local else "/"
