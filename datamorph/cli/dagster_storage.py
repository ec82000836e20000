"""Dagster's own storage of a project: its configuration and its tables. Needs no Dagster."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

from datamorph.errors import SettingsError
from datamorph.platform import open_platform
from datamorph.platform.secrets import open_secrets
from datamorph.settings import Settings

_HEADER = "# Written by `datamorph up` at every start. Delete this line to keep your own changes.\n"
_CONFIGURATION = """\
telemetry:
  enabled: false
nux:
  enabled: false
run_coordinator:
  module: dagster.core.run_coordinator
  class: QueuedRunCoordinator
  config:
    dequeue_interval_seconds: 1
    max_user_code_failure_retries: 60
    user_code_failure_retry_delay: 10
run_launcher:
  module: datamorph.assets.launcher
  class: WatchedRunLauncher
run_monitoring:
  enabled: true
  poll_interval_seconds: 10
run_retries:
  enabled: true
  max_retries: 2
  retry_on_asset_or_op_failure: false
freshness:
  enabled: true
concurrency:
  runs:
    max_concurrent_runs: {runs}
  pools:
    granularity: run
    default_limit: {pool}
retention:
  schedule:
    purge_after_days: 90
  sensor:
    purge_after_days: {{skipped: 1, failure: 30, success: 90}}
"""


_POSTGRES = """\
storage:
  postgres:
    postgres_url: {env: DAGSTER_POSTGRES_URL}
"""


def storage_environment(settings: Settings) -> Mapping[str, str]:
    """What Dagster's processes need besides, so that no password is written to a file."""
    if settings.database_url is None:
        return {}
    _, _, rest = open_secrets(settings).database(settings.database_url).partition("://")
    return {"DAGSTER_POSTGRES_URL": f"postgresql+psycopg2://{rest}"}


def require_database(settings: Settings) -> None:
    """Look whether the database answers, before processes are started that would only say so in their logs.

    Raises:
        LakeError: it does not, with its address and no password.
    """
    if settings.database_url:
        open_platform(settings.home).close()


def write_configuration(folder: Path, settings: Settings) -> None:
    """Write ``dagster.yaml``, unless a person has made it their own."""
    file = folder / "dagster.yaml"
    if file.exists() and not file.read_text(encoding="utf-8").startswith(_HEADER):
        return
    runs = max(2, (os.cpu_count() or 2) // 2)
    text = _CONFIGURATION.format(runs=runs, pool=settings.engine_runs) + (_POSTGRES if settings.database_url else "")
    file.write_text(_HEADER + text, encoding="utf-8")


def prepare_storage(folder: Path, environment: Mapping[str, str]) -> None:
    """Create or upgrade Dagster's tables, once per version: processes that do so side by side collide."""
    place = hashlib.sha256(environment.get("DAGSTER_POSTGRES_URL", "").encode()).hexdigest()[:12]
    done, wanted = folder / "schema.txt", f"{version('dagster')} {place}"
    if done.exists() and done.read_text(encoding="utf-8") == wanted:
        return
    command = [sys.executable, "-m", "dagster", "instance", "migrate"]
    migrated = subprocess.run(  # noqa: S603
        command, env=dict(environment), cwd=folder, capture_output=True, text=True, check=False, start_new_session=True
    )
    if migrated.returncode:
        raise SettingsError(f"Dagster's storage cannot be prepared:\n{migrated.stderr[-2000:]}", fix=f"see {folder}")
    done.write_text(wanted, encoding="utf-8")
