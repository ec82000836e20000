"""Operations on texts in the SQL of both dialects, with one meaning on every engine."""

from __future__ import annotations

from dataclasses import dataclass

from datamorph.core.functions import Dialect
from datamorph.core.pattern import re2_replacement
from datamorph.core.sql_expression import text_literal, type_name


@dataclass(frozen=True, slots=True)
class TextSql:
    """A text expression of one dialect; every method gives the expression of a further step."""

    code: str
    dialect: Dialect

    def trimmed(self) -> TextSql:
        """Without blanks (U+0020, nothing else) at both ends."""
        return self._with(f"TRIM({self.code}, ' ')" if self.dialect == "duckdb" else f"TRIM({self.code})")

    def upper(self) -> TextSql:
        """In upper case."""
        return self._with(f"UPPER({self.code})")

    def lower(self) -> TextSql:
        """In lower case."""
        return self._with(f"LOWER({self.code})")

    def replaced(self, pattern: str, replacement: str) -> TextSql:
        """With every match of a regular expression replaced; ``$1`` is its first group."""
        if self.dialect == "duckdb":
            return self._call("REGEXP_REPLACE", pattern, re2_replacement(replacement), more=", 'g'")
        return self._call("REGEXP_REPLACE", pattern, replacement)

    def extracted(self, pattern: str) -> TextSql:
        """The first match of a regular expression; the empty text where there is none."""
        return self._call("REGEXP_EXTRACT", pattern, more=", 0")

    def translated(self, characters: str, others: str) -> TextSql:
        """With each character replaced by the one at its place in ``others``."""
        return self._call("TRANSLATE", characters, others)

    def month_numbered(self, months: str) -> TextSql:
        """With the first three capital letters replaced by the two characters that follow them in ``months``."""
        name, listed = self.extracted("[A-Z]{3}").code, text_literal(months, self.dialect)
        number = f"SUBSTRING({listed}, INSTR({listed}, {name}) + 3, 2)"
        return self._with(f"REPLACE({self.code}, {name}, {number})")

    def after(self, text: str) -> TextSql:
        """With a constant before it."""
        return self._with(f"CONCAT({text_literal(text, self.dialect)}, {self.code})")

    def domain_lowered(self) -> TextSql:
        """With everything from the first ``@`` on in lower case."""
        return self._with(f"CONCAT({self.extracted('^[^@]+').code}, {self.extracted('@.+').lower().code})")

    def matches(self, pattern: str) -> str:
        """The condition that a regular expression matches; ``^`` and ``\\z`` bind it to both ends."""
        literal = text_literal(pattern, self.dialect)
        if self.dialect == "duckdb":
            return f"REGEXP_MATCHES({self.code}, {literal})"
        return f"{self.code} RLIKE {literal}"

    def try_cast(self, type_: str) -> str:
        """The value of a type, NULL where the text has none."""
        return f"TRY_CAST({self.code} AS {type_name(type_, self.dialect)})"

    def _call(self, function: str, *constants: str, more: str = "") -> TextSql:
        listed = ", ".join([self.code, *(text_literal(constant, self.dialect) for constant in constants)])
        return self._with(f"{function}({listed}{more})")

    def _with(self, code: str) -> TextSql:
        return TextSql(code, self.dialect)
