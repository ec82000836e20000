"""Rates off a price list: a server on loopback answers as the Price List Query API is documented to."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import boto3
import pytest

from datamorph.errors import EngineError, SettingsError
from datamorph.platform.spending import rates_in_use, refresh_rates
from datamorph.settings import load_settings

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PAGE = 2


def product(service, usagetype, usd, *, operation="", region="eu-central-1", begin="0", term="OnDemand"):
    dimension = {"S.T.R": {"unit": "Hrs", "beginRange": begin, "endRange": "Inf", "description": usagetype,
                           "rateCode": "S.T.R", "appliesTo": [], "pricePerUnit": {"USD": usd}}}  # fmt: skip
    return {
        "product": {"sku": "S", "productFamily": "Serverless", "attributes": {
            "servicecode": service, "regionCode": region, "usagetype": usagetype, "operation": operation}},
        "serviceCode": service, "version": "20260215", "publicationDate": "2026-02-15T10:00:00Z",
        "terms": {term: {"S.T": {"priceDimensions": dimension, "sku": "S", "offerTermCode": "T",
                                 "effectiveDate": "2026-02-01T00:00:00Z", "termAttributes": {}}}},
    }  # fmt: skip


PRODUCTS = [
    product("AWSGlue", "EUC1-Crawler-DPU-Hour", "0.9"),
    product("AWSGlue", "EUC1-ETL-DPU-Hour", "0.5000000000", operation="Jobrun"),
    product("AWSGlue", "EUC1-ETL-DPU-Hour", "0.7", operation="DevEndpoint"),
    product("AWSGlue", "EUC1-ETL-DPU-Hour-Gen2", "0.9", operation="Jobrun"),
    product("AWSGlue", "EUC1-ETL-Flex-DPU-Hour", "0.31", operation="FlexJobrun"),
    product("AWSGlue", "USE1-ETL-DPU-Hour", "0.44", operation="Jobrun", region="us-east-1"),
    product("ElasticMapReduce", "EUC1-EMR-SERVERLESS-ARM-vCPUHours", "0.04"),
    product("ElasticMapReduce", "EUC1-EMR-SERVERLESS-vCPUHours", "0.06"),
    product("ElasticMapReduce", "EUC1-EMR-SERVERLESS-vCPUHours", "0.01", term="Reserved"),
    product("ElasticMapReduce", "EUC1-EMR-SERVERLESS-MemoryGBHours", "0.0065"),
    product("AmazonECS", "EUC1-Fargate-vCPU-Hours:perCPU", "0.04656"),
    product("AmazonECS", "EUC1-Fargate-ARM-vCPU-Hours:perCPU", "0.01"),
    product("AmazonECS", "EUC1-Fargate-GB-Hours", "0.00511"),
]


class PriceList(BaseHTTPRequestHandler):
    """Answers GetProducts, two products a page."""

    asked: list[dict]
    denied = False

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert self.headers["X-Amz-Target"] == "AWSPriceListService.GetProducts"
        self.asked.append(request)
        if self.denied:
            return self._answer(400, {"__type": "AccessDeniedException", "Message": "not authorized"})
        wanted = {one["Field"]: one["Value"] for one in request["Filters"]}
        found = [one for one in PRODUCTS if one["serviceCode"] == request["ServiceCode"]
                 and one["product"]["attributes"]["regionCode"] == wanted["regionCode"]]  # fmt: skip
        first = int(request.get("NextToken", 0))
        more = {"NextToken": str(first + PAGE)} if first + PAGE < len(found) else {}
        page = [json.dumps(one) for one in found[first : first + PAGE]]
        return self._answer(200, {"FormatVersion": "aws_v1", "PriceList": page, **more})

    def _answer(self, status, document):
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def price_list(monkeypatch) -> Iterator[tuple[str, type[PriceList]]]:
    """The address of the price list, and its handler."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    handler = type("Handler", (PriceList,), {"asked": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", handler
    server.shutdown()
    server.server_close()


def test_rates_of_a_region_replace_those_in_use_and_say_where_they_are_from(tmp_path, price_list):
    endpoint, handler = price_list
    settings = load_settings(tmp_path, aws_endpoint=endpoint, aws_region="eu-central-1", engine_rates="mine.yaml")
    (tmp_path / "mine.yaml").write_text(
        "{as_of: 2025-01-02, source: our contract, units: {dpu_h: 0.4, \
storage_gb_h: 0.0001, spot_fargate_gb_h: 0.001}}"
    )

    refresh_rates(settings, region=None, file=tmp_path / "mine.yaml", now=NOW)
    found, file = rates_in_use(settings)

    assert file == tmp_path / "mine.yaml"
    assert found.units == {
        "dpu_h": 0.5, "flex_dpu_h": 0.31, "vcpu_h": 0.06, "memory_gb_h": 0.0065, "storage_gb_h": 0.0001,
        "fargate_vcpu_h": 0.04656, "fargate_gb_h": 0.00511, "spot_fargate_gb_h": 0.001,
    }  # fmt: skip
    assert found.as_of == "2026-03-01"
    assert found.source == (
        "AWS Price List API, region eu-central-1, x86, list of 2026-02-15; "
        "kept from before: our contract, as of 2025-01-02"
    )
    assert list(found.kept) == ["storage_gb_h", "spot_fargate_gb_h"]
    assert len(handler.asked) == 3 + 2 + 2  # five products of Glue, four of EMR and three of ECS, two a page


def test_what_was_kept_twice_is_still_told_by_its_own_source(tmp_path, price_list):
    settings = load_settings(tmp_path, aws_endpoint=price_list[0], engine_rates="r.yaml")
    (tmp_path / "r.yaml").write_text("{as_of: 2025-01-02, source: ours, units: {storage_gb_h: 0.0001}}")

    for _ in range(2):
        found = refresh_rates(settings, region="eu-central-1", file=tmp_path / "r.yaml", now=NOW)

    assert found.source.count("kept from before: ours, as of 2025-01-02") == 1


def test_a_price_list_that_refuses_or_has_nothing_leaves_the_file_as_it_is(tmp_path, price_list):
    endpoint, handler = price_list
    file = tmp_path / "rates.yaml"
    file.write_text("mine")
    settings = load_settings(tmp_path, aws_endpoint=endpoint)

    with pytest.raises(SettingsError, match="no region"):
        refresh_rates(settings, region=None, file=file, now=NOW)
    with pytest.raises(EngineError, match="'moon-1'"):
        refresh_rates(settings, region="moon-1", file=file, now=NOW)
    handler.denied = True
    with pytest.raises(EngineError, match="GetProducts is not allowed"):
        refresh_rates(settings, region="eu-central-1", file=file, now=NOW)

    assert file.read_text() == "mine"
