"""What a project uses of AWS, by its settings and its sources."""

from __future__ import annotations

from collections.abc import Iterator

from datamorph.core.aws_policy import AwsUse
from datamorph.core.secret import Secret, parse_secret
from datamorph.core.sources_file import read_sources
from datamorph.errors import SettingsError
from datamorph.settings import NAMES_OF_SECRETS, SECRETS, Settings


def aws_use(settings: Settings) -> AwsUse:
    """What roles must be allowed for this project.

    Raises:
        SettingsError: the sources file cannot be read.
    """
    file = settings.path("sources")
    try:
        found = read_sources(file.read_text(encoding="utf-8")) if file.exists() else None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{str(file)!r} cannot be read: {error}", fix="make it readable text") from error
    sources = list(found.sources.values()) if found else []
    files = [source.files for source in sources if source.files]
    return AwsUse(
        lake=settings.lake if settings.lake and settings.lake.startswith("s3://") else "",
        jobs=settings.jobs_uri,
        role=settings.aws_job_role,
        engines=settings.engines_set_up,
        runlog=settings.runlog.removeprefix("dynamodb://") if settings.runlog != "sqlite" else "",
        kms_key=settings.kms_key,
        pipelines=settings.pipelines if settings.pipelines.startswith("s3://") else "",
        secrets=(*_secrets(settings), *(secret for source in sources for secret in source.secrets)),
        emr_roles=(settings.emr_service_role, settings.emr_instance_profile) if settings.makes_clusters else (),
        sources=[one.path for one in files if one.is_on_s3],
        queues=[one.events for one in files if one.events],
    )


def _secrets(settings: Settings) -> Iterator[Secret]:
    """Those that settings name, not what is written into them."""
    for name in sorted(SECRETS | NAMES_OF_SECRETS):
        found = parse_secret(getattr(settings, name) or "")
        if found:
            yield found
