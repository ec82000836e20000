"""What is done to the text of one column, and the SQL of it."""

from __future__ import annotations

from dataclasses import dataclass

from datamorph.planning.offline.build.terms import constant, quote


@dataclass(slots=True)
class Cleaning:
    """What is done to one column.

    Attributes:
        is_caseless: values are compared whatever their case.
        cut: what is taken from the front, where it is there.
        removed: characters that are taken out wherever they stand.
        default: SQL of what stands in for a missing value.
    """

    is_trimmed: bool = False
    case: str = ""
    is_caseless: bool = False
    is_digits: bool = False
    last: int = 0
    cut: str = ""
    prefix: str = ""
    removed: str = ""
    default: str | None = None

    def __bool__(self) -> bool:
        return self != Cleaning()

    def sql(self, column: str, type_: str) -> str:
        """The cleaned text, of a column as it is called."""
        text = quote(column)
        is_text = type_ == "string"
        if not is_text and (self.is_digits or self.last or self.case or self.prefix or self.removed):
            text = f"cast({text} as string)"
        text = f"trim({text})" if self.is_trimmed and not self.is_digits else text
        case = "lower" if self.is_caseless else self.case
        text = f"{case}({text})" if case else text
        text = f"regexp_replace({text}, '[^0-9]', '')" if self.is_digits else text
        removed = (
            "" if self.is_digits else "".join(sorted(self.removed, key="-".__eq__))
        )  # a dash at the end is no range
        text = f"regexp_replace({text}, '[{removed}]', '')" if removed else text
        text = f"regexp_replace({text}, '^{self.cut}', '')" if self.cut else text
        text = f"right({text}, {self.last})" if self.last else text
        text = f"concat({constant(self.prefix, 'string').text}, {text})" if self.prefix else text
        if self.default is None:
            return text
        text = f"nullif({text}, '')" if self.is_trimmed else text
        return f"coalesce({text}, {self.default})"
