"""Values of secrets: from the environment, or from a file that is mounted."""

from __future__ import annotations

import os
from pathlib import Path

from datamorph.core.source_spec import Secret
from datamorph.errors import SettingsError


def read_secret(secret: Secret, home: Path) -> str:
    """The value, which goes into no log, error or file.

    Raises:
        SettingsError: there is none.
    """
    if secret.env is not None:
        value = os.environ.get(secret.env, "")
        if not value:
            raise SettingsError(f"the environment has no {secret.env}", fix=f"export {secret.env}=...")
        return value
    file = home / Path(secret.file or "").expanduser()
    try:
        return file.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, ValueError) as error:
        raise SettingsError(f"the secret file {str(file)!r} cannot be read", fix="mount it, or name another") from error
