"""To how many decimals the measures of a grouped result are rounded."""

from __future__ import annotations

from datamorph.core.datatype import is_integer, is_time
from datamorph.planning.offline.recipes.flow import Flow
from datamorph.planning.offline.recipes.grouped.kinds import MEASURE_KINDS
from datamorph.planning.offline.recipes.grouped.result import Grouped
from datamorph.planning.offline.recipes.grouped.spots import Scene
from datamorph.planning.offline.recipes.listed import Listed
from datamorph.planning.offline.recipes.slots import digits_of


def digits_by_name(flow: Flow, found: Grouped) -> dict[str, int]:
    """To how many decimals each measure is rounded: as is said about it, else as is said about all."""
    scene = found.scene
    fractions = [
        one for one in scene.outputs
        if found.kinds[one.name].name in MEASURE_KINDS and not is_integer(flow.type_of(one.name))
        and not is_time(flow.type_of(one.name))
    ]  # fmt: skip
    own = {one.name: d for one in fractions if (d := _own_digits(scene, one)) is not None}
    everywhere = digits_of(scene.brief)
    if own or everywhere is None:
        return own
    return {one.name: everywhere for one in fractions}


def _own_digits(scene: Scene, one: Listed) -> int | None:
    return next((d for start, end in scene.zones(one) if (d := digits_of(scene.brief, start, end)) is not None), None)
