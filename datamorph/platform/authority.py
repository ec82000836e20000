"""What a project uses of AWS, by its settings and its sources."""

from __future__ import annotations

from dataclasses import replace

from datamorph.core.aws_policy import AwsUse
from datamorph.core.sources_file import read_sources
from datamorph.errors import SettingsError
from datamorph.settings import Settings


def aws_use(settings: Settings) -> AwsUse:
    """What roles must be allowed for this project.

    Raises:
        SettingsError: the sources file cannot be read.
    """
    use, file = settings.aws_use, settings.path("sources")
    try:
        found = read_sources(file.read_text(encoding="utf-8")) if file.exists() else None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{str(file)!r} cannot be read: {error}", fix="make it readable text") from error
    sources = list(found.sources.values()) if found else []
    files = [source.files for source in sources if source.files]
    return replace(
        use,
        secrets=(*use.secrets, *(secret for source in sources for secret in source.secrets)),
        sources=[one.path for one in files if one.is_on_s3],
        queues=[one.events for one in files if one.events],
    )
