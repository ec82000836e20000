"""The platform of a project folder."""

from __future__ import annotations

import os
from typing import Any

from datamorph.platform.platform import Platform
from datamorph.platform.ports import Ports
from datamorph.settings import load_settings


def open_platform(home: str | os.PathLike[str] | None = None, *, is_served: bool = False, **settings: Any) -> Platform:
    """Open the platform of a project folder; runs that a dead process left behind are marked as interrupted.

    Args:
        home: the project's folder; see ``datamorph.settings.load_settings`` for the default.
        is_served: many people use it at once: their queries run in processes of their own.
        settings: any setting by name, such as ``engine_timeout_s=60``.
    """
    ports = Ports(load_settings(home, **settings), is_served=is_served)
    found = ports.settings
    is_elsewhere = found.database_url or found.runlog != "sqlite"
    if is_elsewhere or (found.path("state") / "runs.db").exists():
        ports.log.interrupt_dead()
    return Platform(ports)
