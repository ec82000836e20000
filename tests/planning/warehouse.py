"""A large invented lake: thousands of tables with realistic names, and prompts and questions about a few of them."""

from __future__ import annotations

import random
from functools import cache
from itertools import product

from datamorph.core.catalog import Catalog, CatalogTable, ColumnProfile, ForeignKey, TableProfile
from datamorph.core.table import Column, TableRef, TableSchema

_DOMAINS = ("crm", "billing", "logistics", "hr", "web", "support", "finance", "ops", "risk", "marketing")
_THINGS = ("account", "contact", "campaign", "ledger", "claim", "quote", "asset", "event", "session", "audit", "batch",
           "route", "vendor", "contract", "budget", "forecast", "lead", "survey", "device", "sensor")  # fmt: skip
_ASPECTS = ("history", "detail", "summary", "status", "line", "header", "mapping", "snapshot", "staging", "archive",
            "delta", "log")  # fmt: skip
_WORDS = ("name", "code", "type", "status", "amount", "total", "quantity", "date", "created_at", "updated_at", "note",
          "country", "city", "currency", "rate", "score", "level", "category", "owner", "source", "region", "flag",
          "start_date", "end_date", "price", "cost", "count", "channel", "priority", "version")  # fmt: skip
_PREFIXES = ("src", "net", "gross", "prior", "next", "local", "base", "alt", "max", "min", "ref", "ext")
_TYPES = {"amount": "decimal(12,2)", "total": "decimal(12,2)", "quantity": "int", "date": "date", "rate": "double",
          "created_at": "timestamp_ntz", "updated_at": "timestamp_ntz", "score": "double", "price": "decimal(12,2)",
          "cost": "decimal(12,2)", "count": "int", "flag": "boolean", "start_date": "date",
          "end_date": "date"}  # fmt: skip
COLUMNS = 30


def _columns(**types: str) -> TableSchema:
    return TableSchema(tuple(Column(name, type_) for name, type_ in types.items()))


def _known(*values: str) -> ColumnProfile:
    return ColumnProfile(distinct=len(values), values=values)


def _table(ref, schema, *, key, keys=(), values=None):
    profile = {c.name: ColumnProfile(distinct=50) for c in schema} | {key: ColumnProfile(distinct=1000)}
    foreign = tuple(ForeignKey((column,), TableRef.parse(target), (column,)) for column, target in keys)
    facts = TableProfile(1000, profile | (values or {}))
    return CatalogTable(TableRef.parse(ref), schema, 1, "", facts, (key,), foreign)


def _planted() -> list[CatalogTable]:
    """A brewery, a hospital and a library, as people would keep them."""

    table = _table
    return [
        table("raw.brewery.breweries", _columns(brewery_id="int", brewery_name="string", founded_on="date"),
              key="brewery_id"),
        table("raw.brewery.beers", _columns(beer_id="int", brewery_id="int", beer_name="string", style="string",
              alcohol="double"), key="beer_id", keys=[("brewery_id", "raw.brewery.breweries")],
              values={"style": _known("stout", "lager", "porter")}),
        table("raw.brewery.tastings", _columns(tasting_id="int", beer_id="int", tasted_on="date", stars="int"),
              key="tasting_id", keys=[("beer_id", "raw.brewery.beers")]),
        table("raw.hospital.patients", _columns(patient_id="int", patient_name="string", born_on="date",
              blood_group="string"), key="patient_id"),
        table("raw.hospital.wards", _columns(ward_id="int", ward_name="string", beds="int"), key="ward_id"),
        table("raw.hospital.admissions", _columns(admission_id="int", patient_id="int", ward_id="int",
              admitted_on="date", discharged_on="date", diagnosis="string"), key="admission_id",
              keys=[("patient_id", "raw.hospital.patients"), ("ward_id", "raw.hospital.wards")]),
        table("raw.library.books", _columns(book_id="int", title="string", genre="string", pages="int"),
              key="book_id", values={"genre": _known("poetry", "crime", "travel")}),
        table("raw.library.borrowers", _columns(borrower_id="int", borrower_name="string", joined_on="date"),
              key="borrower_id"),
        table("raw.library.loans", _columns(loan_id="int", book_id="int", borrower_id="int", lent_on="date",
              fine="decimal(6,2)"), key="loan_id",
              keys=[("book_id", "raw.library.books"), ("borrower_id", "raw.library.borrowers")]),
    ]  # fmt: skip


def _many(count: int) -> list[CatalogTable]:
    chosen = random.Random(7)  # noqa: S311 (no secret)
    names = [f"{domain}.{thing}_{aspect}" for domain, thing, aspect in product(_DOMAINS, _THINGS, _ASPECTS)]
    made: list[CatalogTable] = []
    for address in names[:count]:
        own = address.split(".")[1].split("_")[0]
        spread = [f"{prefix}_{word}" for prefix, word in product(_PREFIXES, _WORDS)]
        words = [*chosen.sample(_WORDS, 12), *chosen.sample(spread, COLUMNS - 14)]
        kinds = {word: _TYPES.get(word.partition("_")[2] if word in spread else word, "string") for word in words}
        types = {f"{own}_id": "bigint", **kinds, "parent_id": "bigint"}
        profile = {name: ColumnProfile(distinct=40) for name in types}
        profile["status"] = _known("open", "closed", "pending")
        profile[f"{own}_id"] = ColumnProfile(distinct=5000)
        schema = _columns(**types)
        made.append(CatalogTable(TableRef.parse(f"raw.{address}"), schema, 1, "", TableProfile(5000, profile)))
    return made


@cache
def warehouse(count: int = 2000) -> Catalog:
    """That many tables, the planted nine among them, with about thirty columns each."""
    tables = [*_planted(), *_many(count - 9)]
    return Catalog(tuple(sorted(tables, key=lambda table: table.ref)))


def _read(domain: str, *names: str) -> set[str]:
    return {f"raw.{domain}.{name}" for name in names}


PLANTED: dict[str, set[str]] = {
    "number of beers per style": _read("brewery", "beers"),
    "average alcohol of the beers per style, highest first": _read("brewery", "beers"),
    "number of beers per founded_on": _read("brewery", "beers", "breweries"),
    "average stars of the tastings per beer name": _read("brewery", "tastings", "beers"),
    "average stars per brewery name": _read("brewery", "tastings", "beers", "breweries"),
    "keep only the beers with style 'stout'": _read("brewery", "beers"),
    "number of tastings per month of tasted_on": _read("brewery", "tastings"),
    "total beds of the wards": _read("hospital", "wards"),
    "number of admissions per ward name": _read("hospital", "admissions", "wards"),
    "count the rows of logistics.route_delta per priority": _read("logistics", "route_delta"),
    "count the hr contract headers per currency": _read("hr", "contract_header"),
    "patients without admissions": _read("hospital", "patients", "admissions"),
    "top 3 wards by number of admissions": _read("hospital", "admissions"),
    "total fine per genre": _read("library", "loans", "books"),
    "number of loans per borrower name": _read("library", "loans", "borrowers"),
    "number of session logs in web per channel": _read("web", "session_log"),
    "books without loans": _read("library", "books", "loans"),
    "average score per category of the crm lead status": _read("crm", "lead_status"),
    "keep the books where pages is over 300": _read("library", "books"),
    "latest lent_on per borrower name": _read("library", "loans", "borrowers"),
}


ASKED: dict[str, set[str]] = {
    "How many beers are there?": _read("brewery", "beers"),
    "What is the average alcohol of beers with style stout?": _read("brewery", "beers"),
    "What are the names of the wards with more than 30 beds?": _read("hospital", "wards"),
    "How many admissions does each ward have?": _read("hospital", "admissions", "wards"),
    "List the titles of crime books with over 300 pages.": _read("library", "books"),
    "Which borrower has the most loans?": _read("library", "loans", "borrowers"),
    "Show the patient names with blood group 'AB'.": _read("hospital", "patients"),
    "What is the highest fine of a loan?": _read("library", "loans"),
    "How many different genres of books are there?": _read("library", "books"),
    "What is the total number of beds?": _read("hospital", "wards"),
}
"""Questions, and the tables that answer them."""
