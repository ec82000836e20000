"""Factories that turn domain objects into Dagster assets, checks, jobs and schedules.

They live outside ``datamorph/defs/`` because Dagster loads every module found there.
"""
