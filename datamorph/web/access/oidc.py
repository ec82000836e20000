"""Signing in at an OpenID Connect provider: code flow with PKCE, state and nonce (OpenID Connect Core 1.0, RFC 7636).

What a provider says is believed only in a token that it signed for this client, this attempt and this moment.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from importlib import import_module
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx

from datamorph.errors import SettingsError
from datamorph.platform.secrets import SecretReader
from datamorph.settings import Settings
from datamorph.web.failures import RequestError
from datamorph.web.outgoing import no_cookies

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures with a provider's private key: neither none nor a shared secret."""
LEEWAY_S = 60
TIMEOUT_S = 10.0
MOST_ANSWER = 1_000_000
_NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one attempt to sign in is known by; it is kept in the browser, signed, until the provider sends it back."""

    state: str
    nonce: str
    verifier: str
    redirect_uri: str
    next: str

    @classmethod
    def begin(cls, *, redirect_uri: str, next: str) -> Attempt:
        """A new one."""
        return cls(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48), redirect_uri, next)


class Provider:
    """The provider of a project.

    Raises:
        SettingsError: the extra ``oidc`` is not installed.
    """

    def __init__(self, settings: Settings, read: SecretReader) -> None:
        self.issuer = settings.oidc_issuer or ""
        self._client_id = settings.oidc_client
        self._secret = read.setting(settings.oidc_client_secret) if settings.oidc_client_secret else None
        self._scopes = " ".join(settings.oidc_scopes)
        self._http = httpx.Client(timeout=TIMEOUT_S, follow_redirects=False, cookies=no_cookies())
        try:
            self._claims = import_module("authlib.oidc.core").CodeIDToken
            self._challenge = import_module("authlib.oauth2.rfc7636").create_s256_code_challenge
            self._jose = import_module("joserfc.jwt"), import_module("joserfc.jwk"), import_module("joserfc.jws")
            self._refusals = import_module("joserfc.errors").JoseError
        except ImportError as error:
            raise SettingsError(
                f"oidc_issuer is set, and {error.name} is missing", fix="pip install 'datamorph[oidc]'"
            ) from error

    def address(self, attempt: Attempt) -> str:
        """Where the browser goes to sign in.

        Raises:
            RequestError: 502, the provider does not answer as it should.
        """
        asked = {
            "response_type": "code", "client_id": self._client_id, "redirect_uri": attempt.redirect_uri,
            "scope": self._scopes, "state": attempt.state, "nonce": attempt.nonce,
            "code_challenge": self._challenge(attempt.verifier), "code_challenge_method": "S256",
        }  # fmt: skip
        endpoint = str(self._discovered()["authorization_endpoint"])
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"

    def claims(self, attempt: Attempt, answer: Mapping[str, str]) -> Mapping[str, Any]:
        """Who signed in, as the provider says.

        Args:
            answer: the query that the browser came back with.

        Raises:
            RequestError: 401, it is no answer to this attempt, or its token is not good; 502, see ``address``.
        """
        if not hmac.compare_digest(answer.get("state", "").encode(), attempt.state.encode()):
            raise refused("the answer belongs to another attempt")
        if answer.get("iss", self.issuer) != self.issuer:
            raise refused("the answer is another provider's")
        if "error" in answer:
            raise refused(f"the provider says {answer['error'][:100]!r}")
        about = self._discovered()
        tokens = self._exchange(about, attempt, answer.get("code", ""))
        claims = self._verified(about, attempt, tokens)
        return self._with_userinfo(about, claims, tokens)

    def close(self) -> None:
        """Give connections back."""
        self._http.close()

    def _exchange(self, about: Mapping[str, Any], attempt: Attempt, code: str) -> Mapping[str, Any]:
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": attempt.redirect_uri,
            "client_id": self._client_id, "code_verifier": attempt.verifier,
        }  # fmt: skip
        methods = about.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        auth = None
        if self._secret and "client_secret_basic" in methods:
            auth = httpx.BasicAuth(self._client_id, self._secret)
        elif self._secret:
            form["client_secret"] = self._secret
        answer = self._send("POST", str(about["token_endpoint"]), data=form, auth=auth)
        if answer.status_code != httpx.codes.OK:
            raise refused(f"the provider does not take the code ({_reason(answer)})")
        return _object(answer, "tokens")

    def _verified(self, about: Mapping[str, Any], attempt: Attempt, tokens: Mapping[str, Any]) -> Mapping[str, Any]:
        """The claims of the ID token; keys are read anew each time, so that a retired one opens nothing."""
        jwt, jwk, jws = self._jose
        keys = _object(self._send("GET", str(about["jwks_uri"])), "keys")
        wanted = {
            "iss": {"essential": True, "value": self.issuer},
            "aud": {"essential": True, "value": self._client_id},
            "nonce": {"essential": True, "value": attempt.nonce},
            "sub": {"essential": True},
        }
        known = {"nonce": attempt.nonce, "client_id": self._client_id, "access_token": tokens.get("access_token")}
        try:
            registry = jws.JWSRegistry(algorithms=list(ALGORITHMS), strict_check_header=False)
            token = jwt.decode(str(tokens.get("id_token", "")), jwk.KeySet.import_key_set(keys), registry=registry)
            claims = self._claims(token.claims, token.header, wanted, known)
            claims.validate(leeway=LEEWAY_S)
        except (self._refusals, ValueError, TypeError, KeyError) as error:
            raise refused(f"the provider's token is not good ({type(error).__name__}: {str(error)[:200]})") from error
        return dict(claims)

    def _with_userinfo(
        self, about: Mapping[str, Any], claims: Mapping[str, Any], tokens: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """Some providers tell groups and addresses only there; what the signed token says counts first."""
        endpoint, token = about.get("userinfo_endpoint"), tokens.get("access_token")
        if not endpoint or not isinstance(token, str):
            return claims
        answer = self._send("GET", str(endpoint), headers={"authorization": f"Bearer {token}"})
        if answer.status_code != httpx.codes.OK:
            return claims
        more = dict(_object(answer, "userinfo"))
        if more.get("email") != claims.get("email", more.get("email")):
            more.pop("email_verified", None)  # it speaks of another address
        return {**more, **claims} if more.get("sub") == claims["sub"] else claims

    def _discovered(self) -> Mapping[str, Any]:
        found = _object(
            self._send("GET", f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"), "a discovery document"
        )
        if found.get("issuer") != self.issuer:
            raise _broken(f"it calls itself {str(found.get('issuer'))[:200]!r}, not {self.issuer!r}")
        for name in _NEEDED:
            if not is_safe(str(found.get(name, ""))):
                raise _broken(f"its {name} is no https address")
        return found

    def _send(self, method: str, url: str, **options: Any) -> httpx.Response:
        if not is_safe(url):
            raise _broken(f"{url[:200]!r} is no https address")
        try:
            request = self._http.build_request(method, url, data=options.get("data"), headers=options.get("headers"))
            answer = self._http.send(request, auth=options.get("auth"), stream=True)
            with closing(answer):
                body = _limited(answer)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise _broken(f"{type(error).__name__} at {urlsplit(url).netloc}") from error
        return httpx.Response(answer.status_code, content=body)


def is_safe(url: str) -> bool:
    """True for https, and for http on this machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1"))


def refused(why: str) -> RequestError:
    """Nobody comes in by that."""
    return RequestError(401, "not_signed_in", f"signing in did not work: {why}", fix="try again")


def _broken(why: str) -> RequestError:
    return RequestError(
        502, "provider_broken", f"the sign-in provider does not answer as it should: {why}", fix="see oidc_issuer"
    )


def _limited(answer: httpx.Response) -> bytes:
    body = bytearray()
    for part in answer.iter_bytes():
        body += part
        if len(body) > MOST_ANSWER:
            raise _broken("its answer is too long")
    return bytes(body)


def _reason(answer: httpx.Response) -> str:
    """What the provider says is wrong, such as ``invalid_client``."""
    try:
        said = str(answer.json().get("error", ""))[:100]
    except (ValueError, AttributeError):
        said = ""
    return f"status {answer.status_code}{f', {said!r}' if said else ''}"


def _object(answer: httpx.Response, what: str) -> Mapping[str, Any]:
    try:
        found = answer.json()
    except (ValueError, RecursionError) as error:
        raise _broken(f"{what} is no JSON") from error
    if answer.status_code != httpx.codes.OK or not isinstance(found, dict):
        raise _broken(f"{what}: status {answer.status_code}")
    return found
