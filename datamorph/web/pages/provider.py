"""Signing in at the provider of an organisation, and coming back from it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query, Request
from itsdangerous import BadData, URLSafeTimedSerializer
from starlette.responses import RedirectResponse, Response

from datamorph.web.access.keys import signing_key
from datamorph.web.access.oidc import Attempt, Provider, refused
from datamorph.web.failures import RequestError
from datamorph.web.pages.sign_in import form, local, open_session
from datamorph.web.site import Here, Site

router = APIRouter()
COOKIE = "datamorph_sign_in"
BACK = "/login/provider/back"
LONGEST_S = 600
"""So long somebody may take at the provider."""


@router.get("/login/provider")
def leave(request: Request, site: Here, next: Annotated[str, Query(max_length=2000)] = "/") -> Response:
    """To the provider."""
    scheme = "https" if request.scope["is_https"] else "http"
    base = site.settings.public_url or f"{scheme}://{request.headers.get('host', '')}"
    attempt = Attempt.begin(redirect_uri=f"{base.rstrip('/')}{BACK}", next=local(next))
    try:
        response = RedirectResponse(_provider(site).address(attempt), 303)
    except RequestError as error:
        return form(request, site, next=attempt.next, error=error)
    response.set_cookie(
        COOKIE, _serializer(site).dumps(asdict(attempt)), max_age=LONGEST_S, httponly=True, samesite="lax",
        secure=request.scope["is_https"], path=BACK,
    )  # fmt: skip
    return response


@router.get(BACK)
def come_back(request: Request, site: Here) -> Response:
    """From the provider, with an answer to this browser's own attempt."""
    next = "/"
    request.scope["about"].update(way="provider")
    try:
        attempt = _attempt(request, site)
        next = attempt.next
        claims = _provider(site).claims(attempt, request.query_params)
        cookie, identity = site.gate.admit(claims)
    except RequestError as error:
        request.scope["is_denied"] = True
        response = form(request, site, next=next, error=error)
    else:
        response = open_session(request, site, cookie, identity, next=next)
    response.delete_cookie(COOKIE, path=BACK)
    return response


def _attempt(request: Request, site: Site) -> Attempt:
    try:
        kept = _serializer(site).loads(request.cookies.get(COOKIE, ""), max_age=LONGEST_S)
        return Attempt(**kept)
    except (BadData, TypeError) as error:
        raise refused("it did not begin in this browser, or took too long") from error


def _provider(site: Site) -> Provider:
    if site.provider is None:
        raise RequestError(404, "no_provider", "there is no sign-in provider", fix="sign in with a name and password")
    return site.provider


def _serializer(site: Site) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(signing_key(site.settings.path("state"), "oidc"), salt="attempt")
