"""The vocabulary of tests of SQL models: a shop's tables, a model's text, its place, what is wrong with it."""

from __future__ import annotations

from datamorph.core.model_spec import CompiledModel, compile_model
from datamorph.core.sql_model import ModelProblem, SqlModel, parse_model
from datamorph.core.table import TableRef, TableSchema

SHOP = {
    TableRef.parse("raw.shop.orders"): TableSchema.of(
        id="bigint", shop="string", amount="decimal(10,2)", at="timestamp", quantity="int", paid="boolean"
    ),
    TableRef.parse("raw.shop.shops"): TableSchema.of(shop="string", name="string"),
}
FILE = "dbt_like_sql/processed/shop/made.sql"


def a_model(text: str, **variables: object) -> SqlModel | ModelProblem:
    ref = TableRef.parse("processed.shop.made")
    return parse_model(text, ref=ref, file=FILE, variables=variables)  # pyright: ignore[reportArgumentType]


def compiled(text: str, **variables: object) -> CompiledModel:
    model = a_model(text, **variables)
    assert isinstance(model, SqlModel), str(model)
    found = compile_model(model, SHOP)
    assert isinstance(found, CompiledModel), [str(problem) for problem in found]
    return found


def mistakes(text: str, **variables: object) -> list[ModelProblem]:
    model = a_model(text, **variables)
    if isinstance(model, ModelProblem):
        return [model]
    found = compile_model(model, SHOP)
    return [] if isinstance(found, CompiledModel) else list(found)


def types(text: str) -> dict[str, str]:
    return {column.name: column.type for column in compiled(text).checked.schema}
