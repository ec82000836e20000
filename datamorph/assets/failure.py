"""DataMorph's errors as Dagster failures: what went wrong, what to do next, whether to try again."""

from __future__ import annotations

import dagster as dg

from datamorph.errors import DataMorphError

MOST_RETRIES = 3
WAIT_S = 2


def dagster_failure(error: DataMorphError) -> dg.Failure | dg.RetryRequested:
    """What a step raises for an error; only a retryable one is tried again."""
    if error.retryable:
        return dg.RetryRequested(max_retries=MOST_RETRIES, seconds_to_wait=WAIT_S)
    metadata = {"error": type(error).__name__, "fix": error.fix}
    return dg.Failure(f"{error.problem}\nfix: {error.fix}", metadata=metadata, allow_retries=False)
