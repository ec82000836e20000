"""A checked spec as PySpark source: what a person would write and review.

The same source runs on Sail, classic Spark, Glue and EMR (Spark 3.5 and later). It does no input or output: frames
come in, one frame goes out.
"""

from __future__ import annotations

import textwrap

from datamorph.core.typecheck import CheckedSpec

WIDTH = 100


def compile_pyspark(checked: CheckedSpec) -> str:
    """Source of a module that defines ``transform(<sources>) -> DataFrame``; not yet formatted."""
    spec = checked.spec
    body: list[str] = []
    for step in spec.steps:
        body += step.step.pyspark(checked.frames, step.name)
    if spec.steps:
        body[-1] = f"return {body[-1].removeprefix(f'{spec.result} = ')}"
    else:
        body.append(f"return {spec.result}")
    code = "\n".join(body)
    arguments = ", ".join(f"{name}: DataFrame" for name in spec.sources)
    return "\n".join([
        *_imports(code),
        "",
        "",
        f"def transform({arguments}) -> DataFrame:",
        textwrap.indent(_docstring(_plain(spec.prompt) or _plain(spec.description) or spec.name), "    "),
        textwrap.indent(code, "    "),
        "",
    ])  # fmt: skip


def _imports(code: str) -> list[str]:
    names = "DataFrame, Window" if "Window." in code else "DataFrame"
    functions = ["from pyspark.sql import functions as F"] if "F." in code else []
    return [f"from pyspark.sql import {names}", *functions]


def _plain(text: str) -> str:
    """The text in one line, without what does not print."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _docstring(plain: str) -> str:
    first = plain[:1].upper() if plain[:1].isascii() else plain[:1]
    clean = first + plain[1:] + ("" if plain.endswith((".", "!", "?")) else ".")
    lines = [line.replace("\\", "\\\\").replace('"""', "'''") for line in textwrap.wrap(clean, WIDTH - 10)]
    return f'"""{lines[0]}"""' if len(lines) == 1 else '"""' + "\n".join(lines) + '\n"""'
