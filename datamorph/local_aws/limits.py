"""How many jobs services take at once, which tests may make fewer. Glue's limit is its job definition's own."""

from __future__ import annotations


class Limits:
    """Numbers as AWS has them by default, or high enough to be none.

    Attributes:
        ecs_tasks: of one cluster.
        emr_steps: that wait or run on one cluster.
        emr_clusters: that end with their steps.
        emr_serverless_runs: of one application.
    """

    ecs_tasks = 500
    emr_steps = 256
    emr_clusters = 500
    emr_serverless_runs = 500


LIMITS = Limits()
