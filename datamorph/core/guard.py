"""What hand-written PySpark may do: one function over data frames, and nothing that reaches outside them.

An allow-list over the syntax tree, so that what is not understood is refused. It keeps honest code portable and shows a
reviewer that nothing else happens; a hostile author is held by the engine's own process, which has no credentials.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass

MAX_CHARACTERS = 20_000
MAX_DEPTH = 200
_NODES = (
    ast.Module, ast.FunctionDef, ast.arguments, ast.arg, ast.Return, ast.Assign, ast.AnnAssign, ast.Expr, ast.Name,
    ast.Attribute, ast.Call, ast.keyword, ast.Constant, ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp,
    ast.If, ast.For, ast.List, ast.Tuple, ast.Dict, ast.ListComp, ast.DictComp, ast.GeneratorExp, ast.comprehension,
    ast.Subscript, ast.Slice, ast.Starred, ast.JoinedStr, ast.FormattedValue, ast.expr_context, ast.operator,
    ast.unaryop, ast.boolop, ast.cmpop, ast.Pass,
)  # fmt: skip
_BUILTINS = frozenset(
    {"len", "range", "enumerate", "zip", "sorted", "list", "dict", "str", "int", "float", "min", "max"}
)
GIVEN = frozenset({"F", "Window", "DataFrame"})
METHODS = frozenset(
    # data frames
    "agg alias columns crossJoin cube distinct drop dropDuplicates dropna dtypes exceptAll fillna filter groupBy "
    "groupby intersect intersectAll join limit na orderBy pivot replace rollup schema select sort subtract "
    "transform union unionByName unpivot where withColumn withColumnRenamed withColumns withColumnsRenamed count avg "
    "max mean min sum "
    # columns
    "asc asc_nulls_first asc_nulls_last astype between bitwiseAND bitwiseOR bitwiseXOR cast contains desc "
    "desc_nulls_first desc_nulls_last endswith eqNullSafe getField getItem ilike isNotNull isNull isin like name "
    "otherwise over rlike startswith substr when withField "
    # windows
    "currentRow partitionBy rangeBetween rowsBetween unboundedFollowing unboundedPreceding "
    # python values
    "append items join keys lower replace split startswith strip upper values".split()
)
_NO_FUNCTIONS = {
    "udf pandas_udf arrow_udf udtf arrow_udtf call_udf call_function reflect java_method try_reflect unwrap_udt expr":
        "write it with functions of F; expr and user functions are not checked here",
    "rand randn randstr uniform uuid shuffle current_date current_timestamp localtimestamp now curdate "
    "unix_timestamp current_user user session_user current_database current_catalog current_schema version "
    "current_timezone monotonically_increasing_id spark_partition_id":
        "it gives another value at each run; a run must be repeatable",
    "input_file_name input_file_block_start input_file_block_length": "Sail has no file names",
    "bround": "Sail rounds halves otherwise than Spark; use round",
    "raise_error assert_true": "use a check",
}  # fmt: skip
FORBIDDEN_FUNCTIONS = {name: reason for names, reason in _NO_FUNCTIONS.items() for name in names.split()}


@dataclass(frozen=True, slots=True)
class Objection:
    """One thing that code may not do."""

    line: int
    message: str
    hint: str


def check_code(code: str, arguments: Collection[str]) -> list[Objection]:
    """Everything that is wrong with a function's source, in order of lines.

    Args:
        arguments: names of the frames that it must take, in this order.
    """
    if len(code) > MAX_CHARACTERS:
        return [Objection(1, f"the code has {len(code):,} characters", f"at most {MAX_CHARACTERS:,}")]
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return [Objection(getattr(error, "lineno", None) or 1, f"it does not parse: {error}", "correct that line")]
    if _is_too_deep(tree):
        return [Objection(1, "the code is nested too deeply", "use variables")]
    objections = [*_shape(tree, list(arguments)), *(found for node in ast.walk(tree) for found in _node(node, tree))]
    return sorted(objections, key=lambda found: found.line)


def _is_too_deep(tree: ast.AST) -> bool:
    level, nodes = 0, [tree]
    while nodes:
        level, nodes = level + 1, [child for node in nodes for child in ast.iter_child_nodes(node)]
    return level > MAX_DEPTH


def _shape(tree: ast.Module, arguments: list[str]) -> Iterator[Objection]:
    expected = f"def step({', '.join(arguments)}):"
    function = tree.body[0] if len(tree.body) == 1 else None
    if not isinstance(function, ast.FunctionDef) or function.name != "step" or function.decorator_list:
        yield Objection(1, "the code is not one function named step", f"write {expected}")
        return
    given = function.args
    extra = [*given.posonlyargs, *given.kwonlyargs, *given.defaults, given.vararg, given.kwarg]
    if [argument.arg for argument in given.args] != arguments or any(extra):
        yield Objection(function.lineno, "its arguments are not the frames of the step", f"write {expected}")
    if not isinstance(function.body[-1], ast.Return) or function.body[-1].value is None:
        yield Objection(function.body[-1].lineno, "it does not end in return", "return the data frame")


def _node(node: ast.AST, tree: ast.Module) -> Iterator[Objection]:
    line = getattr(node, "lineno", 0)
    if not isinstance(node, _NODES) and line:  # without a line it is part of a statement that is refused itself
        yield Objection(line, f"{type(node).__name__} is not allowed", "use assignments, calls, if and for")
    elif isinstance(node, ast.FunctionDef) and node is not tree.body[0]:
        yield Objection(line, "a function within the function", "write it out")
    elif isinstance(node, ast.Call):
        yield from _call(node)
    elif isinstance(node, ast.Attribute):
        yield from _attribute(node)
    elif isinstance(node, ast.Name | ast.arg):
        yield from _name(node, tree)


def _call(node: ast.Call) -> Iterator[Objection]:
    is_filter = isinstance(node.func, ast.Attribute) and node.func.attr in ("filter", "where")
    given = [*node.args, *(keyword.value for keyword in node.keywords)]
    if is_filter and any(isinstance(a, ast.JoinedStr | ast.Constant) for a in given):
        yield Objection(node.lineno, "a condition as text is not checked", 'write it with F.col("...")')


def _attribute(node: ast.Attribute) -> Iterator[Objection]:
    if isinstance(node.value, ast.Name) and node.value.id == "F":
        reason = "a private name" if node.attr.startswith("_") else FORBIDDEN_FUNCTIONS.get(node.attr)
        if reason:
            yield Objection(node.lineno, f"F.{node.attr} is not allowed", reason)
    elif node.attr not in METHODS:
        hint = "use methods that make a data frame or a column from another; nothing is read, written or collected"
        yield Objection(node.lineno, f".{node.attr} is not allowed", hint)


def _name(node: ast.Name | ast.arg, tree: ast.Module) -> Iterator[Objection]:
    name = node.arg if isinstance(node, ast.arg) else node.id
    if isinstance(node, ast.arg) or isinstance(node.ctx, ast.Store):
        if name in GIVEN or name.startswith("__"):
            yield Objection(node.lineno, f"{name!r} is assigned", "choose another name")
        return
    local = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    local |= {n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)}
    if name not in local | GIVEN | _BUILTINS:
        given = ", ".join(sorted(GIVEN))
        yield Objection(node.lineno, f"the name {name!r} is not known", f"there are the frames, {given} and locals")
