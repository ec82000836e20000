"""The plug points. An adapter is any class with these methods; it need not inherit.

Each port has one conformance suite in ``tests/conformance/`` that every adapter must pass.
"""

from datamorph.ports.alerts import Alert, AlertChannel
from datamorph.ports.engine import Engine, Report, StagedOutput, TransformJob
from datamorph.ports.lake import Lake, Publication, Snapshot
from datamorph.ports.models import ModelFile, ModelStore
from datamorph.ports.pipelines import Pipeline, PipelineStore
from datamorph.ports.planner import LanguageModel, PlanCache, Planner, SpendingLedger
from datamorph.ports.quality import CheckLibrary, ContractStore
from datamorph.ports.query import QueryEngine
from datamorph.ports.runlog import RunLog
from datamorph.ports.secrets import ReadSecret, Secrets
from datamorph.ports.source import Discovered, Pending, Piece, Source, StagedPiece
from datamorph.ports.upkeep import Freed, Upkeep

__all__ = [
    "Alert",
    "AlertChannel",
    "CheckLibrary",
    "ContractStore",
    "Discovered",
    "Engine",
    "Freed",
    "Lake",
    "LanguageModel",
    "ModelFile",
    "ModelStore",
    "Pending",
    "Piece",
    "Pipeline",
    "PipelineStore",
    "PlanCache",
    "Planner",
    "Publication",
    "QueryEngine",
    "ReadSecret",
    "Report",
    "RunLog",
    "Secrets",
    "Snapshot",
    "Source",
    "SpendingLedger",
    "StagedOutput",
    "StagedPiece",
    "TransformJob",
    "Upkeep",
]
