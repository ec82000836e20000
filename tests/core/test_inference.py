"""Types of expressions, and why some may not run."""

import re

import pytest
from core_words import ORDERS

from datamorph.core.functions import FUNCTIONS
from datamorph.core.inference import check_expression
from datamorph.core.problem import Problems
from datamorph.core.pyspark_expression import pyspark_expression
from datamorph.core.sql_expression import sql_expression
from datamorph.core.table import TableSchema


def checked(text, allows=""):
    problems = Problems("here")
    typed = check_expression(text, ORDERS, problems, allows=allows)
    return (typed.type if typed else None), problems.found


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("ID", "bigint"),
        ("quantity + 1", "bigint"),
        ("month(ordered_on) + 1", "int"),
        ("quantity + id", "bigint"),
        ("quantity / 2", "double"),
        ("id div 2", "bigint"),
        ("amount * quantity", "decimal(21,2)"),
        ("amount + amount", "decimal(11,2)"),
        ("amount / 2", "double"),
        ("amount * 1.5", "double"),
        ("amount % 2", "decimal(13,2)"),
        ("-amount", "decimal(10,2)"),
        ("amount > 1000", "boolean"),
        ("shop is null", "boolean"),
        ("not is_gift", "boolean"),
        ("is_gift <=> null", "boolean"),
        ("case when is_gift then 1 end", "int"),
        ("case when is_gift then 1 else amount end", "decimal(12,2)"),
        ("coalesce(null, quantity)", "int"),
        ("greatest(amount, 1.5)", "double"),
        ("length(shop)", "int"),
        ("date_trunc('month', ordered_at)", "timestamp_ntz"),
        ("date_trunc('month', ordered_on)", "date"),
        ("cast(amount as string)", "string"),
        ("ordered_on < ordered_at", "boolean"),
        ("tags is null", "boolean"),
        ("concat(shop, 'x')", "string"),
        ("floor(weight)", "bigint"),
        ("round(amount, 1)", "decimal(10,2)"),
    ],
)
def test_every_expression_has_one_type(text, type_):
    assert checked(text) == (type_, [])


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("sum(quantity)", "bigint"),
        ("sum(amount)", "decimal(20,2)"),
        ("sum(weight)", "double"),
        ("avg(amount)", "double"),
        ("count(*)", "bigint"),
        ("count(distinct shop)", "bigint"),
        ("sum(distinct quantity)", "bigint"),
        ("count(tags)", "bigint"),
        ("max(ordered_at)", "timestamp_ntz"),
        ("median(amount)", "double"),
        ("sum(quantity) / count(*)", "double"),
        ("count(null)", "bigint"),
    ],
)
def test_measures_have_types_too(text, type_):
    assert checked(text, "aggregate") == (type_, [])


@pytest.mark.parametrize(
    ("text", "code", "hint"),
    [
        ("amout > 1", "unknown_column", "amount"),
        ("uper(shop)", "unknown_function", "upper"),
        ("rand()", "unknown_function", ""),
        ("upper(shop, shop)", "arity", ""),
        ("upper(id)", "type", "cast"),
        ("shop + 1", "type", ""),
        ("shop > 1", "type", "cast(... as int)"),
        ("ordered_on > '2024-01-01'", "type", "DATE '"),
        ("ordered_on + 1", "type", "datediff"),
        ("is_gift and 1", "type", ""),
        ("not id", "type", "is null"),
        ("case when id then 1 end", "type", ""),
        ("case when is_gift then 1 else 'x' end", "type", ""),
        ("tags = tags", "type", "plain"),
        ("upper(null)", "type", ""),
        ("weight div 2", "type", ""),
        ("cast(weight as string)", "cast", "decimal"),
        ("cast(ordered_on as int)", "cast", "year"),
        ("cast(tags as string)", "cast", ""),
        ("amount * amount * amount * amount", "overflow", "double"),
        ("upper(*)", "star", ""),
        ("*", "unsupported", ""),
        ("sum(id)", "position", "aggregate"),
        ("row_number()", "position", "window"),
        ("round(weight, quantity)", "constant", ""),
        ("round(weight, -1)", "constant", "between 0"),
        ("left(shop, -1)", "constant", ""),
        ("substring(shop, 0, 2)", "constant", ""),
        ("substring(shop, 1, -1)", "constant", ""),
        ("lpad(shop, 99999999, 'x')", "constant", ""),
        ("lpad(shop, 3, '')", "constant", ""),
        ("split_part(shop, '', 1)", "constant", ""),
        ("split_part(shop, ',', 0)", "constant", "1"),
        ("split_part(shop, shop, 1)", "constant", ""),
        ("regexp_replace(shop, '(', 'x')", "constant", "correct"),
        (r"regexp_replace(shop, '\d', 'x')", "constant", "[0-9]"),
        ("regexp_replace(shop, 'a', '$1')", "constant", "groups"),
        ("regexp_replace(shop, 'a*', 'x')", "constant", "+"),
        (r"shop like 'a\b'", "constant", "backslash"),
        ("date_trunc('decade', ordered_on)", "constant", "quarter"),
        ("date_trunc('hour', ordered_on)", "constant", "date"),
        ("date_format(ordered_on, 'd/M/yy')", "constant", "yyyy"),
        ("lag(id, 0)", "position", ""),
    ],
)  # fmt: skip
def test_what_may_not_run_says_why_and_what_to_write(text, code, hint):
    type_, (problem, *others) = checked(text)

    assert type_ is None
    assert others == []
    assert problem.code == code
    assert hint in problem.hint


@pytest.mark.parametrize(
    ("text", "allows", "code"),
    [("sum(sum(id))", "aggregate", "position"), ("sum(count(*))", "aggregate", "position"),
     ("lag(sum(id))", "window", "position"), ("sum(rank())", "window", "position"), ("rank()", "aggregate", "position"),
     ("count(distinct id)", "window", "distinct"), ("avg(distinct id)", "aggregate", "distinct"),
     ("count_if(distinct is_gift)", "aggregate", "distinct"), ("upper(distinct shop)", "aggregate", "distinct"),
     ("count(distinct *)", "aggregate", "star"), ("percentile(id, 1.5)", "aggregate", "constant"),
     ("percentile(id, -0.1)", "aggregate", "constant"), ("percentile(id, amount)", "aggregate", "constant"),
     ("sum(null)", "aggregate", "type"), ("max(null)", "aggregate", "type"), ("max(tags)", "aggregate", "type"),
     ("sum(shop)", "aggregate", "type"), ("lag(id, -1)", "window", "constant"), ("lag(id, null)", "window", "type")],
)  # fmt: skip
def test_measures_and_windows_have_their_own_rules(text, allows, code):
    assert [problem.code for problem in checked(text, allows)[1]] == [code]


@pytest.mark.parametrize(
    ("text", "pyspark", "duckdb"),
    [
        ("amount > 1000", 'F.col("amount") > 1000', "amount > 1000"),
        (
            "not (id = 1 or shop is null)",
            '~((F.col("id") == 1) | F.col("shop").isNull())',
            "NOT (id = 1 OR shop IS NULL)",
        ),
        (
            "weight - (1 - quantity)",
            'F.col("weight") - (1 - F.col("quantity").cast("bigint"))',
            "weight - (1 - CAST(quantity AS BIGINT))",
        ),
        ("weight - -3", 'F.col("weight") - -3', "weight - (-3)"),
        (
            "id + quantity - 1",
            '(F.col("id").cast("decimal(38,0)") + F.col("quantity") - 1).cast("bigint")',
            "id + quantity - 1",
        ),
        ("id * id", '(F.col("id").cast("decimal(38,0)") * F.col("id")).cast("bigint")', "id * id"),
        (
            "year(ordered_on) * 100 + month(ordered_on)",
            'F.year("ordered_on") * 100 + F.month("ordered_on")',
            "YEAR(ordered_on) * 100 + MONTH(ordered_on)",
        ),
        ("round(weight, 2)", 'F.round(F.col("weight") * 100.0) / 100.0', "ROUND(weight, 2)"),
        ("quantity / id", 'F.col("quantity") / F.nullif(F.col("id"), F.lit(0))', "quantity / NULLIF(id, 0)"),
        ("quantity % 2", 'F.col("quantity") % 2', "quantity % 2"),
        ("id div 2", 'F.expr("id DIV 2")', "id // 2"),
        (
            "amount = cast(1.5 as decimal(3,1))",
            'F.col("amount") == F.lit("1.5").cast("decimal(3,1)")',
            "amount = CAST('1.5' AS DECIMAL(3,1))",
        ),
        (
            "ordered_on >= DATE '2024-01-31'",
            'F.col("ordered_on") >= F.lit("2024-01-31").cast("date")',
            "ordered_on >= CAST('2024-01-31' AS DATE)",
        ),
        ("shop in ('a', 'it''s')", """F.col("shop").isin("a", "it's")""", "shop IN ('a', 'it''s')"),
        ("is_gift <=> null", 'F.col("is_gift").eqNullSafe(F.lit(None))', "is_gift IS NOT DISTINCT FROM NULL"),
        ("shop not like 'a%'", '~F.col("shop").like("a%")', "NOT (shop LIKE 'a%')"),
        (r"shop like '5\%%'", r'F.col("shop").like("5\\%%")', r"shop LIKE '5\%%' ESCAPE '\'"),
        ("try_cast(weight as int)", 'F.expr("TRY_CAST(weight AS INT)")', "TRY_CAST(TRUNC(weight) AS INT)"),
        ("left(shop, 2)", 'F.left("shop", F.lit(2))', "LEFT(shop, 2)"),
        (
            "regexp_replace(shop, '(a)', '$1-')",
            'F.regexp_replace("shop", "(a)", "$1-")',
            r"REGEXP_REPLACE(shop, '(a)', '\1-', 'g')",
        ),
        (
            "date_format(ordered_on, 'yyyy-MM')",
            'F.date_format("ordered_on", "yyyy-MM")',
            "STRFTIME(ordered_on, '%Y-%m')",
        ),
        ("case when is_gift then 1 end", 'F.when(F.col("is_gift"), 1)', "CASE WHEN is_gift THEN 1 END"),
    ],
)
def test_both_compilers_say_the_same(text, pyspark, duckdb):
    assert checked(text)[1] == []
    assert pyspark_expression(text, ORDERS) == pyspark
    assert sql_expression(text, ORDERS, "duckdb") == duckdb


def test_long_decimals_are_not_computed_in_eighteen_digits():
    assert sql_expression("amount * quantity", ORDERS, "duckdb") == "CAST(amount AS DECIMAL(19,2)) * quantity"


def test_no_allowed_function_is_called_like_a_word_of_the_grammar():
    assert all(re.fullmatch(r"[a-z][a-z_]*\d*", name) for name in FUNCTIONS)


PLACES = TableSchema.of(
    id="bigint", place="struct<city:string,geo:struct<`lat.N`:double,on:date>>", names="array<string>"
)


@pytest.mark.parametrize(
    ("text", "type_", "pyspark", "sql"),
    [
        ("Place.CITY", "string", 'F.col("place.city")', "STRUCT_EXTRACT(place, 'city')"),
        ("upper(place.city)", "string", 'F.upper(F.col("place.city"))', "UPPER(STRUCT_EXTRACT(place, 'city'))"),
        ("year(place.geo.on)", "int", 'F.year(F.col("place.geo.on"))',
         "YEAR(STRUCT_EXTRACT(STRUCT_EXTRACT(place, 'geo'), 'on'))"),
        ("place.geo.`lat.N` > 1", "boolean", 'F.col("place").getField("geo").getField("lat.N") > 1',
         "STRUCT_EXTRACT(STRUCT_EXTRACT(place, 'geo'), 'lat.N') > 1"),
    ],
)  # fmt: skip
def test_a_field_of_a_struct_is_reached_by_a_dot(text, type_, pyspark, sql):
    assert check_expression(text, PLACES, Problems("here")).type == type_
    assert pyspark_expression(text, PLACES) == pyspark
    assert sql_expression(text, PLACES, "duckdb") == sql


@pytest.mark.parametrize(
    ("text", "code", "hint"),
    [
        ("orders.id", "qualified", "write the column's name alone"),
        ("place.town", "unknown_column", "there is city, geo"),
        ("id.x", "type", "only structs have fields"),
        ("names.x", "type", "explode an array first"),
    ],
)
def test_a_field_that_is_not_there_is_told(text, code, hint):
    problems = Problems("here")

    assert check_expression(text, PLACES, problems) is None
    assert [(problem.code, problem.hint) for problem in problems.found] == [(code, hint)]
