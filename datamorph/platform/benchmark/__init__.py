"""Measures a planner: packs of prompts with gold rows, run in DuckDB and compared. Needs no lake."""

from datamorph.platform.benchmark.pack import Case, Pack, open_pack
from datamorph.platform.benchmark.picking import Part, pick_cases
from datamorph.platform.benchmark.report import ModelUse, Report, build_report
from datamorph.platform.benchmark.run import run_cases
from datamorph.platform.benchmark.scoring import Scored

__all__ = [
    "Case",
    "ModelUse",
    "Pack",
    "Part",
    "Report",
    "Scored",
    "build_report",
    "open_pack",
    "pick_cases",
    "run_cases",
]
