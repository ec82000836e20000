"""Rates off AWS's price list, by its Price List Query API."""

# botocore has no type stubs.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from datamorph.adapters.engines.remote.clients import Clients
from datamorph.adapters.engines.remote.failures import told
from datamorph.adapters.engines.remote.options import AwsOptions
from datamorph.core.usage import ListedPrices
from datamorph.errors import EngineError

SERVED_IN = {"eu": "eu-central-1", "ap": "ap-south-1"}
"""The list of every region is served in three: there, and in us-east-1."""
MOST_PAGES = 300
LISTED: Mapping[str, tuple[str, str, str]] = {
    "dpu_h": ("AWSGlue", "ETL-DPU-Hour", "Jobrun"),
    "flex_dpu_h": ("AWSGlue", "ETL-Flex-DPU-Hour", "FlexJobrun"),
    "vcpu_h": ("ElasticMapReduce", "EMR-SERVERLESS-vCPUHours", ""),
    "memory_gb_h": ("ElasticMapReduce", "EMR-SERVERLESS-MemoryGBHours", ""),
    "storage_gb_h": ("ElasticMapReduce", "EMR-SERVERLESS-StorageGBHours", ""),
    "fargate_vcpu_h": ("AmazonECS", "Fargate-vCPU-Hours:perCPU", ""),
    "fargate_gb_h": ("AmazonECS", "Fargate-GB-Hours", ""),
}
"""Service, type of usage without the region's letters, and operation of each unit, x86. Spot is in no price list."""


def read_prices(region: str, *, endpoint: str | None = None) -> ListedPrices:
    """What the list says for a region.

    Raises:
        EngineError: it cannot be read (``pricing:GetProducts``), or has none of the units.
    """
    options = AwsOptions(jobs="", region=SERVED_IN.get(region.partition("-")[0], "us-east-1"), endpoint=endpoint)
    units, published = dict[str, float](), ""
    with told("pricing"):
        client = Clients(options)("pricing")
        for service in dict.fromkeys(service for service, _, _ in LISTED.values()):
            for product in _products(client, service, region):
                published = max(published, str(product.get("publicationDate", ""))[:10])
                _note(units, service, product)
    if not units:
        fix = "check the region's name, such as eu-central-1"
        raise EngineError(f"AWS's price list has no rate of a job in region {region!r}", fix=fix)
    source = f"AWS Price List API, region {region}, x86" + (f", list of {published}" if published else "")
    return ListedPrices(source, units)


def _products(client: Any, service: str, region: str) -> Iterator[dict[str, Any]]:
    wanted = [{"Type": "TERM_MATCH", "Field": "regionCode", "Value": region}]
    more = dict[str, Any]()
    for _ in range(MOST_PAGES):
        page = client.get_products(ServiceCode=service, Filters=wanted, FormatVersion="aws_v1", MaxResults=100, **more)
        for text in page.get("PriceList", ()):
            yield json.loads(text)
        if not page.get("NextToken"):
            return
        more = {"NextToken": page["NextToken"]}


def _note(units: dict[str, float], service: str, product: Mapping[str, Any]) -> None:
    """Take a product's price where it is one of ours; of several, the dearest, so that no cap is too wide."""
    attributes: Mapping[str, Any] = product.get("product", {}).get("attributes", {})
    kind, operation = str(attributes.get("usagetype", "")), str(attributes.get("operation", ""))
    for unit, (its_service, its_kind, its_operation) in LISTED.items():
        if service != its_service or not re.fullmatch(rf"(?:[A-Z0-9]+-)?{re.escape(its_kind)}", kind):
            continue
        if its_operation and operation and operation != its_operation:
            continue
        if price := _on_demand(product):
            units[unit] = max(units.get(unit, 0.0), price)


def _on_demand(product: Mapping[str, Any]) -> float:
    """USD of one unit of the first tier, without a commitment; 0 where there is none."""
    terms: Mapping[str, Any] = product.get("terms", {}).get("OnDemand", {})
    dimensions = [one for term in terms.values() for one in term.get("priceDimensions", {}).values()]
    first = [one for one in dimensions if str(one.get("beginRange", "0")) == "0"]
    return max((float(one.get("pricePerUnit", {}).get("USD", 0)) for one in first), default=0.0)
