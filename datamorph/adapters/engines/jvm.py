"""Engine jvm: classic Spark on one machine, from the same package. Needs Java; the reference for what Spark means."""

from __future__ import annotations

import os
from pathlib import Path

from datamorph.adapters.engines.java import Java, find_java
from datamorph.adapters.engines.process import EngineProcess, ProcessLimits, ProcessSetup
from datamorph.adapters.engines.waiting import WaitingProcess
from datamorph.errors import SettingsError
from datamorph.ports import Report, StagedOutput, TransformJob

MEGABYTE = 1_000_000
LEAST_HEAP_MB, DEFAULT_HEAP_SHARE = 500, 4
"""Spark refuses to start below 472 MB; without a limit, the heap may be a quarter of the machine (Java's own rule)."""
OPTIONS = "-XX:+ExitOnOutOfMemoryError -XX:-UsePerfData -Duser.timezone=UTC"
LOGGING = """\
rootLogger.level = error
rootLogger.appenderRef.stderr.ref = console
logger.spark.name = org.apache.spark
logger.spark.level = error
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %p %c{1}: %m%n%ex{short}
"""


class JvmEngine:
    """Engine port over a local JVM; every job has a process group of its own, which ends with it.

    Args:
        jobs: holds a folder per running job; those of failed ones stay for inspection.
        limits: ``memory_bytes`` is the heap (``spark.driver.memory``): a JVM reserves far more addresses than it uses.
    """

    name = "jvm"

    def __init__(self, jobs: Path, limits: ProcessLimits | None = None) -> None:
        self._jobs, self._limits = jobs, limits or ProcessLimits()
        self._process = WaitingProcess(self._start)

    def prepare(self) -> None:
        """See Engine.prepare.

        Raises:
            SettingsError: no Java, or too little memory for one.
        """
        self._process.prepare()

    def run(self, job: TransformJob, report: Report) -> StagedOutput:
        """See Engine.run.

        Raises:
            SettingsError: no Java, or too little memory for one.
        """
        return self._process.run(job, report)

    def release(self) -> None:
        """See Engine.release."""
        self._process.release()

    def _start(self) -> EngineProcess:
        heap_mb, java = _heap_mb(self._limits.memory_bytes), find_java()
        limits = ProcessLimits(cpu_s=self._limits.cpu_s)
        return EngineProcess(
            self._jobs, session="jvm", limits=limits, setup=lambda folder: _setup(folder, java, heap_mb)
        )


def _heap_mb(memory_bytes: int | None) -> int:
    if memory_bytes is None:
        machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        return max(2 * LEAST_HEAP_MB, machine // MEGABYTE // DEFAULT_HEAP_SHARE)
    if memory_bytes < LEAST_HEAP_MB * MEGABYTE:
        raise SettingsError(
            f"engine 'jvm' cannot start with {memory_bytes / MEGABYTE:g} MB of memory",
            fix=f"set DATAMORPH_ENGINE_MEMORY_GB to {LEAST_HEAP_MB / 1000:g} or more",
        )
    return memory_bytes // MEGABYTE


def _tuning(options: str) -> str:
    """Those of Java's own options that tune the machine; properties may hold what a transform must not see."""
    return " ".join(option for option in options.split() if option.startswith("-X"))


def _setup(folder: Path, java: Java, heap_mb: int) -> ProcessSetup:
    """Everything that this JVM reads and writes is in its own folder."""
    cores = os.cpu_count() or 1
    defaults = {
        "spark.master": "local[*]",
        "spark.driver.memory": f"{heap_mb * MEGABYTE // 1024}k",
        "spark.driver.extraJavaOptions": f'{OPTIONS} "-Djava.io.tmpdir={folder}"',
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.local.dir": str(folder),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.sql.shuffle.partitions": str(cores),
        "spark.sql.adaptive.enabled": "true",
        "spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",
    }
    return ProcessSetup(
        files={
            "spark-defaults.conf": "".join(f"{name}={value}\n" for name, value in defaults.items()),
            "log4j2.properties": LOGGING,
        },
        environment={
            "JAVA_HOME": str(java.home),
            "SPARK_CONF_DIR": str(folder),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_LOCAL_HOSTNAME": "localhost",
            "JDK_JAVA_OPTIONS": _tuning(os.environ.get("JDK_JAVA_OPTIONS", "")),
        },
    )
