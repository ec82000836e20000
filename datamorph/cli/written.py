"""Whether anything was written that makes the code location show something else: by people, or by a program."""

from __future__ import annotations

import logging

from datamorph.assets.running_ui import wanted_at
from datamorph.errors import SettingsError
from datamorph.platform.platform import Platform
from datamorph.platform.ports import Ports
from datamorph.settings import FILE, Settings, load_settings

log = logging.getLogger("datamorph.up")


class Written:
    """The files of a project, in the folders that its settings of this moment name."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._platform, self._stamp, self._told = Platform(Ports(settings)), self._settings_stamp(), ""

    def version(self) -> str:
        """Text that changes with what was written; cheap to find out.

        Raises:
            SettingsError: the settings are wrong just now. What is shown stays until they are right, so that a slip
                of the pen ends nothing that is at work; it is logged once.
        """
        self._read_settings()
        return f"{self._stamp} {self._platform.written_version()} {wanted_at(self._settings)}"

    def _read_settings(self) -> None:
        stamp = self._settings_stamp()
        if stamp == self._stamp:
            return
        try:
            settings = load_settings(self._settings.home)
        except SettingsError as error:
            if stamp != self._told:
                log.warning("the project is shown as it was before: %s", error)
            self._told = stamp
            raise
        self._platform.close()
        self._platform, self._stamp = Platform(Ports(settings)), stamp

    def _settings_stamp(self) -> str:
        try:
            found = (self._settings.home / FILE).stat()
        except OSError:
            return "none"
        return f"{found.st_size}-{found.st_mtime_ns}"
