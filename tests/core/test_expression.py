"""Text to tree: what is read, what is refused, and that neither takes long."""

import time

import pytest
from core_words import ORDERS
from hypothesis import given
from hypothesis import strategies as st

from datamorph.core.expression import (
    Between,
    Binary,
    Call,
    Case,
    Cast,
    ExpressionError,
    In,
    IsNull,
    Like,
    Literal,
    Ref,
    Star,
    Unary,
    references,
)
from datamorph.core.expression_parser import parse_expression
from datamorph.core.inference import check_expression
from datamorph.core.problem import Problems
from datamorph.core.sql_expression import render, sql_expression

A, B, ONE, TRUE = Ref("a"), Ref("b"), Literal(1, "int"), Literal(True, "boolean")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a", A),
        ("`a b`", Ref("a b")),
        ("`a``b`", Ref("a`b")),
        ("2147483647", Literal(2147483647, "int")),
        ("2147483648", Literal(2147483648, "bigint")),
        ("-1", Literal(-1, "int")),
        ("- -1", ONE),
        ("-a", Unary("-", A)),
        ("1.5", Literal(1.5, "double")),
        ("1e308", Literal(1e308, "double")),
        (".5e-3", Literal(0.0005, "double")),
        ("'it''s'", Literal("it's", "string")),
        (r"'\n'", Literal(r"\n", "string")),
        ("'\"\"\"'", Literal('"""', "string")),
        ("null", Literal(None, "void")),
        ("a = 1", Binary("=", A, ONE)),
        ("a != 1", Binary("<>", A, ONE)),
        ("a <=> null", Binary("<=>", A, Literal(None, "void"))),
        ("a is true", Binary("<=>", A, TRUE)),
        ("a is not null", Unary("not", IsNull(A))),
        ("not a and b", Binary("and", Unary("not", A), B)),
        ("not (a and b)", Unary("not", Binary("and", A, B))),
        ("not a = b", Unary("not", Binary("=", A, B))),
        ("a or b and a", Binary("or", A, Binary("and", B, A))),
        ("a - b - 1", Binary("-", Binary("-", A, B), ONE)),
        ("a - (b - 1)", Binary("-", A, Binary("-", B, ONE))),
        ("a + b * 1", Binary("+", A, Binary("*", B, ONE))),
        ("a div b % 1", Binary("%", Binary("div", A, B), ONE)),
        ("a in (1, b)", In(A, (ONE, B))),
        ("a not in (1)", Unary("not", In(A, (ONE,)))),
        ("a between 1 and b", Between(A, ONE, B)),
        ("a like '%x'", Like(A, "%x")),
        ("cast(a as BIGINT)", Cast(A, "bigint")),
        ("try_cast(a as decimal(5, 1))", Cast(A, "decimal(5,1)", is_safe=True)),
        ("a::int", Cast(A, "int")),
        ("DATE '2024-01-31'", Literal("2024-01-31", "date")),
        ("cast('2024-01-31' as date)", Literal("2024-01-31", "date")),
        ("try_cast('x' as date)", Cast(Literal("x", "string"), "date", is_safe=True)),
        ("cast(1 as double)", Literal(1.0, "double")),
        ("cast(12345678901234567890.125 as decimal(22,2))", Literal("12345678901234567890.13", "decimal(22,2)")),
        ("cast(-(1e3) as decimal(6,1))", Literal("-1000.0", "decimal(6,1)")),
        ("if(a, 1, b)", Case(((A, ONE),), B)),
        ("case when a then 1 end", Case(((A, ONE),))),
        ("case a when b then 1 else b end", Case(((Binary("=", A, B), ONE),), B)),
        ("case when a then case when b then 1 end else b end", Case(((A, Case(((B, ONE),))),), B)),
        ("count(*)", Call("count", (Star(),))),
        ("COUNT(DISTINCT a)", Call("count", (A,), is_distinct=True)),
        ("a || 'x'", Call("concat", (A, Literal("x", "string")))),
        ("a -- why", A),
    ],
)  # fmt: skip
def test_the_tree_says_what_the_text_means(text, tree):
    assert parse_expression(text) == tree


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "syntax"),
        ("a +", "syntax"),
        ("'open", "syntax"),
        ("a, b", "syntax"),
        ("a; drop table x", "syntax"),
        ("-- only a comment", "syntax"),
        ("``", "syntax"),
        ("9223372036854775808", "overflow"),
        ("1e400", "overflow"),
        ("cast(99 as decimal(2,1))", "overflow"),
        ("DATE '2024-13-45'", "constant"),
        ("TIMESTAMP '2024-01-31 25:00:00'", "constant"),
        ("cast(a as uuid)", "unknown_type"),
        ("cast(a as datetime)", "unknown_type"),
        ("cast(a as array<int>)", "unknown_type"),
        ("a in (select 1)", "unsupported"),
        ("a like b", "unsupported"),
        ("a like 'x' escape '!'", "unsupported"),
        ("a is 5", "unsupported"),
        ("(select 1)", "unsupported"),
        ("select 1", "unsupported"),
        ("a as b", "unsupported"),
        ("a b", "unsupported"),
        ("(a, b)", "unsupported"),
        ("a[0]", "unsupported"),
        ("sum(a) over ()", "unsupported"),
        ("sum(a) filter (where b)", "unsupported"),
        ("a rlike 'x'", "unsupported"),
        ("interval 1 day", "unsupported"),
        ("a at time zone 'utc'", "unsupported"),
        ("cast(a as date format 'yyyy')", "unsupported"),
        ("a between symmetric 1 and 2", "unsupported"),
        ("count(* except (a))", "unsupported"),
        ("?", "unsupported"),
        ("{{a}}", "unsupported"),
        ("0x1F", "unsupported"),
        ("x" * 4001, "too_long"),
    ],
)
def test_what_is_not_in_the_subset_is_refused_and_never_left_out(text, code):
    with pytest.raises(ExpressionError) as refused:
        parse_expression(text)

    assert refused.value.code == code
    assert refused.value.hint


@pytest.mark.parametrize(
    "text",
    ["(" * 1000 + "a" + ")" * 1000, "not " * 900 + "a", "- " * 1900 + "a", " and ".join(["a"] * 600), "upper(" * 300,
     " and ".join(["a < 1"] * 5000), "case when a then " * 150 + "1" + " end" * 150, "a." * 1500 + "a", "[" * 3000,
     "{" * 3000, "a<" * 1900, "case " * 700, "||".join(["a"] * 1300), "cast(" * 90 + "a" + " as int)" * 90,
     "a in (" * 300, "x between " * 300],
    ids=lambda text: text[:12],
)  # fmt: skip
def test_bombs_are_refused_at_once(text):
    started = time.process_time()

    with pytest.raises(ExpressionError):
        parse_expression(text)

    assert time.process_time() - started < 2


def test_a_long_list_and_a_fair_depth_are_no_bomb():
    assert len(parse_expression(f"a in ({', '.join(map(str, range(700)))})").options) == 700
    assert parse_expression(" and ".join(["a"] * 95))


@given(st.one_of(st.text(max_size=60), st.text(alphabet="abx01.'\"`()<>=!+-*/%|,; \\\n[]{}:@$&^~?#", max_size=40)))
def test_any_text_is_a_tree_or_a_problem(text):
    problems = Problems("here")

    typed = check_expression(text, ORDERS, problems, allows="window")

    assert bool(typed) != bool(problems.found)


WORDS = [
    "case",
    "when",
    "then",
    "end",
    "(",
    ")",
    ",",
    "a",
    "shop",
    "1",
    "'x'",
    "and",
    "not",
    "in",
    "between",
    "is",
    "null",
    "cast",
    "as",
    "int",
    "sum",
    "distinct",
    "*",
    "like",
    "+",
    "-",
    "<=>",
    "date",
    "interval",
    "over",
    "select",
    "from",
    "::",
    ".",
    "`",
    "||",
    "if",
    "count",
    "[",
    "->",
    "lag",
    "upper",
    "filter",
    "order",
    "by",
    "decimal(10,2)",
]


@given(st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join))
def test_any_words_are_a_tree_or_a_problem(text):
    problems = Problems("here")

    typed = check_expression(text, ORDERS, problems, allows="aggregate")

    assert bool(typed) != bool(problems.found)


@st.composite
def expressions(draw, kind, depth=4):
    """Text of a well-typed number or condition, with every operand in parentheses."""

    def operand(kind):
        return f"({draw(expressions(kind, depth - 1))})"

    if not depth or not draw(st.integers(0, 3)):
        return draw(st.sampled_from(LEAVES[kind]))
    if kind == "number":
        form = draw(st.sampled_from(["infix", "negative", "case", "coalesce"]))
        return {
            "infix": lambda: f"{operand('number')} {draw(st.sampled_from('+-*'))} {operand('number')}",
            "negative": lambda: f"-{operand('number')}",
            "case": lambda: f"case when {operand('condition')} then {operand('number')} end",
            "coalesce": lambda: f"coalesce({operand('number')}, {operand('number')})",
        }[form]()
    form = draw(st.sampled_from(["compare", "logic", "not", "between", "null"]))
    return {
        "compare": lambda: (
            f"{operand('number')} {draw(st.sampled_from(['=', '<>', '<', '>=', '<=>']))} {operand('number')}"
        ),
        "logic": lambda: f"{operand('condition')} {draw(st.sampled_from(['and', 'or']))} {operand('condition')}",
        "not": lambda: f"not {operand('condition')}",
        "between": lambda: f"{operand('number')} between {operand('number')} and 5",
        "null": lambda: f"{operand('number')} is null",
    }[form]()


LEAVES = {
    "condition": ["is_gift", "true", "false", "shop is null", "shop like 'a%'", "id in (1, -2, null)"],
    "number": ["weight", "1", "-3", "2.5", "cast(1.5 as decimal(5,2))", "length(shop) % 7", "-weight"],
}


@given(expressions("condition"))
def test_rendered_expressions_are_read_back_as_the_same_tree(text):
    problems = Problems("here")
    if check_expression(text, ORDERS, problems) is None:
        assert {problem.code for problem in problems.found} == {"overflow"}
        return

    once = sql_expression(text, ORDERS, "spark")

    assert render(parse_expression(once), ORDERS, "spark") == once


def test_references_are_found_everywhere():
    text = "case when a between b and c then upper(d) when e in (1) then f else -g end || cast(h as string)"

    assert references(parse_expression(text)) == set("abcdefgh")
