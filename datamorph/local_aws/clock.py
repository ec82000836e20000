"""Time as services count it, which tests may make faster."""

from __future__ import annotations


class Clock:
    """How long things take here.

    Attributes:
        minute_s: seconds of a minute in timeouts of jobs.
        start_s: seconds that a job waits for its machines.
        end_s: seconds that a task of ECS takes to give its machine back.
    """

    minute_s = 60.0
    start_s = 0.0
    end_s = 0.0


CLOCK = Clock()
