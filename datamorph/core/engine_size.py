"""How many machines a job gets on AWS, by the bytes that it reads, and about what it will use."""

from __future__ import annotations

import math

MEGABYTE, GIGABYTE = 1_000_000, 1_000_000_000
LARGE_BYTES = 100 * GIGABYTE
BYTES_PER_WORKER = {"G.1X": 2 * GIGABYTE, "G.2X": 6 * GIGABYTE}
DPU = {"G.025X": 0.25, "G.1X": 1.0, "G.2X": 2.0, "G.4X": 4.0, "G.8X": 8.0}
FEWEST, MOST = 2, 50
"""Glue wants two workers; a rule of thumb never rents more than fifty."""
CORES, MEMORY_GB = 4, 16
"""Of an executor on EMR Serverless, with what Spark needs besides the heap."""
TASK_VCPU, TASK_GB = 2, 8
START_S, BYTES_PER_CORE_S, HOUR_S, LEAST_S = 40.0, 10 * MEGABYTE, 3600.0, 60.0
"""Rules of thumb for an estimate; what a run really used is told afterwards."""
CLUSTER_START_S = 300.0
"""All machines of a cluster that is made for a job are billed from the moment that they run."""
BYTES_PER_CORE_MACHINE = 8 * GIGABYTE


def glue_size(input_bytes: int, *, worker: str = "", workers: int = 0) -> tuple[str, int]:
    """Worker type and count of a Glue job.

    Args:
        worker: of the settings, empty to choose.
        workers: of the settings, 0 to choose.
    """
    chosen = worker or ("G.2X" if input_bytes > LARGE_BYTES else "G.1X")
    share = BYTES_PER_WORKER.get(chosen, 2 * GIGABYTE)
    return chosen, workers or min(MOST, max(FEWEST, 1 + math.ceil(input_bytes / share)))


def executors(input_bytes: int) -> int:
    """Executors of EMR Serverless."""
    return min(MOST, max(1, math.ceil(input_bytes / (4 * GIGABYTE))))


def emr_workers(input_bytes: int, *, workers: int = 0) -> int:
    """Core machines of an EMR cluster that is made for a job; ``workers`` of the settings, 0 to choose."""
    return workers or min(MOST, max(1, math.ceil(input_bytes / BYTES_PER_CORE_MACHINE)))


def emr_units(instance: str, workers: int, *, is_spot: bool = False) -> dict[str, float]:
    """Virtual CPUs of a cluster, by unit of ``core.usage``; its primary machine is never on the spot market."""
    cpus = virtual_cpus(instance)
    if is_spot:
        return {"emr_vcpu_h": cpus, "spot_emr_vcpu_h": cpus * workers}
    return {"emr_vcpu_h": cpus * (1 + workers)}


def virtual_cpus(instance: str) -> float:
    """Of a type of machine: ``large`` has 2, ``xlarge`` 4, ``8xlarge`` 32."""
    size = instance.rpartition(".")[2].removesuffix("large")
    return 2.0 if not size else 4.0 * int(size.removesuffix("x") or 1)


def rented(
    engine: str, input_bytes: int, *, worker: str = "", workers: int = 0, is_spare: bool = False
) -> dict[str, float]:
    """What an engine uses in one hour, by unit of ``core.usage``; empty where it is not billed by the job.

    Args:
        worker: of Glue; for ``emr`` the type of its machines, empty for a cluster that runs anyway.
        is_spare: Glue Flex, Fargate Spot, EMR on the spot market.
    """
    if engine == "glue":
        chosen, count = glue_size(input_bytes, worker=worker, workers=workers)
        return {"flex_dpu_h" if is_spare else "dpu_h": DPU.get(chosen, 1.0) * count}
    if engine == "emr_serverless":
        machines = 1 + executors(input_bytes)
        return {"vcpu_h": float(CORES * machines), "memory_gb_h": float(MEMORY_GB * machines)}
    if engine == "ecs":
        kind = "spot_" if is_spare else ""
        return {f"{kind}fargate_vcpu_h": float(TASK_VCPU), f"{kind}fargate_gb_h": float(TASK_GB)}
    if engine == "emr" and worker:
        return emr_units(worker, emr_workers(input_bytes, workers=workers), is_spot=is_spare)
    return {}


def estimated_s(engine: str, input_bytes: int, *, worker: str = "", workers: int = 0) -> float:
    """About how long a job is billed: its start, where that is, and at least what is billed after it."""
    cores, start_s, billed_start_s = float(TASK_VCPU), START_S, 0.0
    if engine == "glue":
        chosen, count = glue_size(input_bytes, worker=worker, workers=workers)
        cores = 4 * DPU.get(chosen, 1.0) * max(1, count - 1)
    elif engine == "emr_serverless":
        cores = float(CORES * executors(input_bytes))
    elif engine == "emr" and worker:
        cores, billed_start_s = virtual_cpus(worker) * emr_workers(input_bytes, workers=workers), CLUSTER_START_S
    return billed_start_s + max(LEAST_S, start_s + input_bytes / (cores * BYTES_PER_CORE_S))
