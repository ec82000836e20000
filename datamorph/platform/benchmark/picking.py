"""Which cases of a pack are measured."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Collection, Sequence
from enum import StrEnum

from datamorph.errors import SourceError
from datamorph.platform.benchmark.pack import Case, Pack

_CLOSED = 3


class Part(StrEnum):
    """A fixed third of the cases is closed, by a hash of their ids: tune on the open ones."""

    ALL = "all"
    OPEN = "open"
    CLOSED = "closed"


def is_closed(identifier: str) -> bool:
    """True for a fixed third of all ids."""
    return int(hashlib.sha256(identifier.encode()).hexdigest(), 16) % _CLOSED == 0


def pick_cases(
    pack: Pack, *, part: Part = Part.ALL, only: Collection[str] = (), tag: str = "", sample: int = 0, seed: int = 1
) -> Sequence[Case]:
    """The cases of a part with a tag, the named ones, or a repeatable sample of them.

    Raises:
        SourceError: an id or a tag that the pack does not have, or nothing is left.
    """
    if unknown := sorted(set(only) - {case.id for case in pack.cases}):
        raise SourceError(f"the pack has no case {unknown[0]!r}", fix=f"its ids are like {pack.cases[0].id}")
    if only:
        return [case for case in pack.cases if case.id in only]
    tags = sorted({one for case in pack.cases for one in case.tags})
    if tag and tag not in tags:
        raise SourceError(f"the pack has no tag {tag!r}", fix=f"its tags are {', '.join(tags)}")
    cases = [case for case in pack.cases if part is Part.ALL or is_closed(case.id) == (part is Part.CLOSED)]
    cases = [case for case in cases if not tag or tag in case.tags]
    if not cases:
        raise SourceError(f"no case of {pack.folder} is left", fix="choose another --part")
    if 0 < sample < len(cases):
        picked = set(random.Random(seed).sample(range(len(cases)), sample))  # noqa: S311 (no secret)
        return [case for place, case in enumerate(cases) if place in picked]
    return cases
