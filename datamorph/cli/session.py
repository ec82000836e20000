"""One call of the command line: its global options, where it writes, and the platform it opens."""

from __future__ import annotations

import json
import re
import shlex
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console, RenderableType
from rich.text import Text

from datamorph.cli.cells import safe_lines

if TYPE_CHECKING:
    from datamorph.platform import Platform
    from datamorph.settings import Settings


def print_part(console: Console, part: RenderableType) -> None:
    """Print, and leave it to a text itself whether it may be wrapped or cut (``ignore``: between words only)."""
    if isinstance(part, Text):
        console.print(part, crop=False, no_wrap=part.no_wrap, overflow=part.overflow)
    else:
        console.print(part, crop=False)


def copyable(text: str, *, style: str = "") -> Text:
    """Text that people copy: never cut and never wrapped, whatever the width."""
    return Text(text, style=style, no_wrap=True, overflow="ignore")


_SPECIAL = frozenset('"$`\\!')


@dataclass
class Session:
    """What every command gets: results go to stdout, progress and problems to stderr.

    Attributes:
        home: the project's folder as given with ``--home``.
        as_json: one JSON document on stdout instead of text, also for errors.
        is_verbose: tracebacks are shown.
    """

    home: Path | None = None
    as_json: bool = False
    is_verbose: bool = False
    is_uncached: bool = False
    """Plans that are kept are not used."""
    engine: str | None = None
    """The engine of this call, whatever is set."""
    waited_s: float = 0.0
    """Seconds in which a person was asked something."""

    @cached_property
    def out(self) -> Console:
        """Stdout; text is never read as markup."""
        return Console(markup=False, emoji=False, highlight=False)

    @cached_property
    def err(self) -> Console:
        """Stderr; text is never read as markup."""
        return Console(stderr=True, markup=False, emoji=False, highlight=False)

    @cached_property
    def settings(self) -> Settings:
        """The project's settings."""
        from datamorph.settings import load_settings

        return load_settings(self.home)

    @cached_property
    def platform(self) -> Platform:
        """The project's platform, opened when a command first needs it."""
        from datamorph.platform import open_platform

        uncached = {"llm_cache": False} if self.is_uncached else {}
        chosen: dict[str, Any] = {"engine": self.engine, "engines": {}} if self.engine else {}
        return open_platform(self.home, **uncached, **chosen)

    def close(self) -> None:
        """Give back what the platform holds, if it was opened."""
        if "platform" in self.__dict__:
            self.platform.close()

    @property
    def is_interactive(self) -> bool:
        """True when a person can be asked: a terminal on both sides and no ``--json``."""
        return not self.as_json and sys.stdin is not None and sys.stdin.isatty() and self.out.is_terminal

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Around a question to a person: that time is not the platform's."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.waited_s += time.perf_counter() - started

    def show(self, *parts: RenderableType) -> None:
        """Print for a person; nothing with ``--json``."""
        if not self.as_json:
            for part in parts:
                print_part(self.out, part)

    def write(self, text: str) -> None:
        """Text for a file or a program: byte for byte, nothing with ``--json``."""
        if not self.as_json:
            sys.stdout.write(text)

    def tell(self, *parts: RenderableType) -> None:
        """Print beside the result, on stderr; nothing with ``--json``."""
        if not self.as_json:
            for part in parts:
                print_part(self.err, part)

    def document(self, data: Mapping[str, Any]) -> None:
        """Print the one JSON document of ``--json``; nothing without it."""
        if self.as_json:
            sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False) + "\n")
            sys.stdout.flush()

    def fail(self, problem: str, *, fix: str, kind: str, exit_code: int, **more: Any) -> None:
        """Say what went wrong and what to do next, commands as this project needs them; ``more`` is for JSON."""
        fix = _COMMAND.sub(lambda _: self.command(), fix)
        self.document({"error": {"type": kind, "problem": problem, "fix": fix, **more, "exit_code": exit_code}})
        self.tell(Text.assemble(("✗ ", "bold red"), (safe_lines(problem), "red"), overflow="ignore"))
        self.tell(Text.assemble(("  fix: ", "bold"), safe_lines(fix), overflow="ignore"))

    def next_steps(self, *commands: tuple[str, ...]) -> None:
        """Suggest commands, each given as its arguments, ready to be copied."""
        self.show(Text("\nNext", style="bold"))
        for command in commands:
            self.show(copyable(f"  {self.command(*command)}", style="cyan"))

    def command(self, *arguments: str) -> str:
        """A command of this project as a person would type it."""
        home = ("--home", str(self.home)) if self.home is not None else ()
        return " ".join(["datamorph", *map(quoted, (*home, *arguments))])


_COMMAND = re.compile(r"(?<![\w./-])datamorph(?= [a-z]+\b)")


def quoted(argument: str) -> str:
    """Quoted for a POSIX shell, in double quotes where these are enough."""
    quoted = shlex.quote(argument)
    return quoted if quoted == argument or set(argument) & _SPECIAL else f'"{argument}"'
