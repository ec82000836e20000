"""What the tests of the steps share with the suites that run over all of them.

``test_<kind>_step.py`` beside this file holds, besides its tests,

    CASES        name -> steps whose last one is called ``out``; they read ``orders`` and ``shops`` of the engine suite
    random_step  (draw, frames, frame, other) -> the body of such a step over any frame, or None where none fits
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from types import ModuleType


def step_modules() -> dict[str, ModuleType]:
    """Test module by kind of step."""
    files = sorted(Path(__file__).parent.glob("test_*_step.py"))
    return {file.stem.removeprefix("test_").removesuffix("_step"): import_module(file.stem) for file in files}
