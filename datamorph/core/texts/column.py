"""The operations of ``texts.sql`` as PySpark source: functions of Columns, and SQL where Spark 3.5 has none."""

from __future__ import annotations

from dataclasses import dataclass

from datamorph.core.pyspark_expression import column_name, quoted
from datamorph.core.sql_expression import identifier
from datamorph.core.texts.sql import TextSql


@dataclass(frozen=True, slots=True)
class TextColumn:
    """Source of a text Column, and the same as Spark SQL; every method gives the source of a further step."""

    code: str
    sql: TextSql

    @classmethod
    def named(cls, name: str) -> TextColumn:
        """A column of the frame; functions take its name for it."""
        return cls(quoted(column_name(name)), TextSql(identifier(name, "spark"), "spark"))

    def trimmed(self) -> TextColumn:
        """See TextSql.trimmed."""
        return TextColumn(f"F.trim({self.code})", self.sql.trimmed())

    def upper(self) -> TextColumn:
        """See TextSql.upper."""
        return TextColumn(f"F.upper({self.code})", self.sql.upper())

    def lower(self) -> TextColumn:
        """See TextSql.lower."""
        return TextColumn(f"F.lower({self.code})", self.sql.lower())

    def replaced(self, pattern: str, replacement: str) -> TextColumn:
        """See TextSql.replaced."""
        code = f"F.regexp_replace({self.code}, {raw(pattern)}, {quoted(replacement)})"
        return TextColumn(code, self.sql.replaced(pattern, replacement))

    def extracted(self, pattern: str) -> TextColumn:
        """See TextSql.extracted."""
        return TextColumn(f"F.regexp_extract({self.code}, {raw(pattern)}, 0)", self.sql.extracted(pattern))

    def translated(self, characters: str, others: str) -> TextColumn:
        """See TextSql.translated."""
        code = f"F.translate({self.code}, {quoted(characters)}, {quoted(others)})"
        return TextColumn(code, self.sql.translated(characters, others))

    def month_numbered(self, months: str) -> TextColumn:
        """See TextSql.month_numbered."""
        sql = self.sql.month_numbered(months)
        return TextColumn(f"F.expr({quoted(sql.code)})", sql)

    def after(self, text: str) -> TextColumn:
        """See TextSql.after."""
        return TextColumn(f"F.concat(F.lit({quoted(text)}), {self.code})", self.sql.after(text))

    def domain_lowered(self) -> TextColumn:
        """See TextSql.domain_lowered."""
        code = f"F.concat({self.extracted('^[^@]+').code}, {self.extracted('@.+').lower().code})"
        return TextColumn(code, self.sql.domain_lowered())

    def matches(self, pattern: str) -> str:
        """See TextSql.matches."""
        code = self.code if self.code.startswith("F.") else f"F.col({self.code})"
        return f"{code}.rlike({raw(pattern)})"

    def try_cast(self, type_: str) -> str:
        """See TextSql.try_cast."""
        return f"F.expr({quoted(self.sql.try_cast(type_))})"


def raw(pattern: str) -> str:
    """A regular expression as a Python literal: raw where it holds a backslash and nothing that needs an escape."""
    is_raw = "\\" in pattern and '"' not in pattern and pattern.isprintable() and not pattern.endswith("\\")
    return f'r"{pattern}"' if is_raw else quoted(pattern)
