"""Domains of mail addresses, counted: *which mail providers do our patrons use, those with 10 or more*."""

from __future__ import annotations

from datamorph.core.table import TableRef
from datamorph.planning.offline.names import Link, words_of
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.flow import Flow
from datamorph.planning.offline.recipes.kept import conditions, drops_gaps, keep, least
from datamorph.planning.offline.recipes.listed import Listed
from datamorph.planning.offline.recipes.order import order_of
from datamorph.planning.offline.recipes.recipe import Recipe
from datamorph.planning.offline.recipes.resolve import nulls, table_called

_COLUMNS = 2
_NAMING = frozenset({"as", "called", "named"})
_WRITTEN = frozenset("lower lowercase the a an text case small".split())
_COUNTS = frozenset("count number total people head heads how many".split())


def _fits(brief: Brief) -> bool:
    speaks = brief.has("domain", "provider", "host") or any(token.text == "@" for token in brief.said.tokens)
    return speaks and (brief.has("email", "mail", "address") or any("mail" in word for word in brief.words))


def _cook(brief: Brief) -> Flow | None:
    mail = _address(brief)
    if mail is None:
        return None
    pairs = [shown for shown in (brief.listed, _named(brief)) if len(shown) == _COLUMNS]
    found = [(shown, parts) for shown in pairs if (parts := _domain_and_count(brief, shown, mail.table))]
    if not found:
        return None
    shown, (domain, count) = found[0]
    counted = table_called(brief, count.name, brief.said.tables)
    is_column = count.name.casefold() in {name.casefold() for name in brief.said.tables[mail.table].schema.names}
    if counted not in (None, mail.table) or is_column:
        return None
    flow = Flow(brief.work)
    flow.start(mail.table)
    column = flow.column(mail.table, mail.column)
    if not drops_gaps(brief, mail, ("address", "email", "mail", "mails", "e-mail")) and nulls(brief, mail):
        brief.work.dialog.assume(f"rows without {mail.column} are not counted")
    flow.filter(f"{column} is not null")
    keep(brief, flow, conditions(brief, (mail.table,)))
    part = f"split_part(trim({column}), '@', 2)"
    flow.derive({domain.name: f"lower({part})" if brief.has("lower", "lowercase", "lowercased", "small") else part})
    flow.aggregate([domain.name], {count.name: "count(*)"})
    if (fewest := least(brief)) is not None:
        flow.filter(f"{count.name} {fewest[0]} {fewest[1]}")
    order = order_of(brief, [domain.name], count.name)
    if order is None or (fewest is None and brief.numbers()):
        return None
    flow.show([one.name for one in shown])
    if order:
        flow.sort(order)
    return flow


def _named(brief: Brief) -> tuple[Listed, ...]:
    """The two columns where each is named on its own: *as provider*, *owners = number of owners*."""
    words, tokens = brief.words, brief.said.tokens
    at = next((i for i, token in enumerate(tokens) if "@" in token.text), len(brief))
    domains = [i for i in range(len(brief)) if _tells_domain(words[i]) and tokens[i].kind == "name"]
    domains += [i + 1 for i in range(at, len(brief) - 1) if words[i] in _NAMING and _is_free(brief, i + 1)]
    domains += [i - 1 for i in range(1, at) if words[i] in ("=", "is") and _tells_domain(words[i - 1])]
    for domain in domains:
        counts = [i - 1 for i in range(1, len(brief)) if words[i] == "=" and set(words[i + 1 : i + 4]) & _COUNTS]
        behind = [i + 1 for i in range(1, len(brief) - 1) if words[i - 1 : i + 1] == (words[domain], "and")]
        counts = counts or [name for i in behind if (name := _name_of_count(brief, i)) is not None]
        if len({words[i] for i in counts}) == 1:
            return tuple(Listed(tokens[i].text, i, i + 1, i + 1) for i in (domain, counts[0]))
    return ()


def _name_of_count(brief: Brief, place: int) -> int | None:
    """The name itself, or that in parentheses: ``and count the readers (Readers)``."""
    if brief.words[place] not in _COUNTS:
        return place
    _, end = brief.clause(place)
    is_glossed = end + 2 < len(brief) and [brief.said.tokens[end].text, brief.said.tokens[end + 2].text] == ["(", ")"]
    return end + 1 if is_glossed else place if end == place + 1 else None


def _is_free(brief: Brief, place: int) -> bool:
    return brief.said.tokens[place].is_word and brief.words[place] not in _WRITTEN


def _address(brief: Brief) -> Link | None:
    """The one column of addresses in the tables that the prompt is about."""
    tables = brief.mentioned or tuple(brief.said.tables)
    found = [Link(t, c, 1.0) for t in tables for c in brief.said.named(t, ("email",))]
    spelled = [link for link in found if link.column.casefold() in brief.words]
    found = found or [
        Link(t, c.name, 1.0) for t in tables for c in brief.said.tables[t].schema if _holds(brief, t, c.name)
    ]
    best = spelled if len(spelled) == 1 else found
    return best[0] if len(best) == 1 else None


def _holds(brief: Brief, table: TableRef, column: str) -> bool:
    """True for a column of addresses by what it holds."""
    profile = brief.said.tables[table].profile.columns.get(column)
    values = [value for value in profile.values if isinstance(value, str)] if profile is not None else []
    return bool(values) and all("@" in value for value in values)


def _domain_and_count(brief: Brief, shown: tuple[Listed, ...], table: TableRef) -> tuple[Listed, Listed] | None:
    """Which of the two columns is the domain, and which the number of rows."""
    domains = [one for one in shown if _tells_domain(one.name)]
    if len(domains) == 1:
        return domains[0], next(one for one in shown if one != domains[0])
    names = set(brief.said.names.table_words[table])
    counts = [
        one for one in shown
        if {*_words(one.name), *brief.lemmas[one.start : one.end]} & (_COUNTS | names)
    ]  # fmt: skip
    if len(counts) != 1:
        return None
    (count,) = counts
    return next(one for one in shown if one != count), count


def _words(name: str) -> set[str]:
    return set(words_of(name))


def _tells_domain(name: str) -> bool:
    return bool(_words(name) & {"domain", "provider", "host", "email"})


MAIL = Recipe(
    "domains of mail addresses",
    _fits,
    _cook,
    words=frozenset(
        """
        email mail e-mail domain provider host address addresses part behind after follow follows following whatever
        at sign @ symbol lower lowercase lowercased small cased + case letters extract take live use count
        counted number
        count         counting many head heads least more or minimum size group come grouped per keep keeping
        those with having show
        showing just only ignore ignored skip skipped leave left out missing empty lacking lack blank null exclude
        excluded stand stands strip cut first biggest largest most common descending top alphabetical alphabetically tie
        order sort sorted ties appear occur popular belong fewer few different distinct each =
        than below under bit hosts among used matter matters whichever variants spelling
        together fall drop everything after every among text nothing comes come remove then using
        """.split()
    ),
    turning=frozenset({"only"}),
)
