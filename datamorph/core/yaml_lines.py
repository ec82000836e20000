"""A YAML document with the line of each of its values, for files that people write by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import yaml

from datamorph.core.document import read_document


class Lines:
    """Plain data under the rules of specs (YAML 1.2, no aliases, no key twice), and where it stands.

    Args:
        origin: what to call the document in errors.

    Raises:
        SpecError: not readable so, with the line.
    """

    def __init__(self, text: str, *, origin: str) -> None:
        self.data = read_document(text, origin=origin)
        self._root = cast(Any, yaml.compose(text, Loader=yaml.CSafeLoader)) if self.data is not None else None

    def of(self, path: Sequence[str | int]) -> int:
        """Line, from 1, of the deepest part of the path that exists; of a key where the path ends at a mapping's."""
        node, line = self._root, 1 if self._root is not None else 0
        for part in path:
            key, node = _child(node, part)
            if key is None:
                break
            line = key.start_mark.line + 1
        return line


def _child(node: Any, part: str | int) -> tuple[Any, Any]:
    """What to show and where to go on; a pair of None where there is no such part."""
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == str(part)), (None, None))
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part], node.value[part]
    return None, None
