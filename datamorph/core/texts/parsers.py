"""What a text may mean: a date, an amount of money, a phone number, an e-mail address.

Each parser gives readings in order of preference: the regular expression that the cleaned text must match as a whole,
and the value then. Regular expressions, replacements and safe casts mean the same on every engine.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from datamorph.core.datatype import is_decimal, parse_type
from datamorph.core.problem import Problems
from datamorph.core.texts.column import TextColumn
from datamorph.core.texts.date_format import HINT, MONTHS, DateFormat
from datamorph.core.texts.sql import TextSql

Text: TypeAlias = TextSql | TextColumn

# Repeated groups are bounded: Java recurses for each repetition.
_BLANK = "[ \u00a0\u202f]*"
_CURRENCY = "([$€£¥]|[A-Z]{3}|[Ee]uros?|[Dd]ollars?)"
_EMAIL = r"^[A-Za-z0-9._%+'-]+@([A-Za-z0-9-]+[.]){1,30}[A-Za-z]{2,}\z"
_DIGITS_OR_TEXT = BeforeValidator(str, json_schema_input_type=str | int)
_LEAST_DIGITS, _MOST_DIGITS = 7, 15
"""Digits of an international phone number with its country code (ITU-T E.164 has at most 15)."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a text.

    Attributes:
        clean: what is done to the text before it is matched and read.
        pattern: the regular expression that the whole cleaned text matches.
        value: SQL of the value, given the cleaned text.
    """

    pattern: str
    value: Callable[[Text], str]
    clean: Callable[[Text], Text]


class Parser(BaseModel):
    """One column to read from texts.

    Attributes:
        of: the column of texts; the new column's own name unless given.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)
    of: Annotated[str, Field(min_length=1, max_length=255)] | None = None

    @property
    @abstractmethod
    def type(self) -> str:
        """Type of the values."""

    @property
    @abstractmethod
    def noun(self) -> str:
        """What a text is read as, for people."""

    @abstractmethod
    def readings(self) -> list[Reading]:
        """Ways to read a text; the first that yields a value counts."""

    def check(self, problems: Problems) -> None:
        """Report what is wrong with the parser itself."""
        del problems


class MomentParser(Parser):
    """A date or a time, in the first of the formats that fits."""

    as_: Literal["date", "timestamp_ntz", "timestamp"] = Field(alias="as")
    formats: tuple[str, ...] = Field(min_length=1)

    @property
    def type(self) -> str:
        """See Parser.type."""
        return self.as_

    @property
    def noun(self) -> str:
        """See Parser.noun."""
        return f"a {self.as_.partition('_')[0]} ({' or '.join(self.formats)})"

    def readings(self) -> list[Reading]:
        """See Parser.readings."""
        return [self._reading(DateFormat(text)) for text in self.formats]

    def _reading(self, format_: DateFormat) -> Reading:
        def value(text: Text) -> str:
            if not format_.is_iso:
                text = text.replaced(format_.search(), format_.rearranged())
            if format_.has_short_number:
                text = text.replaced("([-: ])0([0-9]{2})", "$1$2")
            return (text.month_numbered(MONTHS) if format_.has_month_name else text).try_cast(self.as_)

        return Reading(format_.pattern(), value, _upper if format_.has_month_name else _trimmed)

    def check(self, problems: Problems) -> None:
        """See Parser.check."""
        for text in self.formats:
            found = DateFormat(text).problem()
            if not found and self.as_ == "date" and DateFormat(text).has_time:
                found = "a date has no time; read a timestamp_ntz and cast it"
            if found:
                problems.add("constant", f"format {text!r}: {found}", hint=HINT)


class MoneyParser(Parser):
    """An amount of money with any currency; which one is not kept."""

    as_: Literal["money"] = Field(alias="as")
    decimal: Literal["point", "comma"]
    type_: str = Field(default="decimal(18,2)", alias="type")

    @property
    def type(self) -> str:
        """See Parser.type."""
        return parse_type(self.type_)

    @property
    def noun(self) -> str:
        """See Parser.noun."""
        return f"money with a decimal {self.decimal}"

    def readings(self) -> list[Reading]:
        """See Parser.readings."""
        mark, thousands = (".", "[,' \u00a0\u202f]") if self.decimal == "point" else (",", "[. \u00a0\u202f]")
        number = f"(([0-9]{{1,3}}({thousands}[0-9]{{3}}){{1,12}}|[0-9]+)([{mark}][0-9]+)?|[{mark}][0-9]+)"
        before, after = f"({_CURRENCY}{_BLANK})?", f"({_BLANK}{_CURRENCY})?"
        signed = f"{before}[-+]?{_BLANK}{before}{number}{after}"
        pattern = rf"^({signed}|{before}[(]{before}{number}{after}[)])\z"
        characters = ("(", "-") if mark == "." else ("(,", "-.")

        def value(text: Text) -> str:
            return text.replaced(f"[^0-9{mark}(-]", "").translated(*characters).try_cast(self.type)

        return [Reading(pattern, value, _trimmed)]

    def check(self, problems: Problems) -> None:
        """See Parser.check."""
        try:
            if not is_decimal(self.type):
                problems.add("type", f"money is no {self.type}", hint="give a decimal(p,s), such as decimal(18,2)")
        except ValueError as error:
            problems.add("unknown_type", str(error), hint="give a decimal(p,s), such as decimal(18,2)")


class PhoneParser(Parser):
    """A phone number as E.164: ``+`` and digits."""

    as_: Literal["phone"] = Field(alias="as")
    country: Annotated[str, _DIGITS_OR_TEXT, Field(pattern=r"^[1-9][0-9]{0,2}$")]
    trunk: Annotated[str, _DIGITS_OR_TEXT, Field(pattern=r"^[0-9]?$")] = "0"

    @property
    def type(self) -> str:
        """See Parser.type."""
        return "string"

    @property
    def noun(self) -> str:
        """See Parser.noun."""
        return f"a phone number (+{self.country} unless it tells)"

    def readings(self) -> list[Reading]:
        """See Parser.readings."""
        least, most = (length - 1 - len(self.country) for length in (_LEAST_DIGITS, _MOST_DIGITS))
        first = f"{self.trunk}?[1-9]" if self.trunk else "(0[1-9]|[1-9][0-9])"
        more = f"{{{least},{most}}}" if self.trunk else f"{{{least - 1},{most - 1}}}"
        whole = rf"^([+]|00)[1-9][0-9]{{{_LEAST_DIGITS - 1},{_MOST_DIGITS - 1}}}\z"
        return [
            Reading(whole, lambda text: text.replaced("^[+0]+", "").after("+").code, self._digits),
            Reading(rf"^{first}[0-9]{more}\z", self._with_country, self._digits),
        ]

    def _digits(self, text: Text) -> Text:
        trunk = f"[(]{self.trunk}[)]|" if self.trunk else ""
        return text.replaced(f"{trunk}[-()/. ]", "")

    def _with_country(self, text: Text) -> str:
        local = text.replaced(f"^{self.trunk}", "") if self.trunk else text
        return local.after(f"+{self.country}").code


class EmailParser(Parser):
    """An e-mail address."""

    as_: Literal["email"] = Field(alias="as")
    lower: Literal["all", "domain"] = "all"

    @property
    def type(self) -> str:
        """See Parser.type."""
        return "string"

    @property
    def noun(self) -> str:
        """See Parser.noun."""
        return "an e-mail address"

    def readings(self) -> list[Reading]:
        """See Parser.readings."""
        return [Reading(_EMAIL, self._lowered, _trimmed)]

    def _lowered(self, text: Text) -> str:
        return (text.lower() if self.lower == "all" else text.domain_lowered()).code


def _trimmed(text: Text) -> Text:
    return text.trimmed()


def _upper(text: Text) -> Text:
    return text.trimmed().upper()


AnyParser: TypeAlias = Annotated[MomentParser | MoneyParser | PhoneParser | EmailParser, Field(discriminator="as_")]
