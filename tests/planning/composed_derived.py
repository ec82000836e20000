"""Columns that are made from others, beside columns as they are: classes, flags, words, sums, parts, cleaned texts."""

from __future__ import annotations

from dataclasses import dataclass, replace

from composed import Composed, Maker, Thing
from composed_rows import FALLING, Chosen, condition
from derived_phrases import BANDS, BARE_BANDS, CODED, FLAGGED, ITEMS, TRUTHS, WHOLE, WITH_NEW
from derived_values import CLEANED, DATED, DISTANCES, FILLED, JOINED, RECKONED, ROUNDED, TEXTED


@dataclass(frozen=True)
class Rich:
    """A table with all that columns are made from.

    Attributes:
        texts: messy texts of one or more words, an address of mail, and a code with hyphens.
        days: two dates of which the second is later.
        codes: a column of codes, with the word that each stands for.
        digits: a text column that holds whole numbers.
    """

    thing: Thing
    texts: tuple[tuple[str, str], tuple[str, str], tuple[str, str]]
    days: tuple[tuple[str, str], tuple[str, str]]
    codes: tuple[str, tuple[tuple[str, str], ...]]
    digits: tuple[str, str]


RICH = (
    Rich(Thing("hotel", "stays", "stay", "stays", "stay_id", (("price", "price"), ("paid", "paid")),
               (("deposit", "deposit"),), (("channel", "channel", ("W", "P", "D")),), (), ("room", "room", "b"),
               ("arrived_on", "arrival date"), ("guest_name", "guest name")),
         (("guest_name", "guest name"), ("email", "email"), ("room", "room")),
         (("arrived_on", "arrival date"), ("departed_on", "departure date")),
         ("channel", (("W", "web"), ("P", "phone"), ("D", "direct"))), ("party", "party")),
    Rich(Thing("sea", "samples", "sample", "samples", "sample_id", (("depth_m", "depth"), ("weight_g", "weight")),
               (("salinity", "salinity"),), (("method", "method", ("T", "G", "X")),), (), ("batch", "batch", "k"),
               ("taken_on", "taken date"), ("label", "label")),
         (("label", "label"), ("contact", "contact"), ("batch", "batch")),
         (("taken_on", "date taken"), ("tested_on", "date tested")),
         ("method", (("T", "trawl"), ("G", "grab"), ("X", "unknown"))), ("bottles", "bottles")),
)  # fmt: skip


@dataclass(frozen=True)
class Made:
    """A column that is made: how it stands in a list, its SQL and its name, empty where none is told."""

    item: str
    sql: str
    name: str


def _either(maker: Maker, column: tuple[str, str]) -> str:
    return maker.one(column)


def _item(maker: Maker, noun: str, sql: str, names: tuple[str, ...]) -> Made:
    name = maker.one(names)
    return Made(maker.phrase(ITEMS, noun=noun, name=name), sql, name)


def _number(maker: Maker, rich: Rich) -> tuple[str, str]:
    return maker.one(rich.thing.numbers)


def banded(maker: Maker, rich: Rich) -> Made:
    """A class of a number."""
    column, words = _number(maker, rich)
    low, high = sorted(maker.chance.sample(range(200, 2200, 100), 2))
    a, b, c = maker.one(
        (("low", "mid", "high"), ("small", "medium", "large"), ("C", "B", "E"), ("cheap", "fair", "dear"))
    )
    sql = f"case when {column} < {low} then '{a}' when {column} < {high} then '{b}' else '{c}' end"
    slots = {"l1": a, "l2": b, "l3": c, "a": low, "b": high, "c": column, "x": maker.one((words, column))}
    two = maker.chance.random() < 0.25
    choices = BANDS["two" if two else "three"]
    slots["d"] = maker.phrase(choices, **slots)
    if two:
        sql = f"case when {column} < {low} then '{a}' else '{c}' end"
    name = maker.one(("band", "size_class", "tier", "rank_band"))
    return Made(maker.phrase(BARE_BANDS, name=name, **slots), sql, name)


def flagged(maker: Maker, rich: Rich) -> Made:
    """Whether something holds."""
    chosen = maker.one(list(FLAGGED))
    thing = rich.thing
    column, words = {"n": _number(maker, rich), "g": thing.gaps[0], "t": thing.texts[0][:2], "d": thing.day}[chosen[1]]
    slots = {
        "n": maker.chance.randrange(200, 2000, 100),
        "v": maker.one(thing.texts[0][2]),
        "y": maker.one((2023, 2024)),
    }
    holds = maker.phrase(FLAGGED[chosen], x=maker.one((words, column)), c=column, **slots)
    sql = chosen[2:].format(c=column, **slots)
    name, (yes, no) = (
        maker.one(("is_special", "flag", "notable", "hit")),
        maker.one((("yes", "no"), ("1", "0"), ("Y", "N"))),
    )
    values = maker.one((True, False))
    text = maker.phrase(TRUTHS["truth" if values else "words"], name=name, holds=holds, yes=yes, no=no)
    told = (
        f"case when {sql} then '{yes}' else '{no}' end" if not yes.isdigit() else f"case when {sql} then 1 else 0 end"
    )
    return Made(text, f"({sql})" if values else told, name)


def coded(maker: Maker, rich: Rich) -> Made:
    """The words that codes stand for."""
    column, pairs = rich.codes
    has_rest = maker.one((True, False))
    told = pairs[:2] if has_rest else pairs
    name = f"{column}_name"
    pair = maker.phrase(CODED["pair"])
    said = ", ".join(pair.replace("(k)", k).replace("(v)", v) for k, v in told)
    if has_rest:
        said += maker.phrase(CODED["rest"])
    whens = " ".join(f"when '{k}' then '{v}'" for k, v in told)
    sql = f"case {column} {whens} else 'other' end" if has_rest else f"case {column} {whens} end"
    return Made(maker.phrase(CODED["whole"], c=column, name=name, said=said), sql, name)


def reckoned(maker: Maker, rich: Rich) -> Made:
    """Arithmetic over two number columns, or one."""
    first, second = maker.chance.sample(rich.thing.numbers, 2)
    sql = maker.one(list(RECKONED))
    slots = {
        "x": _either(maker, first),
        "y": _either(maker, second),
        "a": first[0],
        "b": second[0],
        "n": maker.one((5, 10, 20)),
    }
    noun = maker.phrase(RECKONED[sql], **slots)
    sql = sql.format(**slots, up=1 + slots["n"] / 100, down=1 - slots["n"] / 100)
    if maker.chance.random() < 0.25 or "/" in sql:
        digits = maker.one((1, 2))
        noun = (
            f"{noun} {maker.phrase(ROUNDED, n=digits, word={1: 'one', 2: 'two'}[digits], s='s' if digits > 1 else '')}"
        )
        sql = f"round({sql}, {digits})"
    return _item(maker, noun, sql, ("net", "result", "x_value", "outcome"))


def cleaned(maker: Maker, rich: Rich) -> Made:
    """A text without what disturbs, or a part of it."""
    sql = maker.one(list(CLEANED))
    which = {"w": 0, "m": 1, "h": 2, "*": maker.one((0, 1, 2))}[sql[0]]
    column, words = rich.texts[which]
    size = maker.one((1, 2, 3, 4))
    noun = maker.phrase(CLEANED[sql], x=maker.one((words, column)), c=column, n=size, s="s" if size > 1 else "")
    return _item(maker, noun, sql[1:].format(c=column, n=size), ("clean", "short", "text_out", "piece"))


def joined_texts(maker: Maker, rich: Rich) -> Made:
    """Two texts as one."""
    first, second = (rich.texts[0][0], rich.texts[2][0])
    between, word = maker.one((("-", "a hyphen"), (" ", "a space"), ("/", "a slash"), (", ", "a comma and a space")))
    noun = maker.phrase(JOINED, a=first, b=second, word=word)
    return _item(maker, noun, f"{first} || '{between}' || {second}", ("full", "joint", "caption"))


def dated_part(maker: Maker, rich: Rich) -> Made:
    """A part of a date."""
    column, words = maker.one(rich.days)
    sql = maker.one(list(DATED))
    noun = maker.phrase(DATED[sql], x=maker.one((words, column)), c=column)
    return _item(maker, noun, sql.format(c=column), ("period", "when_part", "cal"))


def distance(maker: Maker, rich: Rich) -> Made:
    """Days between two dates, or until a fixed day."""
    (first, said), (second, told) = rich.days
    sql = maker.one(list(DISTANCES))
    noun = maker.phrase(DISTANCES[sql], x=maker.one((said, first)), y=maker.one((told, second)), a=first, b=second)
    return _item(maker, noun, sql.format(a=first, b=second), ("duration", "lag", "span_days"))


def filled(maker: Maker, rich: Rich) -> Made:
    """A value where there is none."""
    column, words = rich.thing.gaps[0]
    value = maker.one((0, 0, -1, 100))
    item = maker.phrase(FILLED, c=column, x=maker.one((words, column)), v=value)
    return Made(item, f"coalesce({column}, {value})", "")


def retyped(maker: Maker, rich: Rich) -> Made:
    """A text as a number, or a number as a text."""
    sql = maker.one(list(TEXTED))
    column, words = {"d": rich.digits, "k": (rich.thing.key, rich.thing.key), "r": _number(maker, rich)}[sql[0]]
    return Made(maker.phrase(TEXTED[sql], c=column, x=maker.one((words, column))), sql[1:].format(c=column), "")


MAKERS = (banded, banded, flagged, flagged, coded, reckoned, reckoned, cleaned, cleaned, joined_texts, dated_part,
          distance, filled, retyped)  # fmt: skip


def _kept(maker: Maker, thing: Thing) -> list[tuple[str, str]]:
    rest = [*thing.numbers, thing.day, *((c, w) for c, w, _ in thing.texts)]
    return [(thing.key, thing.key.replace("_", " ")), *maker.chance.sample(rest, maker.one((0, 1, 2)))]


def _listed(maker: Maker, names: list[tuple[str, str]]) -> str:
    """Columns before another one: as they are written or in words."""
    as_written = maker.chance.random() < 0.7
    return ", ".join(name if as_written else words for name, words in names)


def _some(maker: Maker, thing: Thing) -> Chosen:
    while maker.chance.random() < 0.25:
        chosen = condition(maker, thing) if thing.adjectives else _condition(maker, thing)
        if chosen.behind:
            return chosen
    return Chosen("", "", "true")


def _condition(maker: Maker, thing: Thing) -> Chosen:
    return condition(maker, replace(thing, adjectives=(("", thing.key),)))


def new_column(make, kind: str):
    """The kind of request that a made column stands in, beside others."""

    def one(maker: Maker, _: Thing) -> Composed:
        rich = maker.one(RICH)
        thing, made, chosen = rich.thing, make(maker, rich), _some(maker, rich.thing)
        kept = _kept(maker, thing)
        order, rest = _order(maker, thing, kept)
        frames = [line for line in WITH_NEW if not (chosen.behind and "{t}" not in line)]
        if not made.name:
            frames = [line for line in frames if "{name}" not in line]
        rows = f"{maker.one((thing.many, thing.many, thing.table))}{chosen.behind}"
        text = maker.phrase(
            frames, t=rows, cols=_listed(maker, kept), item=made.item, one=thing.one, name=made.name, table=thing.table
        )
        text = f"{text.rstrip('.?')}{order}" if order and not text.endswith("?") else text
        rest = rest if order and not text.endswith("?") else ""
        shown = ", ".join(c for c, _ in kept)
        sql = f"select {shown}, {made.sql} from {thing.address} where {chosen.sql} {rest}".strip()
        names = (*(c for c, _ in kept), made.name)
        return Composed(kind, text, thing.domain, sql, (0,) if rest else (), tuple(maker.parts), names)

    return one


def _order(maker: Maker, thing: Thing, kept: list[tuple[str, str]]) -> tuple[str, str]:
    by = [column for column in thing.numbers if column in kept]
    if not by or maker.chance.random() < 0.6:
        return "", ""
    phrase = maker.phrase(FALLING, x=by[0][1], c=by[0][0])
    return f", {phrase}", f"order by {by[0][0]} desc"


def with_all(maker: Maker, _: Thing) -> Composed:
    """All columns as they are, and one that is made."""
    rich = maker.one(RICH)
    thing = rich.thing
    made = maker.one((banded, flagged, coded, reckoned, joined_texts, distance))(maker, rich)
    text = maker.phrase(WHOLE, t=thing.many, item=made.item, one=thing.one, table=thing.table)
    sql = f"select *, {made.sql} from {thing.address}"
    return Composed("with_all", text, thing.domain, sql, (), tuple(maker.parts))


KINDS = (*(new_column(make, make.__name__) for make in dict.fromkeys(MAKERS)), with_all)
