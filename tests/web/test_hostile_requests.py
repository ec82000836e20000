"""What nobody expects: requests made from the description and beside it."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance
from site_server import serving_site

from datamorph.web.description import describe

EXAMPLES = 4


@pytest.fixture(scope="module")
def open_shop(tmp_path_factory, shop_home):
    """The shop again, for as many requests as one likes."""
    (shop_home / "datamorph.toml").write_text("serve_requests = 1000000\n")
    with serving_site(shop_home) as served:
        yield served
    (shop_home / "datamorph.toml").unlink()


@pytest.fixture(scope="module")
def described(open_shop):
    found = schemathesis.openapi.from_url(f"{open_shop.url}/openapi.json")
    return found.exclude(path="/start")  # a random sentence is planned like any other; one is enough, below


def test_no_request_is_answered_with_an_undocumented_answer(described):
    checks = [not_a_server_error, status_code_conformance, response_schema_conformance]
    tried = 0
    for result in described.get_all_operations():
        operation = result.ok()

        @settings(max_examples=EXAMPLES, phases=[Phase.generate], deadline=None, derandomize=True, database=None,
                  suppress_health_check=list(HealthCheck))  # fmt: skip
        @given(case=operation.as_strategy())
        def check(case):
            case.call_and_validate(checks=checks, timeout=120)

        check()
        tried += 1

    assert tried > 30


def test_the_description_names_the_errors_of_every_route(shop):
    found = shop.get("/openapi.json").json()

    for path, operations in found["paths"].items():
        for method, operation in operations.items():
            assert {"400", "401", "403", "429"} <= set(operation["responses"]), (method, path)
            assert operation["description"], (method, path)
    assert "examples" in found["components"]["schemas"]["Failure"]


def test_describing_changes_nothing_of_the_application(open_shop):
    from datamorph.web.app import create_app

    app = create_app(open_shop.site)

    assert describe(app) == describe(app)
