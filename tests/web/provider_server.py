"""An OpenID Connect provider on loopback: real HTTP, real RS256 keys, codes that are used once, PKCE checked."""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from served_app import serving_routes
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from datamorph.web.listening import listen

CLIENT, SECRET = "console", "shared between two"
ADA = {"sub": "248289761001", "email": "ada@example.org", "email_verified": True, "groups": ["staff", "data"]}


class OidcProvider:
    """A provider; ``who`` signs in next, ``forge`` changes the token that it gets.

    Attributes:
        asked: the query of the last visit.
        metadata: what is changed of the discovery document.
        userinfo: what its userinfo endpoint says.
    """

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.key = RSAKey.generate_key(2048, {"kid": "first", "use": "sig", "alg": "RS256"})
        self.keys = [self.key]
        self.who: dict[str, Any] = dict(ADA)
        self.forge: Callable[[dict[str, Any]], str] = self.sign
        self.asked: dict[str, str] = {}
        self.metadata: dict[str, Any] = {}
        self.userinfo: dict[str, Any] | None = None
        self._codes: dict[str, dict[str, str]] = {}

    def sign(self, claims: dict[str, Any], *, key: Any = None, header: dict[str, Any] | None = None) -> str:
        """A token as it should be, or not."""
        key = key or self.key
        header = header or {"alg": "RS256", "kid": key.kid, "typ": "JWT"}
        return jwt.encode(header, claims, key, algorithms=[header["alg"]])

    def discovery(self, request: Request) -> Response:
        endpoints = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        if self.userinfo is not None:
            endpoints["userinfo_endpoint"] = "userinfo"
        document = {name: f"{self.issuer}/{path}" for name, path in endpoints.items()}
        return JSONResponse({"issuer": self.issuer, **document, **self.metadata})

    def authorize(self, request: Request) -> Response:
        """Nobody is asked here: whoever comes is ``who``."""
        self.asked = dict(request.query_params)
        code = base64.urlsafe_b64encode(hashlib.sha256(self.asked["state"].encode()).digest()).decode()
        self._codes[code] = self.asked
        answer = urlencode({"code": code, "state": self.asked["state"], "iss": self.issuer})
        return RedirectResponse(f"{self.asked['redirect_uri']}?{answer}", 303)

    async def token(self, request: Request) -> Response:
        form = dict(await request.form())
        begun = self._codes.pop(str(form.get("code")), None)
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        proof = hashlib.sha256(str(form.get("code_verifier")).encode()).digest()
        challenge = base64.urlsafe_b64encode(proof).decode().rstrip("=")
        is_right = (
            begun is not None
            and begun["code_challenge"] == challenge
            and begun["redirect_uri"] == form.get("redirect_uri")
            and request.headers.get("authorization") == f"Basic {basic}"
        )
        if not is_right or begun is None:
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": begun["nonce"], **self.who}
        return JSONResponse({"token_type": "Bearer", "access_token": "opaque", "id_token": self.forge(claims)})

    def jwks(self, request: Request) -> Response:
        return JSONResponse(KeySet(list(self.keys)).as_dict(private=False))

    def info(self, request: Request) -> Response:
        return JSONResponse(self.userinfo)


@contextmanager
def oidc_provider() -> Iterator[OidcProvider]:
    """Serve until the end of the block."""
    listening = listen("127.0.0.1", 0)
    provider = OidcProvider(f"http://127.0.0.1:{listening.getsockname()[1]}")
    routes = [
        Route("/.well-known/openid-configuration", provider.discovery),
        Route("/authorize", provider.authorize),
        Route("/token", provider.token, methods=["POST"]),
        Route("/keys", provider.jwks),
        Route("/userinfo", provider.info),
    ]
    with serving_routes(listening, routes):
        yield provider
