"""Documents of other versions: upgraded step by step, or refused with what to do."""

from __future__ import annotations

from typing import Any

import pytest

from datamorph.core.evolution import UPGRADES, upgraded
from datamorph.core.spec import SPEC_VERSION, build_spec
from datamorph.errors import SpecError

DOCUMENT = {"name": "t", "sources": {"orders": "raw.t.orders"}, "target": {"table": "curated.t.out"}}


def renames_output(data: dict[str, Any]) -> dict[str, Any]:
    data["target"] = data.pop("output")
    return data


def nests_target(data: dict[str, Any]) -> dict[str, Any]:
    return {**data, "target": {"table": data["target"].lower()}}


CHAIN = {1: renames_output, 2: nests_target}


def test_every_earlier_version_has_its_upgrade():
    assert set(UPGRADES) == set(range(1, SPEC_VERSION))


def test_upgrades_are_applied_one_after_the_other():
    old = {"spec_version": 1, "output": "CURATED.t.out"}

    assert upgraded(old, known=3, origin="x", upgrades=CHAIN) == {
        "spec_version": 3, "target": {"table": "curated.t.out"},
    }  # fmt: skip


def test_a_later_version_passes_only_the_upgrades_that_it_lacks():
    found = upgraded({"spec_version": 2, "target": "A"}, known=3, origin="x", upgrades=CHAIN)

    assert found == {"spec_version": 3, "target": {"table": "a"}}


def test_a_document_without_a_version_is_of_the_first():
    found = upgraded({"output": "A"}, known=2, origin="x", upgrades=CHAIN)

    assert found == {"spec_version": 2, "target": "A"}


def test_the_given_data_stays_as_it_is():
    old = {"output": {"table": "a"}}

    upgraded(old, known=2, origin="x", upgrades=CHAIN)

    assert old == {"output": {"table": "a"}}


def test_data_of_the_newest_version_is_not_touched():
    assert upgraded(DOCUMENT, known=1, origin="x") is DOCUMENT
    assert upgraded([1], known=1, origin="x") == [1]


def test_data_that_an_upgrade_cannot_read_is_told_with_its_version():
    with pytest.raises(SpecError, match=r"spec\.yaml cannot be brought from spec_version 1 to 2") as refused:
        upgraded({"spec_version": 1}, known=2, origin="spec.yaml", upgrades=CHAIN)

    assert "version 1" in refused.value.fix


@pytest.mark.parametrize(
    "version",
    [0, -1, -(10**4400), "1", "abc", 1.5, 1.0, True, None, [1], {"a": 1}, float("nan")],
    ids=lambda value: "huge" if isinstance(value, int) and value < -9 else repr(value),
)
def test_what_is_no_version_is_refused_with_the_one_to_write(version):
    with pytest.raises(SpecError, match="no version") as refused:
        build_spec({"spec_version": version, **DOCUMENT})

    assert "spec_version: 1" in refused.value.fix


@pytest.mark.parametrize("version", [2, 99, 10**4400], ids=["next", "later", "huge"])
def test_a_newer_version_needs_a_newer_datamorph(version):
    with pytest.raises(SpecError, match="has spec_version") as refused:
        build_spec({"spec_version": version, **DOCUMENT})

    assert refused.value.fix == "upgrade datamorph"
    assert len(str(refused.value)) < 200
