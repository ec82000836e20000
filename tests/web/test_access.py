"""Who may do what: every route for every role, from the router itself."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from fastapi.routing import iter_route_contexts
from site_server import serving_site
from starlette.routing import Mount

from datamorph.errors import NotFoundError, SettingsError
from datamorph.settings import load_settings
from datamorph.web.access.identity import Role, Scope
from datamorph.web.access.keys import signing_key
from datamorph.web.access.people import People
from datamorph.web.access.rules import RULES
from datamorph.web.access.tokens import Tokens
from datamorph.web.app import create_app
from datamorph.web.site import open_site

PASSWORD = "correct horse"  # noqa: S105 (of users that only these tests have)


@pytest.fixture(scope="module")
def closed(tmp_path_factory):
    """A project without tables whose users are named like their roles."""
    home = tmp_path_factory.mktemp("closed")
    people = People(home / ".datamorph" / "web" / "users.json")
    for role in Role:
        people.put(role.value, role, PASSWORD)
    (home / "datamorph.toml").write_text("serve_requests = 100000\n")
    with serving_site(home) as served:
        yield served


@pytest.fixture(scope="module")
def routes(tmp_path_factory):
    """Every route of the application: method and path."""
    app = create_app(open_site(load_settings(tmp_path_factory.mktemp("routes"))))
    found = [context for context in iter_route_contexts(app.routes) if not isinstance(context.original_route, Mount)]
    return sorted(f"{method} {context.path}" for context in found for method in context.methods or ["WS"])


@pytest.fixture(scope="module")
def tokens(closed):
    issued = Tokens(closed.site.settings.path("state"))
    return {role: issued.issue(role.value, role)[1] for role in Role}


def ask(served, route, **headers):
    """Send a request without a body; ids that nobody has."""
    method, path = route.split(" ")
    return served.http.request(
        method, re.sub(r"\{\w+(:path)?\}", "nothing", path), headers={"accept": "text/html", **headers}
    )


@pytest.fixture(scope="module")
def requests(routes):
    """The routes that a request reaches, as against a websocket."""
    return [route for route in routes if not route.startswith("WS ")]


def test_every_route_has_a_rule_and_every_rule_a_route(routes):
    assert routes == sorted(RULES)


def test_every_route_lets_in_exactly_the_roles_of_its_rule(closed, requests, tokens):
    wrong = []
    for route in requests:
        if route.endswith("/stream") or route in ("POST /login", "POST /logout", "GET /login/provider/back"):
            continue
        for role in Role:
            rule = RULES[route]
            status = ask(closed, route, authorization=f"Bearer {tokens[role]}").status_code
            is_in = status != 403
            is_down = status == 503 and "/dagster" in route  # no UI runs here
            if is_in != (rule.role is None or role.may(rule.role)) or status == 401 or (status >= 500 and not is_down):
                wrong.append((route, role.value, status))

    assert wrong == []


def test_nobody_who_is_not_known_gets_in(closed, requests):
    for route in requests:
        answer = ask(closed, route)
        if RULES[route].role is None:
            assert answer.status_code < 500
            continue
        is_page = route.startswith("GET ") and not re.match(r"GET /(api/v1/|get/|openapi|dagster/graphql)", route)
        assert answer.status_code == (303 if is_page else 401), route
        if is_page:
            assert answer.headers["location"].startswith("/login?next=")


def test_a_token_does_only_what_its_scopes_say(closed):
    issued = Tokens(closed.site.settings.path("state"))
    _, text = issued.issue("reader", Role.ADMIN, scopes=[Scope.READ])
    headers = {"authorization": f"Bearer {text}"}

    assert closed.get("/api/v1/tables", headers=headers).status_code == 200
    assert closed.post("/api/v1/query", {"sql": "SELECT 1"}, headers=headers).status_code == 403
    refused = closed.post("/api/v1/plans", {"prompt": "count x"}, headers=headers)
    assert refused.status_code == 403
    assert "scope write" in refused.json()["error"]["fix"]


def test_tokens_that_are_forged_expired_or_revoked_open_nothing(closed):
    state = closed.site.settings.path("state")
    issued = Tokens(state)
    token, text = issued.issue("once", Role.ADMIN)
    late, late_text = Tokens(state, now=lambda: datetime.now(UTC) - timedelta(days=40)).issue("late", Role.ADMIN)
    claims = {"jti": token.token_id, "aud": "datamorph", "exp": datetime.now(UTC) + timedelta(days=1)}
    forged = [
        jwt.encode(claims, "another key that is long enough for it", algorithm="HS256"),
        jwt.encode(claims, None, algorithm="none"),
        jwt.encode({**claims, "jti": "unknown"}, signing_key(state, "token"), algorithm="HS256"),
        jwt.encode({"jti": token.token_id, "aud": "datamorph"}, signing_key(state, "token"), algorithm="HS256"),
        late_text,
        "nonsense",
    ]

    def status(text):
        return closed.get("/api/v1/runs", headers={"authorization": f"Bearer {text}"}).status_code

    assert status(text) == 200
    assert {status(one) for one in forged} == {401}
    issued.revoke(token.token_id)
    assert status(text) == 401
    assert late.expires_at < datetime.now(UTC).isoformat()
    with pytest.raises(NotFoundError):
        issued.revoke("nothing")
    with pytest.raises(SettingsError):
        issued.issue("for ever", Role.VIEWER, days=4000)


def test_nothing_that_is_kept_gives_a_password_or_a_token_away(closed, tokens):
    kept = "".join(file.read_text() for file in (closed.site.settings.path("state") / "web").glob("*.json"))

    assert PASSWORD not in kept
    assert not any(text in kept for text in tokens.values())
    modes = {file.stat().st_mode & 0o777 for file in (closed.site.settings.path("state") / "web").iterdir()
             if file.suffix == ".json" or file.name == "key"}  # fmt: skip
    assert modes == {0o600}


def sign_in(served, name, secret):
    served.http.cookies.clear()
    return served.http.post("/login", data={"name": name, "secret": secret, "next": "/tables"})


def test_a_session_begins_with_the_password_and_ends_with_signing_out(closed):
    opened = sign_in(closed, "viewer", PASSWORD)
    cookie = opened.headers["set-cookie"].lower()
    inside = closed.get("/tables")
    denied = closed.http.post("/prompts", data={"prompt": "count x"}, headers={"accept": "text/html"})
    closed.http.post("/logout")

    assert (opened.status_code, opened.headers["location"]) == (303, "/tables")
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert inside.status_code == 200
    assert "viewer (viewer)" in inside.text
    assert denied.status_code == 403
    assert closed.get("/tables", headers={"accept": "text/html"}).status_code == 303


def told(served, *names):
    """What the audit log says of these, without what changes from one run to the next."""
    found = [one for one in served.site.audit.entries() if one.who in names or one.facts.get("user") in names]
    return [(one.who, one.action, one.outcome, one.facts.get("way"), one.facts.get("role")) for one in found]


def test_who_signs_in_and_out_is_on_the_record(closed, tmp_path):
    closed.site.gate.people.put("grace", Role.AUTHOR, PASSWORD)
    sign_in(closed, "grace", "a wrong one")
    sign_in(closed, "grace", PASSWORD)
    closed.http.post("/logout")
    closed.http.post("/logout")
    (tmp_path / "datamorph.toml").write_text('access_code = "open sesame"\n')
    with serving_site(tmp_path) as coded:
        coded.http.post("/login", data={"secret": "open sesame"})
        coded.http.post("/logout")
        by_code = told(coded, "access-code")

    assert told(closed, "grace") == [
        ("nobody", "POST /login", "denied", "password", None),
        ("grace", "POST /login", "done", "password", "author"),
        ("grace", "POST /logout", "done", None, None),
    ]
    assert [(action, outcome, way) for _, action, outcome, way, _ in by_code] == [
        ("POST /login", "done", "access code"),
        ("POST /logout", "done", None),
    ]
    assert PASSWORD not in str(list(closed.site.audit.entries()))


def test_a_changed_password_ends_the_sessions_of_before(closed):
    people = closed.site.gate.people
    people.put("temporary", Role.VIEWER, PASSWORD)
    sign_in(closed, "temporary", PASSWORD)
    before = closed.get("/runs").status_code
    people.put("temporary", Role.VIEWER, "another password")
    after = closed.get("/runs").status_code
    people.remove("temporary")
    closed.http.cookies.clear()

    assert (before, after) == (200, 303)


def test_a_cookie_that_was_changed_opens_nothing(closed):
    sign_in(closed, "viewer", PASSWORD)
    cookie = closed.http.cookies["datamorph_session"]
    closed.http.cookies.clear()

    for forged in (cookie[:-2] + "xx", "eyJuYW1lIjoiYWRtaW4ifQ." + cookie.partition(".")[2], "x"):
        answer = closed.get("/runs", headers={"cookie": f"datamorph_session={forged}"})
        assert answer.status_code == 303


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_signing_in_never_leads_elsewhere(closed, target):
    closed.http.cookies.clear()
    answer = closed.http.post("/login", data={"name": "viewer", "secret": PASSWORD, "next": target})
    closed.http.cookies.clear()

    assert answer.headers["location"] == "/"


def test_guessing_is_slowed_down(closed):
    statuses = [sign_in(closed, "nobody-here", f"guess {n}").status_code for n in range(8)]
    right = sign_in(closed, "nobody-here", PASSWORD)
    closed.site.gate.throttle.succeeded("address:127.0.0.1")

    assert statuses[:5] == [401] * 5
    assert 429 in statuses
    assert right.status_code == 429
    assert int(right.headers["retry-after"]) >= 1


def test_an_access_code_is_enough_where_there_are_no_users(tmp_path):
    (tmp_path / "datamorph.toml").write_text('access_code = "open sesame"\n')
    with serving_site(tmp_path) as served:
        outside = served.post("/api/v1/query", {"sql": "SELECT 1"})
        wrong = served.http.post("/login", data={"secret": "open says me"})
        right = served.http.post("/login", data={"secret": "open sesame"})
        inside = served.post("/api/v1/query", {"sql": "SELECT 1 AS a"})
        shown = served.get("/status").text

    assert [a.status_code for a in (outside, wrong, right, inside)] == [401, 401, 303, 200]
    assert "open sesame" not in shown


def test_the_status_page_shows_no_secret(tmp_path):
    (tmp_path / "code").write_text("open sesame\n")
    (tmp_path / "datamorph.toml").write_text(
        'access_code = "file:code"\nwebhook_key = "hunter2"\nalert_webhook = "https://hooks.test/hunter2"\n'
    )
    with serving_site(tmp_path) as served:
        text = served.http.post("/login", data={"secret": "file:code"})
        right = served.http.post("/login", data={"secret": "open sesame"})
        shown = served.get("/status").text

    assert (text.status_code, right.status_code) == (401, 303)
    assert "alert_webhook" in shown
    for secret in ("hunter2", "open sesame"):
        assert secret not in shown
