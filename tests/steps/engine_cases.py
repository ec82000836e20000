"""Which engines the suites run over."""

from __future__ import annotations

import pytest

from datamorph.adapters.engines.java import OLDEST_JAVA, find_java
from datamorph.adapters.engines.remote.options import AwsOptions
from datamorph.errors import SettingsError


def _has_java() -> bool:
    try:
        return bool(find_java())
    except SettingsError:
        return False


needs_java = pytest.mark.skipif(not _has_java(), reason=f"engine jvm needs Java {OLDEST_JAVA} or newer")
REMOTE = ("glue", "emr_serverless", "emr", "ecs")
ENGINE_PARAMS = ["sail", pytest.param("jvm", marks=needs_java)]
"""Every local engine; jvm is skipped where there is no Java."""
EVERY_PARAMS = [*ENGINE_PARAMS, *REMOTE]
"""Every engine; those of AWS run on this machine's own."""


def aws_options(account, *, jobs: str, **changes) -> AwsOptions:
    """What engines are told of an account on loopback."""
    names = ("emr_application", "emr_cluster", "ecs_cluster", "ecs_task")
    found = {name: account.settings[name] for name in names}
    lists = {name: tuple(account.settings[name]) for name in ("ecs_subnets", "ecs_security_groups")}
    own = {"region": account.settings["aws_region"], "role": account.settings["aws_job_role"]}
    return AwsOptions(**{"jobs": jobs, "endpoint": account.endpoint, **own, **found, **lists, **changes})
