"""People's own words: terms with a meaning in the lake, and what tables and columns are called besides their names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from datamorph.core.table import TableRef


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase that stands for a measure or a condition: ``revenue = sum(amount) where status = 'completed'``.

    Attributes:
        name: the phrase in lower case, ``big spender``.
        expression: Spark SQL: an aggregate for a measure, a condition, or a value of one row.
        where: a condition on the rows that a measure counts; empty for all.
        table: the table that it is about; None lets the names in it decide.
        synonyms: other phrases for the same.
        description: for people and language models.
    """

    name: str
    expression: str
    where: str = ""
    table: TableRef | None = None
    synonyms: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """What people say of a table or a column.

    ``unit`` (``EUR``, ``km``, ``minutes``) is of a column's numbers; empty where there is none.
    """

    description: str = ""
    synonyms: tuple[str, ...] = ()
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Glossary:
    """Everything of one project's ``glossary.yaml``.

    Attributes:
        columns: by table and name of the column.
        wordings: phrases of prompts in lower case, with the words that are read in their place.
    """

    terms: tuple[Term, ...] = ()
    tables: Mapping[TableRef, Note] = field(default_factory=dict[TableRef, Note])
    columns: Mapping[tuple[TableRef, str], Note] = field(default_factory=dict[tuple[TableRef, str], Note])
    wordings: Mapping[str, str] = field(default_factory=dict[str, str])
