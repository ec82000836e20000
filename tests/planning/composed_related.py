"""Two tables that belong together: children with their parents, parents without or with so many children."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from composed import THINGS, Composed, Maker, Thing, lines
from composed_rows import Chosen, columns, condition


@dataclass(frozen=True)
class Family:
    """A table of children, and the table of what each of them belongs to.

    Attributes:
        label: the column that names a parent, with its words.
        text: a column with few values, its words and the values.
        who: what stands for a parent: ``who`` or ``that``.
    """

    child: Thing
    table: str
    one: str
    key: str
    label: tuple[str, str]
    text: tuple[str, str, tuple[str, ...]]
    who: str

    @property
    def many(self) -> str:
        return self.table

    @property
    def address(self) -> str:
        return f"{self.child.domain}.{self.table}"

    @property
    def words(self) -> dict[str, str]:
        """What the phrases call the two tables."""
        child = self.child
        return {
            "P": self.many, "p": self.one, "key": self.key, "C": child.many, "c": child.one, "ctable": child.table,
            "a_c": f"{'an' if child.one[0] in 'aeiou' else 'a'} {child.one}", "who": self.who}  # fmt: skip


FAMILIES = (
    Family(THINGS[0], "customers", "customer", "customer_id", ("name", "name"),
           ("city", "city", ("Bern", "Graz", "Lyon")), "who"),
    Family(THINGS[0], "mechanics", "mechanic", "mechanic_id", ("full_name", "full name"),
           ("level", "level", ("junior", "senior")), "who"),
    Family(THINGS[1], "enclosures", "enclosure", "enclosure_id", ("title", "title"),
           ("zone", "zone", ("north", "south", "island")), "that"),
)  # fmt: skip

# The parent's column in words {x} or as it is written {l}.
OF_PARENT = lines("""
    the {p}'s {x}
    {p} {x}
    the {x} of the {p}
    the {p} {x}
    the {x} of their {p}
    {P}.{l}
    the {x} from {P}
    {l} from {P}
    their {p}'s {x}
    the matching {p}'s {x}
    {l} of the {p}
    {l} from the {P} table
""")
WITH_PARENT = lines("""
    List {C} with {cols} and {pcol}.
    {cols} of each {c} and {pcol}
    Show {cols} of all {C} together with {pcol}.
    For every {c} show {cols} and {pcol}.
    Join {C} with {P} and output {cols} and {pcol}.
    {C} joined to {P} on {key}: {cols}, {pcol}
    I need {cols} for each {c}, plus {pcol}.
    Could you give me all {C} with {cols} and {pcol}?
    Take {C}, look up {pcol} by {key}, output {cols} and that.
    Add {pcol} to the {C}; columns {cols} and {pcol}.
    {C}: {cols}, {pcol}
    Inner join {C} and {P} on {key}, select {cols}, {pcol}.
    We want a list of {C}: {cols}, and {pcol}.
    Combine {C} and {P}. Columns: {cols}, {pcol}.
    Please list every {c}'s {cols} and {pcol}.
    Match each {c} to its {p}; return {cols} and {pcol}.
    Enrich {C} with {pcol}. Show {cols} and {pcol}.
    Link {C} to {P} via {key} and show {cols} and {pcol}.
    Left join {P} to {C} and show {cols} and {pcol}.
    VLOOKUP {pcol} into {C} by {key}: {cols} and {pcol}
""")
OF_SUCH_PARENTS = lines("""
    {C} of {P} with {x} {v}
    {C} of {P} whose {x} is {v}
    {C} whose {p} has {x} {v}
    {C} whose {p}'s {x} is {v}
    {C} where the {p}'s {x} is {v}
    {C} where the {p} has the {x} {v}
    {C} belonging to {P} with {x} {v}
    {C} that belong to a {p} whose {x} is {v}
    {C} of {P} where {x} = '{v}'
    {C} where {P}.{x} = '{v}'
    {C} of all {P} with {v} as {x}
    {C} that belong to {P} with the {x} {v}
""")
# All parents, each with its children, once where it has none.
ALL_PARENTS = lines("""
    All {P} with their {C}, also {P} without {C}: {cols}
    List every {p} with their {C}, keep {P} without {C}: {cols}.
    {P} left join {ctable} on {key}: {cols}
    Left join {ctable} to {P} so that {P} without {C} stay: {cols}.
    Show {cols} of all {P} and their {C}, including {P} that have no {C}.
    For each {p} list the {C}, {P} without any {c} included: {cols}
    I need {cols} for all {P}, even those without {C}.
    Start from {P}, left join the {C}, output {cols}.
    Every {p} and their {C}; {P} with no {C} appear with empty columns. Show {cols}.
    Please show all {P} with {cols} of their {C}; don't lose {P} without {C}.
    Combine {P} with {C}, keeping {P} that have none. Columns: {cols}.
    {cols} for every {p} and {c}, {P} without {C} too
""")
CHILDLESS = lines("""
    {P} without {C}
    {P} without any {C}
    {P} with no {C}
    {P} {who} have no {C}
    {P} {who} never had {a_c}
    {P} {who} don't have any {C}
    {P} having no {C} at all
    {P} not linked to any {c}
    {P} with no matching rows in {ctable}
    {P} {who} do not appear in {ctable}
    {P} that are missing from {ctable}
    {P} whose {key} is not in {ctable}
    {P} whose {key} never appears in {ctable}
    {P} for which there is no {c}
    {P} with zero {C}
    {P} with 0 {C}
    {P} lacking {C}
    {P} where no {c} exists
    {P} that don't occur in the {ctable} table
    {P} {who} do not have a single {c}
    {P} with no {c} on record
    {P} that no {c} refers to
    {P} where not exists {a_c}
    {P} not in {ctable}
    {P} which have never had any {C}
    {P} whose {key} has no match in {ctable}
""")
WITH_SOME = lines("""
    {P} with at least one {b}{c}{e}
    {P} {who} have at least one {b}{c}{e}
    {P} {who} have any {b}{C}{e}
    {P} with one or more {b}{C}{e}
    {P} for which there is at least one {b}{c}{e}
    {P} {who} had at least one {b}{c}{e}
    {P} having at least one {b}{c}{e}
    {P} where at least one {b}{c}{e} exists
    {P} with any {b}{c}{e}
    {P} where there exists at least one {b}{c}{e}
    {P} linked to at least one {b}{c}{e}
    {P} {who} have some {b}{c}{e}
""")
ONCE = ("", "", ", each only once", ", once each", ", no repeats", " (no duplicates)", ", each {p} once")
SO_MANY = {
    "= {n}": lines("""
        {P} with exactly {n} {C}
        {P} {who} have exactly {n} {C}
        {P} with precisely {n} {C}
        {P} having {n} {C}, no more and no less
        {P} whose number of {C} is exactly {n}
        {P} where the number of {C} equals {n}
        {P} where count of {C} = {n}
    """),
    ">= {n}": lines("""
        {P} with at least {n} {C}
        {P} {who} have at least {n} {C}
        {P} with {n} or more {C}
        {P} having at least {n} {C}
        {P} with a minimum of {n} {C}
        {P} {who} had {n} {C} or more
        {P} with no fewer than {n} {C}
        {P} whose number of {C} is at least {n}
        {P} where the count of {C} is {n} or more
        {P} with >= {n} {C}
        {P} that appear at least {n} times in {ctable}
    """),
    "> {n}": lines("""
        {P} with more than {n} {C}
        {P} {who} have more than {n} {C}
        {P} with over {n} {C}
        {P} having more than {n} {C}
        {P} whose number of {C} exceeds {n}
        {P} where the number of {C} is greater than {n}
        {P} with > {n} {C}
        {P} that appear more than {n} times in {ctable}
    """),
}
# Parents {t} with their columns.
PARENTS = lines("""
    {t}: {cols}
    Show {cols} of {t}.
    List {t} with {cols}.
    Which are the {t}? I need {cols}.
    I need a list of {t}, just {cols}.
    Give me {cols} for all {t}.
    Could you find the {t}? Show {cols}.
    Please show me {t}, only {cols}.
    {cols} of {t}
    Find {t} and return {cols}.
    Get {t}. Columns: {cols}.
    {t} - {cols} only
    Select {cols} for {t}.
    Keep only {t}, output {cols}.
    We'd like to know the {t}: {cols}.
    Are there any {t}? Give me {cols}.
    Can you pull {cols} of all {t} for me?
    I'm after {t}; columns {cols} are enough.
""")
# A figure of the children {m} for each parent, also where there are none.
COUNTED = lines("""
    number of {C}
    count of {C}
    how many {C} there are
    # of {C}
    {c} count
    no. of {C}
    total number of {C}
""")
SUMMED = lines("""
    total {x} of their {C}
    sum of {x} over the {C}
    summed {x} of the {C}
    total {c} {x}
    sum of the {C}' {x}
    overall {x} of its {C}
    total of {x}
    total {x}
    sum({x}) of {C}
""")
WITH_ZERO = lines("""
    0 for {P} without {C}
    with 0 for {P} without {C}
    and 0 where there are none
    {P} without {C} count as 0
    show 0 if {a_p} has no {C}
    {P} with no {C} should show 0
    including {P} without {C} with 0
    {P} that have none get 0
    keep {P} without {C}, with a 0
    zero for those that have no {C}
    with zero when there are no {C}
    also {P} that have no {C} (0)
    {P} with no {C} get a zero
    include {P} with zero {C}, as 0
""")
PER_PARENT = lines("""
    {m} per {p}, {zero}: {shown}, {col}
    For each {p} show {shown} and the {m}, {zero}.
    {shown} of all {P} with the {m}, {zero}
    List every {p} with {shown} and the {m}; {zero}.
    I need the {m} for every {p}, {zero}. Columns: {shown}, {col}.
    Show {shown} and {m} for each {p}, {zero}.
    Could you compute the {m} for all {P} ({zero})? Show {shown} and the {m}.
    All {P}: {shown}, {m} - {zero}
    Left join {P} to {C} and compute the {m} per {key}, {zero}; output {shown}, {col}.
    Per {p}: {shown} and {m}, {zero}.
    Give me {shown} and the {m} of every {p}. {zero}.
    What is the {m} for each {p}? {zero}. Show {shown} and {col}.
    Report {shown} and the {m} by {p}, {zero}.
""")


def family(maker: Maker, thing: Thing) -> Family:
    return maker.one([one for one in FAMILIES if one.child.domain == thing.domain])


def _parent_columns(of: Family) -> list[tuple[str, str]]:
    return [(of.key, of.key.replace("_", " ")), of.label]


def child_columns(maker: Maker, thing: Thing, *also: tuple[str, str]) -> list[tuple[str, str]]:
    rest = [one for one in (*thing.numbers, thing.day) if one not in also]
    return [(thing.key, thing.key.replace("_", " ")), *also, *maker.chance.sample(rest, 1)]


def _of_one(maker: Maker, thing: Thing) -> Chosen:
    """A condition that may stand behind a single child."""
    while True:
        chosen = condition(maker, thing)
        if not any(word in chosen.behind for word in ("that have", "their", "except")):
            return chosen
        maker.parts.clear()


def _made(kind: str, of: Family, text: str, sql: str, maker: Maker) -> Composed:
    return Composed(kind, text[0].upper() + text[1:], of.child.domain, sql, (), tuple(maker.parts))


def _joined(of: Family, how: str = "join") -> str:
    return f"{of.address} p {how} {of.child.address} c using ({of.key})"


def with_parent(maker: Maker, thing: Thing) -> Composed:
    """Children with a column of what they belong to."""
    of = family(maker, thing)
    shown = child_columns(maker, of.child)
    column, words = maker.one((of.label, of.text[:2]))
    pcol = maker.phrase(OF_PARENT, x=words, l=column, **of.words)
    text = maker.phrase(WITH_PARENT, cols=", ".join(c for c, _ in shown), pcol=pcol, **of.words)
    sql = f"select {', '.join('c.' + c for c, _ in shown)}, p.{column} from {_joined(of)}"
    return _made("with_parent", of, text, sql, maker)


def of_such_parents(maker: Maker, thing: Thing) -> Composed:
    """Children of the parents that a condition chooses."""
    of = family(maker, thing)
    column, words, values = of.text
    value, shown = maker.one(values), child_columns(maker, of.child)
    which = maker.phrase(OF_SUCH_PARENTS, x=words, v=value, **of.words)
    text = maker.phrase(PARENTS, t=which, cols=columns(maker, shown))
    sql = f"select {', '.join('c.' + c for c, _ in shown)} from {_joined(of)} where p.{column} = '{value}'"
    return _made("of_such_parents", of, text, sql, maker)


def all_parents(maker: Maker, thing: Thing) -> Composed:
    """All parents, with the columns of their children where they have some."""
    of = family(maker, thing)
    shown = child_columns(maker, of.child)
    said = columns(maker, [of.label, *shown])
    text = maker.phrase(ALL_PARENTS, cols=said, **of.words)
    sql = f"select p.{of.label[0]}, {', '.join('c.' + c for c, _ in shown)} from {_joined(of, 'left join')}"
    return _made("all_parents", of, text, sql, maker)


def _parents(kind: str, of: Family, which: str, test: str, maker: Maker) -> Composed:
    shown: Sequence[tuple[str, str]] = _parent_columns(of)
    text = maker.phrase(PARENTS, t=which, cols=columns(maker, list(shown)))
    return _made(kind, of, text, f"select {of.key}, p.{of.label[0]} from {of.address} p where {test}", maker)


def childless(maker: Maker, thing: Thing) -> Composed:
    """Parents that have no child."""
    of = family(maker, thing)
    which = maker.phrase(CHILDLESS, **of.words)
    return _parents("childless", of, which, f"{of.key} not in (select {of.key} from {of.child.address})", maker)


def with_some(maker: Maker, thing: Thing) -> Composed:
    """Parents with a child that fulfils a condition, once each."""
    of = family(maker, thing)
    chosen = _of_one(maker, of.child)
    which = maker.phrase(WITH_SOME, b=chosen.before, e=chosen.behind, **of.words)
    which += maker.one(ONCE).format(**of.words)
    test = f"{of.key} in (select {of.key} from {of.child.address} where {chosen.sql})"
    return _parents("with_some", of, which, test, maker)


def so_many(maker: Maker, thing: Thing) -> Composed:
    """Parents with a number of children."""
    of = family(maker, thing)
    size = maker.one((5, 6, 7, 8) if of.table == "customers" else (11, 12, 13, 14))
    test = maker.one(list(SO_MANY))
    which = maker.phrase(SO_MANY[test], n=size, **of.words)
    having = f"group by {of.key} having count(*) {test.format(n=size)}"
    return _parents("so_many", of, which, f"{of.key} in (select {of.key} from {of.child.address} {having})", maker)


def per_parent(maker: Maker, thing: Thing) -> Composed:
    """A figure of the children of each parent, 0 where there are none."""
    of = family(maker, thing)
    column, words = maker.one(of.child.numbers)
    is_count = maker.one((True, False))
    figure = maker.phrase(COUNTED if is_count else SUMMED, x=maker.one((words, column)), **of.words)
    a_p = f"{'an' if of.one[0] in 'aeiou' else 'a'} {of.one}"
    zero = maker.phrase(WITH_ZERO, a_p=a_p, **of.words)
    shown = columns(maker, _parent_columns(of))
    named = "the count" if is_count else f"the total {words}"
    text = maker.phrase(PER_PARENT, m=figure, zero=zero, shown=shown, col=named, **of.words)
    sql = f"count(c.{of.child.key})" if is_count else f"coalesce(sum(c.{column}), 0)"
    sql = f"select {of.key}, p.{of.label[0]}, {sql} from {_joined(of, 'left join')} group by all"
    return _made("per_parent", of, text, sql, maker)


KINDS = (with_parent, of_such_parents, all_parents, childless, with_some, so_many, per_parent)
