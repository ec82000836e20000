"""One person holds so many live connections at a time, and no more; nobody else notices."""

from __future__ import annotations

import time
from contextlib import ExitStack

import pytest
from playwright.sync_api import expect
from site_server import serving_site
from upstream_server import telling_server
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from datamorph.core.run import RunState
from datamorph.errors import NotFoundError
from datamorph.platform.stages import Request
from datamorph.web.access.identity import Role
from datamorph.web.access.people import People
from datamorph.web.access.tokens import Tokens

MOST = 3


@pytest.fixture
def served(tmp_path):
    """A project whose people hold few connections, with a Dagster webserver."""
    with telling_server() as upstream:
        (tmp_path / "datamorph.toml").write_text(f'serve_streams = {MOST}\ndagster_url = "{upstream.url}"\n')
        People(tmp_path / ".datamorph" / "web" / "users.json").put("ada", Role.ADMIN, "correct horse")
        with serving_site(tmp_path) as served:
            yield served


@pytest.fixture
def run_id(served):
    """A run that is not at rest."""
    begun = served.site.platform.stages.begin(Request("count orders per status"))
    assert served.site.platform.find_run(begun.run_id).state is RunState.PLANNING
    return begun.run_id


@pytest.fixture
def headers(served):
    """Headers of two people."""
    issued = Tokens(served.site.settings.path("state"))
    return {
        name: {"authorization": f"Bearer {issued.issue(name, Role.VIEWER)[1]}"} for name in ("many", "other")
    }  # fmt: skip


def live(served, headers):
    address = f"ws{served.url.removeprefix('http')}/dagster/graphql"
    return connect(address, subprotocols=["graphql-ws"], additional_headers=headers, proxy=None)


def wait_for(is_true):
    until = time.monotonic() + 60
    while not is_true():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_too_many_live_connections_are_refused_until_one_ends(served, run_id, headers):
    api, page = f"/api/v1/runs/{run_id}/events", f"/runs/{run_id}/stream"
    count = served.site.held.count
    with ExitStack() as others:
        first = ExitStack()
        first.enter_context(served.http.stream("GET", api, headers=headers["many"]))
        others.enter_context(served.http.stream("GET", page, headers=headers["many"]))
        others.enter_context(live(served, headers["many"]))
        refused = [served.get(path, headers=headers["many"]) for path in (api, page)]
        with pytest.raises(InvalidStatus) as no_socket:
            live(served, headers["many"])
        elsewhere = served.get("/api/v1/runs", headers=headers["many"])
        somebody = others.enter_context(served.http.stream("GET", api, headers=headers["other"]))
        at_most = count("token:many")
        first.close()
        wait_for(lambda: count("token:many") < MOST)
        again = others.enter_context(served.http.stream("GET", api, headers=headers["many"]))

        assert [answer.status_code for answer in refused] == [429, 429]
        assert refused[0].json()["error"]["code"] == "too_many_streams"
        assert f"token:many has {MOST} live connections open" in refused[0].json()["error"]["message"]
        assert int(refused[0].headers["retry-after"]) >= 1
        assert no_socket.value.response.status_code == 429
        assert (elsewhere.status_code, somebody.status_code, again.status_code) == (200, 200, 200)
        assert at_most == MOST
    wait_for(lambda: count("token:many") == count("token:other") == 0)


@pytest.mark.browser
@pytest.mark.long
def test_a_page_that_had_to_wait_follows_as_soon_as_another_is_closed(tmp_path, chromium):
    (tmp_path / "datamorph.toml").write_text("serve_streams = 1\n")
    with serving_site(tmp_path) as served:
        stages = served.site.platform.stages
        begun = stages.begin(Request("count orders per status"))
        one, two = (chromium.new_context(base_url=served.url).new_page() for _ in range(2))
        one.goto(f"/runs/{begun.run_id}")
        wait_for(lambda: served.site.held.count("local") == 1)
        with two.expect_response("**/stream*") as first_try:
            two.goto(f"/runs/{begun.run_id}")
        expect(two.locator("#timeline[data-waits]")).to_have_count(1)
        one.context.close()
        expect(two.locator("#timeline[data-waits]")).to_have_count(0, timeout=60_000)
        assert served.site.held.count("local") == 1
        with pytest.raises(NotFoundError):  # there is no table
            stages.go(begun)

        assert first_try.value.status == 429
        expect(two.locator(".badge.failed").first).to_be_visible(timeout=60_000)
        two.context.close()
