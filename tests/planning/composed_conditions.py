"""Conditions on rows, by what they say, and the many ways to say it.

{x} is a column in words, {c} as it is written, {n} and {m} are numbers, {v} and {w} values, {y} a year.
"""

from __future__ import annotations

from dataclasses import dataclass

from composed import Maker, Thing, lines

OF_NUMBERS = {
    "{c} >= {n}": lines("""
        whose {x} is {n} or more
        with at least {n} in {c}
        that have a {x} of at least {n}
        where {c} is greater than or equal to {n}
        where the {x} is {n} or greater
        with a {x} of {n} or over
        where {c} is at or above {n}
        whose {x} is not less than {n}
        where {c} is {n}+
        with a {x} >= {n}
    """),
    "{c} > {n}": lines("""
        with a {x} over {n}
        with more than {n} in {c}
        where {c} is more than {n}
        where the {x} is above {n}
        whose {x} is greater than {n}
        that have more than {n} as {x}
        where {c} is strictly greater than {n}
        whose {x} is higher than {n}
        with a {x} greater than {n}
        where {c} is larger than {n}
        where the {x} is bigger than {n}
        with {c} > {n}
        with a {x} higher than {n}
    """),
    "{c} < {n}": lines("""
        with a {x} below {n}
        with a {x} of less than {n}
        whose {x} is less than {n}
        where the {x} is under {n}
        where {c} is less than {n}
        where {c} is smaller than {n}
        with {c} < {n}
        with {c} under {n}
        that have a {x} below {n}
        with less than {n} in {c}
        where the {x} stays below {n}
    """),
    "{c} <= {n}": lines("""
        with a {x} of at most {n}
        whose {x} is at most {n}
        with {x} up to {n}
        where {c} <= {n}
        where the {x} is {n} or less
        with a {x} of {n} or less
        whose {x} is no more than {n}
        where {c} does not exceed {n}
        where {c} is not above {n}
        where {c} is less than or equal to {n}
        with a {x} no higher than {n}
    """),
    "{c} between {n} and {m}": lines("""
        where {c} is between {n} and {m}
        where the {x} is from {n} to {m}
        with {c} in the range {n} to {m}
        where {c} >= {n} and <= {m}
        where {c} is at least {n} and at most {m}
        with a {x} of {n} to {m}
        having a {x} between {n} and {m} inclusive
        whose {x} is in the range {n}-{m}
        with a {x} from {n} up to {m}
        where the {x} falls between {n} and {m}
    """),
    "{c} not between {n} and {m}": lines("""
        where {c} is not between {n} and {m}
        whose {x} is outside {n} to {m}
        where {c} not between {n} and {m}
        whose {x} is below {n} or above {m}
        with {c} less than {n} or greater than {m}
        where {c} < {n} or {c} > {m}
    """),
}
OF_GAPS = {
    "{c} is null": lines("""
        without {x}
        that lack a {x}
        with an empty {x}
        with {c} null
        with a blank {x}
        that don't have a {x}
        whose {x} is empty
        where no {x} is given
        where {c} is missing
        where {c} is not set
        with nothing in {c}
        whose {x} is null
        where there is no {x}
        where the {x} was left blank
        with no value in {c}
        where {c} has no value
        whose {x} is unknown
    """),
    "{c} is not null": lines("""
        whose {x} is filled in
        where {c} is not empty
        where {c} is set
        where a {x} is given
        where {c} is not missing
        where {c} has a value
        whose {x} is not null
        with a value in {c}
        with a non-empty {x}
        where the {x} is present
        whose {x} is not blank
        with {c} filled in
        that do have a {x}
        which have a {x}
    """),
}
OF_TEXTS = {
    "{c} = '{v}'": lines("""
        where {c} equals '{v}'
        with {c} = {v}
        where the {x} is "{v}"
        whose {x} equals {v}
        where {c} == '{v}'
        with {c} equal to {v}
        with {c} set to {v}
        that have {v} as their {x}
        with a {x} of {v}
        having {x} = {v}
        where {x}={v}
        with "{v}" in {c}
        whose {c} says {v}
        where {v} is the {x}
        which have the {x} {v}
    """),
    "{c} <> '{v}'": lines("""
        where {c} != '{v}'
        where {c} is not equal to {v}
        whose {x} isn't {v}
        where the {x} is not "{v}"
        where {c} differs from {v}
        excluding {x} {v}
        with any {x} except {v}
        with any {x} but {v}
        where the {x} is different from {v}
        excluding those with {x} {v}
        that don't have {v} as {x}
        where {c} is something other than {v}
        with {c} <> {v}
        with a {x} that is not {v}
    """),
    "{c} in ('{v}', '{w}')": lines("""
        whose {x} is either {v} or {w}
        where {c} is {v} or {w}
        where {c} = '{v}' or {c} = '{w}'
        where {c} in ('{v}', '{w}')
        with {c} in ({v}, {w})
        whose {x} is one of {v} and {w}
        where the {x} is "{v}" or "{w}"
        with either {v} or {w} as {x}
        having {x} {v} or {w}
        with a {x} of {v} or {w}
        where the {x} equals {v} or {w}
        with one of the {x} values {v}, {w}
        where {c} is any of {v}, {w}
    """),
    "{c} not in ('{v}', '{w}')": lines("""
        where {c} not in ('{v}', '{w}')
        whose {x} is neither {v} nor {w}
        where {c} is neither {v} nor {w}
        with a {x} other than {v} or {w}
        except those with {x} {v} or {w}
        where {c} is none of {v}, {w}
        excluding {x} {v} and {w}
        whose {x} is not one of {v}, {w}
        where {c} is not in ({v}, {w})
        where {c} <> '{v}' and {c} <> '{w}'
    """),
}
OF_FREE = {
    "{c} ilike '%{v}%'": lines("""
        containing {v} in the {x}, in any case
        whose {x} includes the word part '{v}', ignoring case
        where {c} ilike '%{v}%'
        where lower({c}) contains '{v}'
        where lower({c}) like '%{v}%'
        with {v} in their {x} (any case)
        whose {x} has {v} in it, upper or lower case
        where the {x} contains "{v}" (case-insensitive)
        whose {x} contains {v}, case-insensitively
        where {c} contains '{v}' (ignore case)
    """),
    "{c} ilike '{v}%'": lines("""
        whose {x} starts with {v} in any case
        where {c} starts with '{v}', ignoring case
        where {c} begins with '{v}' (case-insensitive)
        whose {x} begins with {v}, upper or lower case
        with a {x} starting with {v}, in any case
        where {c} ilike '{v}%'
        with {c} beginning with '{v}' regardless of case
        where lower({c}) starts with '{v}'
    """),
    "{c} ilike '%{v}'": lines("""
        whose {x} ends with {v} in any case
        where {c} ends with '{v}', ignoring case
        with a {x} ending in {v}, in any case
        where {c} ends in '{v}' (case-insensitive)
        where {c} ilike '%{v}'
        with {c} ending with '{v}' regardless of case
    """),
    "{c} not ilike '%{v}%'": lines("""
        whose {x} does not contain {v} in any case
        where {c} doesn't contain '{v}', ignoring case
        without {v} in the {x}, in any case
        where {c} not ilike '%{v}%'
        where {c} does not contain '{v}' (case-insensitive)
    """),
}
OF_DAYS = {
    "year({c}) = {y}": lines("""
        with {c} in {y}
        where year({c}) = {y}
        with a {x} of {y}
        whose {x} falls in {y}
        where the {x} is in {y}
        with a {x} during {y}
        where {c} is within {y}
        whose {x} is in the year {y}
        where the year of the {x} is {y}
        where {c} is from {y}
        with {c} between {y}-01-01 and {y}-12-31
    """),
    "{c} >= date '{y}-02-01'": lines("""
        with {c} since {y}-02-01
        with {c} on or after {y}-02-01
        whose {x} is {y}-02-01 or later
        with a {x} since February {y}
        with {c} from 1 February {y} on
        where {c} is on or after February 1, {y}
        where the {x} is on or after {y}-02-01
        where {c} is at least {y}-02-01
        with a {x} no earlier than {y}-02-01
        with a {x} of 1 Feb {y} or later
    """),
    "{c} > date '{y}-04-30'": lines("""
        with a {x} after {y}-04-30
        where {c} > '{y}-04-30'
        whose {x} is after 30 April {y}
        with {c} later than {y}-04-30
        where {c} is after {y}-04-30
        where the {x} comes after April 30, {y}
        with {c} after April {y}
    """),
    "{c} < date '{y}-09-01'": lines("""
        with {c} before {y}-09-01
        where {c} is before {y}-09-01
        where the {x} is earlier than {y}-09-01
        whose {x} is before September {y}
        where {c} is before 1 September {y}
        where {c} < {y}-09-01
        with {x} before September 1, {y}
        whose {x} lies before {y}-09-01
    """),
    "{c} <= date '{y}-06-30'": lines("""
        with {c} on or before {y}-06-30
        with a {x} up to and including {y}-06-30
        whose {x} is no later than {y}-06-30
        where {c} is not after {y}-06-30
        where {c} <= '{y}-06-30'
        with {c} up to the end of June {y}
        where the {x} is {y}-06-30 or earlier
    """),
    "date_trunc('month', {c}) = date '{y}-03-01'": lines("""
        with {c} in March {y}
        where the {x} falls in March {y}
        whose {x} is in {y}-03
        where {c} lies in March {y}
        with a {x} during March {y}
        where the month of {c} is March {y}
        with {c} between {y}-03-01 and {y}-03-31
        where {c} is in Mar {y}
        where the {x} is in 03/{y}
    """),
    "date_trunc('quarter', {c}) = date '{y}-04-01'": lines("""
        with {c} in the second quarter of {y}
        whose {x} is in Q2 {y}
        where {c} falls in Q2 of {y}
        with a {x} in the second quarter of {y}
        where {c} is in {y} Q2
        where the {x} falls in quarter 2 of {y}
        with {c} in Q2 {y}
        with a {x} between April and June {y}
    """),
    "{c} between date '{y}-02-10' and date '{y}-08-20'": lines("""
        with {c} between {y}-02-10 and {y}-08-20
        whose {x} is between 10 February {y} and 20 August {y}
        where {c} between '{y}-02-10' and '{y}-08-20'
        with a {x} from {y}-02-10 to {y}-08-20
        where {c} is from {y}-02-10 through {y}-08-20
        where the {x} lies between {y}-02-10 and {y}-08-20
        where {c} >= '{y}-02-10' and {c} <= '{y}-08-20'
        with {c} from {y}-02-10 up to and including {y}-08-20
        whose {x} falls between {y}-02-10 and {y}-08-20
        with {c} in the period {y}-02-10 to {y}-08-20
    """),
    "isodow({c}) = 1": lines("""
        whose {x} is a Monday
        with a {x} on a Monday
        where {c} falls on a Monday
        where {c} is a Monday
        where the {x} was a Monday
        with {c} on Mondays
        where the weekday of {c} is Monday
    """),
    "isodow({c}) in (6, 7)": lines("""
        whose {x} is on a weekend
        where {c} falls on a weekend
        where {c} is a Saturday or Sunday
        with a {x} on a Saturday or a Sunday
        with {c} at the weekend
    """),
    "month({c}) = 12": lines("""
        with a {x} in December of any year
        where the month of {c} is December
        whose {x} is in December, whatever the year
        where {c} falls in December (any year)
        where month({c}) = 12
    """),
}


@dataclass(frozen=True)
class Chosen:
    """A condition: a phrase behind the noun, or an adjective before it, and its SQL."""

    before: str
    behind: str
    sql: str
    column: str = ""

    @property
    def bare(self) -> str:
        """What has to be true, as a sentence, where the phrase is one: ``price > 5``."""
        is_one = self.behind.startswith(" where ") and not self.before
        return self.behind.removeprefix(" where ") if is_one else ""

    @property
    def is_simple(self) -> bool:
        """Another condition may be joined to it without a doubt which belong together."""
        return not any(said in self.behind for said in (f" or {self.column} ", " or above", " or greater", "exc"))


def condition(maker: Maker, thing: Thing, apart_from: str = "") -> Chosen:
    """Which rows are meant, said in one of many ways, not by one column."""
    while True:
        found = _condition(maker, thing)
        if found.column != apart_from:
            return found
        maker.parts.pop()


def _condition(maker: Maker, thing: Thing) -> Chosen:
    low, high = sorted(maker.chance.sample(range(100, 1900, 50), 2))
    kind = maker.one(("number", "number", "gap", "text", "text", "free", "day", "day", "adjective"))
    slots: dict[str, object] = {"n": low, "m": high, "y": maker.one((2023, 2024))}
    if kind == "adjective":
        value, column = maker.one(thing.adjectives)
        maker.parts.append("adjective")
        return Chosen(f"{value} ", "", f"{column} = '{value}'", column)
    if kind == "text":
        column, words, values = maker.one(thing.texts)
        slots["v"], slots["w"] = maker.chance.sample(values, 2)
        choices = OF_TEXTS
    elif kind == "free":
        column, words, slots["v"] = thing.free
        choices = OF_FREE
    else:
        column, words = maker.one({"number": thing.numbers, "gap": thing.gaps, "day": (thing.day,)}[kind])
        choices = {"number": OF_NUMBERS, "gap": OF_GAPS, "day": OF_DAYS}[kind]
    sql = maker.one(list(choices))
    said = maker.phrase(choices[sql], x=maker.one((words, column)), c=column, **slots).replace("a hours", "hours")
    return Chosen("", f" {said}", f"({sql.format(c=column, **slots)})", column)
