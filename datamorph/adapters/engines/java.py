"""Finds the Java that classic Spark needs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from datamorph.errors import SettingsError

OLDEST_JAVA = 17
ASK_S = 30.0
_VERSION = re.compile(r'version "(?P<whole>(?:1\.)?(?P<major>\d+)[^"]*)"')


@dataclass(frozen=True, slots=True)
class Java:
    """A Java that was found and is new enough.

    Attributes:
        home: folder that holds ``bin/java``.
        version: as it names itself, such as ``17.0.15``.
    """

    home: Path
    version: str


def find_java() -> Java:
    """The Java of JAVA_HOME, else the first one on the PATH.

    Raises:
        SettingsError: there is none, or only older ones; it says where was looked and what was there.
    """
    seen: list[str] = []
    for place, program in _candidates():
        major, whole = _version(program)
        if program and major >= OLDEST_JAVA:
            return Java(program.resolve().parents[1], whole)
        seen.append(f"{place} ({f'Java {whole}' if major else 'no Java there'})")
    raise SettingsError(
        f"engine 'jvm' needs Java {OLDEST_JAVA} or newer; looked at {', '.join(seen)}",
        fix=f"install a JDK of version {OLDEST_JAVA} or newer and set JAVA_HOME to its folder, or set "
        "DATAMORPH_ENGINE=sail, which needs none",
    )


def _candidates() -> Iterator[tuple[str, Path | None]]:
    """Each place with the program that would be there."""
    home, program = os.environ.get("JAVA_HOME"), shutil.which("java")
    yield (f"JAVA_HOME={home}", Path(home) / "bin" / "java") if home else ("JAVA_HOME", None)
    yield "java on the PATH", Path(program) if program else None


def _version(program: Path | None) -> tuple[int, str]:
    """Major and whole version; 0 where there is no Java."""
    if program is None:
        return 0, ""
    try:
        asked = subprocess.run([program, "-version"], capture_output=True, text=True, timeout=ASK_S, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return 0, ""
    found = _VERSION.search(asked.stderr + asked.stdout)
    return (int(found["major"]), found["whole"]) if found else (0, "")
