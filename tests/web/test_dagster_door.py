"""The Dagster UI is behind the door: who may ask what of it, and what reaches it and comes back."""

from __future__ import annotations

import json
import time

import httpx
import pytest
from site_server import serving_site
from upstream_server import telling_server
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from datamorph.settings import load_settings
from datamorph.web.access.identity import Role, Scope
from datamorph.web.access.people import People
from datamorph.web.access.tokens import Tokens
from datamorph.web.dagster_ui.operations import HARMLESS, OPERATING, read_operations

PASSWORD = "correct horse"  # noqa: S105 (of users that only these tests have)
LAUNCH = "mutation L($p: ExecutionParams!) { launchRun(executionParams: $p) { __typename } }"
WIPE = 'mutation { wipeAssets(assetPartitionRanges: [{assetKey: {path: ["a"]}}]) { __typename } }'
RUNS = "{ runsOrError { __typename } }"
LIVE = 'subscription { pipelineRunLogs(runId: "r") { __typename } }'


@pytest.fixture(scope="module")
def upstream():
    with telling_server() as seen:
        yield seen


@pytest.fixture(scope="module")
def closed(tmp_path_factory, upstream):
    """A project with a user of each role, and Dagster's webserver at an address."""
    home = tmp_path_factory.mktemp("dagster_door")
    people = People(home / ".datamorph" / "web" / "users.json")
    for role in Role:
        people.put(role.value, role, PASSWORD)
    (home / "datamorph.toml").write_text(f'serve_requests = 100000\ndagster_url = "{upstream.url}"\n')
    with serving_site(home) as served:
        yield served


@pytest.fixture(scope="module")
def headers(closed):
    """Headers by role."""
    issued = Tokens(closed.site.settings.path("state"))
    return {role: {"authorization": f"Bearer {issued.issue(role.value, role)[1]}"} for role in Role}


def statuses(closed, headers, query, **variables):
    body = {"query": query, "variables": variables}
    return [closed.post("/dagster/graphql", body, headers=headers[role]).status_code for role in Role]


def test_queries_are_for_all_who_are_known_and_changes_for_those_who_may(closed, headers, upstream):
    reached = len(upstream.requests)

    assert statuses(closed, headers, RUNS) == [200, 200, 200, 200]
    assert statuses(closed, headers, LAUNCH, p={}) == [403, 403, 200, 200]
    assert statuses(closed, headers, WIPE) == [403, 403, 403, 200]
    assert statuses(closed, headers, "mutation { somethingNew }") == [403, 403, 403, 200]
    assert statuses(closed, headers, "mutation { setNuxSeen }") == [200, 200, 200, 200]
    assert len(upstream.requests) - reached == 4 + 2 + 1 + 1 + 4


@pytest.mark.parametrize(
    "hidden",
    [
        "mutation M { ...F } fragment F on Mutation { wipeAssets { __typename } }",
        "mutation M { ... on Mutation { ... { wipeAssets { __typename } } } }",
        "query Q { version } mutation M { wipeAssets { __typename } }",
        "mutation M { setNuxSeen: wipeAssets { __typename } }",
        "mutation M { ...F } fragment F on Mutation { ...G } fragment G on Mutation { wipeAssets { x } ...F }",
        "#{ version }\nmutation M { wipeAssets { __typename } }",
        "\ufeffmutation { wipeAssets { __typename } }",
    ],
)
def test_a_change_is_found_wherever_it_is_written(closed, headers, hidden):
    answer = closed.post("/dagster/graphql", {"query": hidden, "operationName": "Q"}, headers=headers[Role.OPERATOR])

    assert answer.status_code == 403
    assert "it needs the role admin" in answer.json()["errors"][0]["message"]
    assert read_operations({"query": hidden}).mutations[-1] == "wipeAssets"


@pytest.mark.parametrize(
    "body",
    [
        [{"query": RUNS}, {"query": WIPE}],
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "ab"}}},
        {"query": None},
        {"query": ["{ version }"]},
        {"query": "{ version"},
        {"query": "mutation { ...Unknown }"},
        {"query": "fragment F on Query { version }"},
        {"query": "{ version " * 10},
        {"query": "{a" * 2000 + "}" * 2000},
        {"query": "{ " + "a " * 40_000 + "}"},
        {"query": RUNS, "variables": "no json"},
        {"query": RUNS, "variables": [1]},
        {"query": RUNS, "operationName": 1},
        {"query": LIVE},
        "text",
    ],
)
def test_what_cannot_be_examined_is_not_passed_on(closed, headers, upstream, body):
    reached = len(upstream.requests)

    answer = closed.post("/dagster/graphql", body, headers=headers[Role.ADMIN])

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_graphql")
    assert len(upstream.requests) == reached


def test_only_what_was_examined_reaches_dagster(closed, headers, upstream):
    twice = b'{"query": "mutation { wipeAssets { x } }", "query": "{ version }", "more": 1}'
    admin = headers[Role.VIEWER]
    asked = closed.http.post(
        f"/dagster/graphql?query={WIPE}", content=twice, headers={**admin, "content-type": "application/json"}
    )
    _, url, _, body = upstream.requests[-1]
    others = [
        closed.http.post(f"/dagster/graphql?query={WIPE}", content=b"", headers={**admin, "content-type": kind})
        for kind in ("text/plain", "application/graphql", "application/x-www-form-urlencoded", "")
    ]

    assert asked.status_code == 200
    assert url == f"{upstream.url}/dagster/graphql"
    assert json.loads(body) == {"query": "{ version }", "variables": None, "operationName": None}
    assert [one.status_code for one in others] == [415] * 4


def test_nothing_is_changed_by_an_address(closed, headers, upstream):
    changed = closed.get("/dagster/graphql", params={"query": WIPE}, headers=headers[Role.ADMIN])
    read = closed.get("/dagster/graphql", params={"query": RUNS, "variables": "{}"}, headers=headers[Role.VIEWER])

    assert (changed.status_code, read.status_code) == (405, 200)
    assert upstream.requests[-1][0] == "POST"


def test_pages_of_others_change_nothing(closed, headers):
    foreign = {"origin": "https://evil.example"}

    posted = closed.post("/dagster/graphql", {"query": LAUNCH}, headers={**headers[Role.ADMIN], **foreign})
    with pytest.raises(InvalidStatus) as refused:
        live(closed, headers[Role.ADMIN], origin="https://evil.example")
    with pytest.raises(InvalidStatus) as unknown:
        live(closed, {})

    assert posted.json()["error"]["code"] == "foreign_origin"
    assert refused.value.response.status_code == 403
    assert unknown.value.response.status_code == 401
    assert [one.action for one in closed.site.audit.entries()][-1] == "WS /dagster/graphql"


def test_nobody_gets_in_who_is_not_known(closed):
    page = closed.get("/dagster/assets", headers={"accept": "text/html"})
    asked = closed.post("/dagster/graphql", {"query": RUNS})

    assert (page.status_code, page.headers["location"]) == (303, "/login?next=%2Fdagster%2Fassets")
    assert asked.status_code == 401


def test_a_token_without_the_scope_changes_nothing(closed):
    issued = Tokens(closed.site.settings.path("state"))
    _, text = issued.issue("reader", Role.ADMIN, scopes=[Scope.READ])
    asked = [closed.post("/dagster/graphql", {"query": query}, headers={"authorization": f"Bearer {text}"})
             for query in (RUNS, LAUNCH)]  # fmt: skip

    assert [one.status_code for one in asked] == [200, 403]
    assert "scope write" in asked[1].json()["error"]["fix"]


def test_neither_cookies_nor_tokens_reach_dagster_and_none_of_its_cookies_comes_back(closed, headers, upstream):
    mine = {**headers[Role.VIEWER], "cookie": "datamorph_session=mine", "x-forwarded-for": "1.2.3.4", "te": "trailers",
            "connection": "keep-alive, x-mine", "x-datamorph-read-only": "0", "if-none-match": '"x"'}  # fmt: skip
    answer = closed.get("/dagster/page", headers=mine)
    seen = upstream.requests[-1][2]
    closed.get("/dagster/page", headers=headers[Role.OPERATOR])

    assert {"cookie", "authorization", "x-forwarded-for", "te", "x-mine"}.isdisjoint(seen)
    assert (seen["if-none-match"], seen["x-datamorph-read-only"]) == ('"x"', "1")
    assert {"cookie", "x-datamorph-read-only"}.isdisjoint(upstream.requests[-1][2])
    assert "set-cookie" not in answer.headers
    assert answer.headers["x-frame-options"] == "DENY"
    policy = answer.headers["content-security-policy"]
    assert "script-src 'nonce-0123456789abcdef' 'strict-dynamic';" in policy
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize(
    "path",
    [
        *("/dagster/../api/v1/runs", "/dagster/%2e%2e/x", "/dagster/a/..%2fx", "/dagster//evil.example/x"),
        *("/dagster/a%5cb", "/dagster/a%00b", "/dagster/a%0d%0ab", "/dagster/a%0ax"),
        *("/dagster/notebook?path=/etc/x.ipynb", "/dagster/dagit/notebook"),
    ],
)
def test_no_path_leads_elsewhere(closed, headers, upstream, path):
    reached = len(upstream.requests)
    raw = httpx.Request("GET", closed.url, headers=headers[Role.ADMIN], extensions={"target": path.encode()})
    answer = closed.http.send(raw)

    assert answer.status_code == 404
    assert len(upstream.requests) == reached


def test_a_host_in_the_path_is_a_part_of_the_path(closed, headers, upstream):
    closed.get("/dagster/@evil.example/http://x", headers=headers[Role.VIEWER])
    closed.get("/dagster/%252e%252e/x?a=1", headers=headers[Role.VIEWER])

    assert upstream.requests[-1][1] == f"{upstream.url}/dagster/%252e%252e/x?a=1"


def test_redirects_stay_here_and_large_answers_pass(closed, headers):
    moved = closed.get("/dagster/elsewhere", headers=headers[Role.VIEWER])
    large = closed.get("/dagster/parts", headers=headers[Role.VIEWER])

    assert moved.headers["location"] == "/dagster/assets?x=1"
    assert len(large.content) == 1_000_000
    assert closed.get("/dagster", headers=headers[Role.VIEWER]).headers["location"] == "/dagster/"


def test_what_was_changed_is_in_the_audit_log(closed, headers):
    params = {"selector": {"jobName": "prompt_pipeline"}, "runConfigData": {"password": "hush"}}
    closed.post("/dagster/graphql", {"query": LAUNCH, "variables": {"p": params}}, headers=headers[Role.OPERATOR])
    done = list(closed.site.audit.entries())[-1]
    closed.post("/dagster/graphql", {"query": LAUNCH}, headers=headers[Role.VIEWER])
    denied = list(closed.site.audit.entries())[-1]
    closed.post("/dagster/graphql", {"query": RUNS}, headers=headers[Role.VIEWER])

    assert (done.who, done.action, done.outcome) == ("token:operator", "POST /dagster/graphql", "done")
    assert done.facts["mutations"] == ["launchRun"]
    assert done.facts["of"] == {"jobName": ["prompt_pipeline"]}
    assert "hush" not in json.dumps(done.facts)
    assert (denied.who, denied.outcome) == ("token:viewer", "denied")
    assert list(closed.site.audit.entries())[-1] == denied


def test_a_change_that_is_sent_again_is_made_once(closed, headers, upstream):
    """The UI sends a key with each mutation, and sends it again when the connection breaks."""
    reached, keyed = len(upstream.requests), {**headers[Role.OPERATOR], "idempotency-key": "8a1f"}
    answers = [closed.post("/dagster/graphql", {"query": LAUNCH}, headers=keyed) for _ in range(2)]

    assert [one.json() for one in answers] == [{"data": {"ok": True}}] * 2
    assert len(upstream.requests) == reached + 1


def test_what_happened_to_an_asset_elsewhere_is_reported_by_those_who_may(closed, headers, upstream):
    path, told = "/dagster/report_asset_materialization/raw/shop/a%20b", {"metadata": {"rows": 3}}
    asked = [closed.post(path, told, headers=headers[role]).status_code for role in Role]
    method, url, _, body = upstream.requests[-1]

    assert asked == [403, 403, 200, 200]
    assert (method, url, json.loads(body)) == ("POST", f"{upstream.url}{path}", told)
    assert list(closed.site.audit.entries())[-1].facts["asset_key"] == "raw/shop/a b"


def live(closed, headers, **options):
    address = f"ws{closed.url.removeprefix('http')}/dagster/graphql"
    return connect(address, subprotocols=["graphql-ws"], additional_headers=headers, proxy=None, **options)


def test_subscriptions_pass_and_nothing_else(closed, headers, upstream):
    with live(closed, headers[Role.ADMIN], origin=closed.url) as socket:
        said = [
            {"type": "connection_init", "payload": {"secret": 1}},
            {"type": "start", "id": "1", "payload": {"query": LIVE}},
            {"type": "start", "id": "2", "payload": {"query": WIPE}},
            {"type": "start", "id": "3", "payload": {"query": RUNS}},
            {"type": "start", "id": "4", "payload": [{"query": LIVE}]},
            {"type": "subscribe", "id": "5", "payload": {"query": LIVE}},
            {"type": "stop", "id": "1"},
        ]
        answers = []
        for message in said:
            socket.send(json.dumps(message))
            answers.append(json.loads(socket.recv(timeout=60)))
        socket.send("no json")
        answers.append(json.loads(socket.recv(timeout=60)))

    kinds = [(one["id"], one["type"]) for one in answers]
    wait_for(lambda: list(closed.site.audit.entries())[-1].facts.get("mutations") == ["wipeAssets"])
    assert kinds == [(None, "data"), ("1", "data"), *((str(n), "error") for n in (2, 3, 4, 5)), ("1", "data"),
                     (None, "error")]  # fmt: skip
    assert [message["type"] for message in upstream.messages] == ["connection_init", "start", "stop"]
    assert {"cookie", "authorization"}.isdisjoint(upstream.handshakes[-1])


def test_an_open_socket_ends_with_the_session(closed):
    closed.site.dagster.look_s = 0.1
    people = closed.site.gate.people
    people.put("leaver", Role.VIEWER, PASSWORD)
    cookie, _ = closed.site.gate.sign_in("leaver", PASSWORD, address="test")
    with live(closed, {"cookie": f"datamorph_session={cookie}"}) as socket:
        socket.send('{"type": "connection_init"}')
        socket.recv(timeout=60)
        people.remove("leaver")
        with pytest.raises(ConnectionClosed) as ended:
            socket.recv(timeout=60)

    assert ended.value.rcvd.code == 1008


def wait_for(is_true):
    until = time.monotonic() + 60
    while not is_true():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_ui_that_is_gone_is_told_and_asked_again(tmp_path):
    (tmp_path / "datamorph.toml").write_text('dagster_url = "http://127.0.0.1:9"\n')
    with serving_site(tmp_path) as served:
        page = served.get("/dagster/", headers={"accept": "text/html"})
        asked = served.post("/dagster/graphql", {"query": RUNS})
        with pytest.raises(InvalidStatus) as refused:
            live(served, {})

    assert (page.status_code, asked.status_code, refused.value.response.status_code) == (503, 503, 503)
    assert "the Dagster UI is restarting" in page.text
    assert page.headers["refresh"] == "5"
    assert asked.json()["error"]["code"] == "dagster_restarts"


def test_without_a_ui_it_is_said_how_to_start_one(empty):
    answer = empty.get("/dagster/assets")

    assert (answer.status_code, answer.json()["error"]["fix"]) == (503, "start it: datamorph up")
    assert "Dagster UI" not in empty.get("/").text


@pytest.mark.long
def test_the_mutations_that_have_a_rule_are_those_of_dagster():
    from dagster_graphql.schema import create_schema

    known = set(create_schema().graphql_schema.mutation_type.fields)

    assert OPERATING | HARMLESS <= known
    assert {"wipeAssets", "deleteRun", "shutdownRepositoryLocation", "freeConcurrencySlots"} <= known - OPERATING


def test_an_address_of_dagster_that_is_none_is_refused(tmp_path):
    from datamorph.errors import SettingsError

    for wrong in ("ftp://x", "http://x/path", "http://user@x", "x"):
        with pytest.raises(SettingsError):
            load_settings(tmp_path, dagster_url=wrong)
