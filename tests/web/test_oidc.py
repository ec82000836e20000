"""Signing in at a provider of OpenID Connect: who gets in, and what opens nothing."""

from __future__ import annotations

import base64
import json
import time
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc.jwk import OctKey, RSAKey
from provider_server import ADA, CLIENT, SECRET, oidc_provider
from site_server import serving_site

from datamorph.errors import SettingsError
from datamorph.settings import load_settings
from datamorph.web.access.identity import Role
from datamorph.web.access.mapping import identity_of
from datamorph.web.failures import RequestError

ROLES = {"ada@example.org": "operator", "*@example.org": "viewer", "staff": "author", "data": "operator"}


@pytest.fixture(scope="module")
def running():
    with oidc_provider() as provider:
        yield provider


@pytest.fixture
def provider(running):
    """As it is before every test."""
    running.who, running.forge, running.metadata, running.userinfo = dict(ADA), running.sign, {}, None
    running.keys = [running.key]
    return running


@pytest.fixture(scope="module")
def closed(running, tmp_path_factory):
    """A project whose people sign in at the provider."""
    home = tmp_path_factory.mktemp("oidc")
    (home / "datamorph.toml").write_text(
        f'serve_requests = 100000\noidc_issuer = "{running.issuer}"\noidc_client = "{CLIENT}"\n'
        f'oidc_client_secret = "{SECRET}"\n[oidc_roles]\n"ada@example.org" = "operator"\n"*@example.org" = "viewer"\n'
    )
    with serving_site(home) as served:
        yield served


def sign_in(served, *, change=lambda address: address):
    """Go to the provider and come back as a browser does."""
    served.http.cookies.clear()
    left = served.get("/login/provider", params={"next": "/tables"})
    assert left.status_code == 303, left.text
    back = httpx.get(left.headers["location"]).headers["location"]
    return served.http.get(change(back), headers={"accept": "text/html"})


def test_who_has_a_role_gets_in_and_goes_where_they_wanted_to(closed, provider):
    refused = closed.get("/tables", headers={"accept": "text/html"})
    page = closed.get("/login")
    opened = sign_in(closed)
    inside = closed.get("/tables")

    assert refused.headers["location"] == "/login?next=%2Ftables"
    assert 'href="/login/provider?next=/"' in page.text
    assert 'name="secret"' not in page.text
    assert (opened.status_code, opened.headers["location"]) == (303, "/tables")
    assert "oidc:ada@example.org (operator)" in inside.text
    assert SECRET not in closed.get("/status").text


def test_who_comes_from_the_provider_is_on_the_record(closed, provider):
    sign_in(closed)
    closed.http.post("/logout")
    opened, ended = list(closed.site.audit.entries())[-2:]

    assert (opened.who, opened.action, opened.outcome) == (
        "oidc:ada@example.org", "GET /login/provider/back", "done",
    )  # fmt: skip
    assert (opened.facts["way"], opened.facts["role"]) == ("provider", "operator")
    assert (ended.who, ended.action, ended.outcome) == ("oidc:ada@example.org", "POST /logout", "done")
    assert SECRET not in str(opened)


def test_what_is_asked_is_bound_to_this_browser_and_this_attempt(closed, provider):
    closed.http.cookies.clear()
    left = closed.get("/login/provider")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(left.headers["location"]).query).items()}
    again = closed.get("/login/provider")
    cookie = left.headers["set-cookie"].lower()

    assert (asked["response_type"], asked["code_challenge_method"], asked["scope"]) == (
        "code", "S256", "openid email profile",
    )  # fmt: skip
    assert asked["redirect_uri"] == f"{closed.url}/login/provider/back"
    assert {"httponly", "samesite=lax", "path=/login/provider/back"} <= {one.strip() for one in cookie.split(";")}
    assert asked["state"] not in again.headers["location"]
    assert len(asked["nonce"]) >= 32


def forged(change):
    def forge(provider):
        provider.forge = lambda claims: provider.sign({**claims, **change})

    return forge


def without(name):
    def forge(provider):
        provider.forge = lambda claims: provider.sign({key: value for key, value in claims.items() if key != name})

    return forge


def unsigned(provider):
    def forge(claims):
        parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
                 for part in ({"alg": "none", "typ": "JWT"}, claims)]  # fmt: skip
        return f"{parts[0]}.{parts[1]}."

    provider.forge = forge


def signed_with_the_public_key(provider):
    public = provider.key.as_pem(private=False)
    provider.forge = lambda claims: provider.sign(
        claims, key=OctKey.import_key(public), header={"alg": "HS256", "kid": "first"}
    )


def signed_with_the_secret(provider):
    key = OctKey.import_key(SECRET)
    provider.forge = lambda claims: provider.sign(claims, key=key, header={"alg": "HS256", "kid": "first"})


def signed_by_another(provider):
    stranger = RSAKey.generate_key(2048, {"kid": "first"})
    provider.forge = lambda claims: provider.sign(claims, key=stranger)


def with_a_key_of_its_own(provider):
    stranger = RSAKey.generate_key(2048, {"kid": "own"})
    header = {"alg": "RS256", "kid": "own", "jwk": stranger.as_dict(private=False)}
    provider.forge = lambda claims: provider.sign(claims, key=stranger, header=header)


def changed_after_it_was_signed(provider):
    def forge(claims):
        head, _, signature = provider.sign(claims).split(".")
        body = base64.urlsafe_b64encode(json.dumps({**claims, "email": "eve@example.org"}).encode()).decode()
        return f"{head}.{body.rstrip('=')}.{signature}"

    provider.forge = forge


def nonsense(provider):
    provider.forge = lambda claims: "nonsense"


BAD = {
    "another issuer": forged({"iss": "https://evil.example"}),
    "another audience": forged({"aud": "another client"}),
    "others as well, without saying for whom": forged({"aud": [CLIENT, "another"]}),
    "for another": forged({"azp": "another"}),
    "another nonce": forged({"nonce": "of before"}),
    "no nonce": without("nonce"),
    "no subject": without("sub"),
    "no end": without("exp"),
    "expired": forged({"exp": int(time.time()) - 3600}),
    "not yet": forged({"nbf": int(time.time()) + 3600}),
    "another access token": forged({"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}),
    "not signed": unsigned,
    "signed with the public key": signed_with_the_public_key,
    "signed with the secret": signed_with_the_secret,
    "signed by another": signed_by_another,
    "with a key of its own": with_a_key_of_its_own,
    "changed": changed_after_it_was_signed,
    "nonsense": nonsense,
}


MOSTLY = {
    "another audience",
    "another nonce",
    "expired",
    "not signed",
    "signed with the public key",
    "signed by another",
}


@pytest.mark.parametrize(
    "forge",
    [pytest.param(forge, id=name, marks=[] if name in MOSTLY else pytest.mark.long) for name, forge in BAD.items()],
)
def test_a_token_that_is_not_good_opens_nothing(closed, provider, forge):
    forge(provider)

    answer = sign_in(closed)

    assert answer.status_code == 401
    assert "signing in did not work" in answer.text
    assert "datamorph_session" not in closed.http.cookies
    assert list(closed.site.audit.entries())[-1].action == "GET /login/provider/back"


def test_a_new_key_counts_at_once_and_a_retired_one_no_more(closed, provider):
    old, new = provider.key, RSAKey.generate_key(2048, {"kid": "second", "use": "sig", "alg": "RS256"})
    before = sign_in(closed).status_code
    provider.keys = [new]
    provider.forge = lambda claims: provider.sign(claims, key=new)
    rotated = sign_in(closed).status_code
    provider.forge = lambda claims: provider.sign(claims, key=old)
    retired = sign_in(closed).status_code

    assert (before, rotated, retired) == (303, 303, 401)


def test_an_answer_to_another_attempt_opens_nothing(closed, provider):
    other_state = sign_in(closed, change=lambda address: address.replace("state=", "state=x"))
    other_issuer = sign_in(closed, change=lambda address: address.replace("&iss=http", "&iss=https"))
    no_code = sign_in(closed, change=lambda address: address.replace("code=", "code=x"))
    refused = sign_in(closed, change=lambda address: f"{address.replace('code=', 'x=')}&error=access_denied")
    used = []
    sign_in(closed, change=lambda address: used.append(address) or address)
    again = closed.get(used[0])
    closed.http.cookies.clear()
    elsewhere = closed.get(used[0])

    answers = (other_state, other_issuer, no_code, refused, again, elsewhere)
    assert [one.status_code for one in answers] == [401] * 6
    assert "access_denied" in refused.text


def test_an_address_counts_only_when_it_is_verified(closed, provider):
    provider.who = {**ADA, "email_verified": False}
    unverified = sign_in(closed)
    provider.who = {"sub": "1", "email": "ada@example.org"}
    unsaid = sign_in(closed)
    provider.who = {**ADA, "email": "Ben@Example.org"}
    verified = sign_in(closed)
    inside = closed.get("/tables").text
    provider.who = {**ADA, "email": "eve@evil-example.org"}
    stranger = sign_in(closed)

    assert [one.status_code for one in (unverified, unsaid, verified, stranger)] == [403, 403, 303, 403]
    assert "has not verified the e-mail address" in unverified.text
    assert "oidc:Ben@Example.org (viewer)" in inside


def test_what_only_userinfo_says_counts_for_the_same_person_only(closed, provider):
    told = {name: ADA[name] for name in ("email", "email_verified")}
    provider.who = {"sub": ADA["sub"]}
    provider.userinfo = {"sub": ADA["sub"], **told}
    same = sign_in(closed)
    provider.userinfo = {"sub": "another", **told}
    another = sign_in(closed)

    assert (same.status_code, another.status_code) == (303, 403)


def test_sessions_end_when_the_provider_or_the_roles_change(closed, provider):
    from datamorph.web.access.gate import COOKIE, Gate

    sign_in(closed)
    cookie = {COOKIE: closed.http.cookies[COOKIE]}
    home = closed.site.settings.home
    same = Gate(load_settings(home), closed.site.gate.secrets).identify({}, cookie)
    fewer = Gate(load_settings(home, oidc_roles={"*@example.org": "viewer"}), closed.site.gate.secrets).identify(
        {}, cookie
    )

    assert same is not None and same.role is Role.OPERATOR
    assert fewer is None


@pytest.mark.parametrize(
    ("claim", "claims", "role"),
    [
        ("groups", {"groups": ["staff"]}, Role.AUTHOR),
        ("groups", {"groups": ["staff", "data", 7]}, Role.OPERATOR),
        ("groups", {"groups": "staff"}, Role.AUTHOR),
        ("realm_access.roles", {"realm_access": {"roles": ["data"]}}, Role.OPERATOR),
        ("https://example.org/groups", {"https://example.org/groups": ["data"]}, Role.OPERATOR),
        ("groups", {"groups": ["Staff", "*@example.org "]}, None),
        ("groups", {"groups": {"staff": True}}, None),
        ("groups", {}, None),
        ("email", {"email": "ada@example.org", "email_verified": "true"}, None),
        ("email", {"email": "x@y@example.org", "email_verified": True}, None),
        ("email", {"email": "@example.org", "email_verified": True}, None),
    ],
)
def test_roles_come_from_the_claim_that_is_set(tmp_path, claim, claims, role):
    about = {"oidc_issuer": "https://id.example.org", "oidc_client": "x"}
    settings = load_settings(tmp_path, **about, oidc_claim=claim, oidc_roles=ROLES)

    if role is None:
        with pytest.raises(RequestError, match="may not come in"):
            identity_of({"sub": "7", **claims}, settings)
    else:
        assert identity_of({"sub": "7", **claims}, settings).role is role


def test_a_provider_that_is_broken_is_told(tmp_path, provider):
    about = f'oidc_issuer = "{provider.issuer}"\noidc_client = "x"\noidc_roles = {{ staff = "viewer" }}\n'
    (tmp_path / "datamorph.toml").write_text(about)
    answers = []
    for change in (
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://evil.example/token"},
        {"jwks_uri": "file:///etc/passwd"},
    ):
        provider.metadata = change
        with serving_site(tmp_path) as served:
            answers.append(served.get("/login/provider"))

    assert [one.status_code for one in answers] == [502] * 3
    assert all("does not answer as it should" in one.text for one in answers)


def test_settings_that_let_nobody_in_are_refused(tmp_path):
    for wrong in (
        {"oidc_issuer": "https://id.example.org"},
        {"oidc_issuer": "https://id.example.org", "oidc_client": "x"},
        {"oidc_issuer": "http://id.example.org", "oidc_client": "x", "oidc_roles": {"a": "viewer"}},
        {"oidc_roles": {"a": "owner"}},
        {"oidc_roles": "a"},
    ):
        with pytest.raises(SettingsError):
            load_settings(tmp_path, **wrong)
    read = load_settings(tmp_path, oidc_roles="*@example.org=viewer, ada@example.org=admin").oidc_roles

    assert read == {"*@example.org": "viewer", "ada@example.org": "admin"}
