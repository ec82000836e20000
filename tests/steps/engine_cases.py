"""Which engines the suites run over."""

from __future__ import annotations

import pytest

from datamorph.adapters.engines.java import OLDEST_JAVA, find_java
from datamorph.errors import SettingsError


def _has_java() -> bool:
    try:
        return bool(find_java())
    except SettingsError:
        return False


needs_java = pytest.mark.skipif(not _has_java(), reason=f"engine jvm needs Java {OLDEST_JAVA} or newer")
ENGINE_PARAMS = ["sail", pytest.param("jvm", marks=needs_java)]
"""Every local engine; jvm is skipped where there is no Java."""
