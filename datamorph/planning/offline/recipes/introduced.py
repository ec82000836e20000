"""Columns of the result that a prompt names on its way instead of listing them: *total it as paid, add a delta*."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from datamorph.planning.offline.names import OWN, words_of
from datamorph.planning.offline.recipes.list_parts import is_identifier
from datamorph.planning.offline.recipes.listed import Listed
from datamorph.planning.offline.rephrasing.said import Said

_NAMING = frozenset("called named column columns labelled labeled field".split())
_UNITS = frozenset("mon yr year quarter month week day date".split())
_PER = frozenset("per each every by".split())
_AMONG = frozenset("the a an calendar single given of".split())
_ASIDE = frozenset("mom yoy qoq wow dod postgresql mysql bigquery github jira".split())
_STOPS = frozenset(
    """
    the a an its their it them text string date number decimal is one fraction percent percentage well follows above
    below usual before dollars euros cents whole integer soon long many much part shown required in with and of by for
    from per that which null empty zero unknown iso utc uppercase lowercase written such follow to on at as watermark
    cursor key name names latter former found listed stored given seen recorded
    """.split()
)
_MONEY = frozenset("cents cent dollars dollar euros euro usd eur pounds gbp kg km minutes seconds hours pieces".split())
_BESIDE = (("next", "to", "it"), ("next", "to", "that"), ("next", "to", "them"), ("beside", "it", ":"))
_CALLING = (("call", "that"), ("call", "it"), ("call", "this"), ("name", "it"), ("name", "that"), ("calling", "it"))
_COUNTING = frozenset("many number count counted".split())
_LIKE = frozenset(
    """
    same such known soon well far long used use treated treat counted count counts read reads regarded regard seen see
    considered consider understood taken take labelled labeled classed classified grouped lumped folded merged
    """.split()
)
_ENDING = frozenset("and plus then also with where per in rounded please for but".split())
_MAKING = frozenset("out from of combine made built build assembled assemble make composed combining make".split())


def with_introduced(said: Said, listed: tuple[Listed, ...]) -> tuple[Listed, ...]:
    """The listed columns and those that are named elsewhere; what groups them where nothing names it."""
    news = list(_news(said))
    names = {one.name.casefold() for one in listed}
    made = [one for one in listed if not _is_source(said, one.place)]
    fresh = [one for one in news if one.name.casefold() not in names and (not listed or is_identifier(said, one.place))]
    if listed and _is_material(said, listed):
        listed, made, fresh = (), [], news
    if made and len(listed) == 1 and {one.name.casefold() for one in news} > names:
        listed, fresh = (), news
    if made and listed:
        fresh = [one for one in fresh if one.place > listed[-1].place and _is_added(said, one.place)]
    found = (*listed, *fresh)
    if not found or not (made or news):
        return listed
    return (*_keys(said, found, before=listed[0].place if listed else len(said)), *found)


_GIVING = frozenset("give return show list output report deliver".split())


def _is_material(said: Said, listed: Sequence[Listed]) -> bool:
    """True for *a date rd_dt out of yr, mo and dy*: what something is made of."""
    rest = [one for one in listed if not _is_source(said, one.place)]
    first = listed[0]
    if len(rest) > 1 or (rest and rest[0] is not first) or len(listed) < 2:  # noqa: PLR2004
        return False
    start = max(first.place - 4, 0)
    start = max([start, *(i for i in range(start, first.place) if said.tokens[i].text in ".,:;")])
    begun = [i for i in range(start, first.place) if said.words[i] in _GIVING]
    before = set(said.words[begun[-1] if begun else start : first.place])
    behind = said.words[first.place + 1 : first.place + 4]
    if before & {"pair", "pairs", "combination", "combinations"}:
        return False
    if rest:
        return bool(set(behind) & _MAKING) and any(_is_source(said, i) for i in range(first.start, first.end))
    return bool({"combine", "combining", "of", "from"} & before) and first.place > 0


def _is_added(said: Said, place: int) -> bool:
    """``then add delta_pct``, ``then delta_pct = ...``."""
    before = said.words[max(place - 2, 0) : place]
    return bool({"add", "adding", "then", "plus", "along"} & set(before))


def _news(said: Said) -> Iterator[Listed]:
    """New names in the order of the prompt, each once."""
    seen: set[str] = set()
    for place, token in enumerate(said.tokens):
        name = token.text.casefold()
        if not token.is_word or name in seen or "." in name or _is_source(said, place):
            continue
        if _is_new(said, place) or _is_called(said, place):
            seen.add(name)
            yield Listed(token.text, place, place + 1, _told_until(said, place))


def _told_until(said: Said, place: int) -> int:
    """Where what a name is ends: ``sold = all pieces`` up to the next name, or the end of the clause."""
    if said.tokens[place + 1 : place + 2] == () or said.tokens[place + 1].text != "=":
        return place + 1
    for i in range(place + 2, len(said)):
        begins = said.words[i] in ("and", "plus") and i + 2 < len(said) and said.tokens[i + 2].text == "="
        if said.tokens[i].text in ",.:;" or begins:
            return i
    return len(said)


def _is_new(said: Said, place: int) -> bool:
    """True for what is spelled as columns are."""
    token = said.tokens[place]
    is_known = any(link.score >= OWN for link in said.links(place, 1) if not link.column) or said.value(place)[0]
    return is_identifier(said, place) and not is_known and token.lower not in _ASIDE and token.kind != "link"


def _is_called(said: Said, place: int) -> bool:
    """True for a plain word that is said to be a name: ``as paid,``, ``column delta``, ``paid = ...``."""
    token = said.tokens[place]
    if token.kind != "word" or token.lower in _STOPS | _UNITS - {"month", "year", "week", "day", "quarter"}:
        return False
    before = said.words[place - 1] if place else ""
    before = before or (said.tokens[place - 1].text if place else "")
    behind = said.tokens[place + 1].text if place + 1 < len(said) else "."
    ends = behind in (",", ".", ")", ";", "(") or said.words[place + 1 : place + 2] in {(w,) for w in _ENDING}
    if (
        _is_put_beside(said, place)
        or _is_called_in_turn(said, place)
        or (ends and said.words[max(place - 2, 0) : place] in _CALLING)
    ):
        return True
    if before in _NAMING and said.words[place] not in _NAMING:
        return ends or place + 1 >= len(said)
    if before == "(" and behind == ")" and token.lower not in _MONEY:
        return place > 1 and (_is_source(said, place - 2) or _is_counted_there(said, place))
    if behind == "=":
        return said.tokens[place - 1].text not in ("(", "'") if place else True
    return (
        before == "as"
        and said.words[place - 2] not in _LIKE
        and (ends or place + 1 >= len(said))
        and token.lower not in _STOPS
    )


def _is_counted_there(said: Said, place: int) -> bool:
    """``how many different holders are behind it (holders).``: the name of a number at the end of what tells of it."""
    token = said.tokens[place]
    start = next((i + 1 for i in range(place - 1, -1, -1) if said.tokens[i].text in ",.;:!?"), 0)
    ends = place + 2 >= len(said) or said.tokens[place + 2].text in ",.;"
    before = {one.lemma for one in said.tokens[start : place - 1] if one.kind == "word"}
    return ends and token.lemma in before and bool(before & _COUNTING)


def _is_called_in_turn(said: Said, place: int) -> bool:
    """``Call the count loans and the mean of renewals avg_renewals``."""
    behind = said.tokens[place + 1].text.lower() if place + 1 < len(said) else "."
    start = _part_start(said, place)
    lead = start
    while lead and (said.words[lead - 1] == "and" or said.tokens[lead - 1].text == ","):
        lead = _part_start(said, lead - 1)
    first = start + (start == lead)
    is_noun = said.words[first : first + 1] == ("the",) and place - first > 1
    return behind in _PARTED and said.words[lead : lead + 2] in (("call", "the"), ("name", "the")) and is_noun


_PARTED = frozenset({",", ".", ";", "and"})


def _part_start(said: Said, place: int) -> int:
    """Where the part of an enumeration begins."""
    marks = ".;:,("
    return next((i + 1 for i in range(place - 1, -1, -1) if said.tokens[i].text in marks or said.words[i] == "and"), 0)


def _is_put_beside(said: Said, place: int) -> bool:
    """``put delta next to it``, ``and next to it change,``."""
    behind = said.words[place + 1 : place + 4]
    before = said.words[max(place - 3, 0) : place]
    is_put = bool(before) and before[-1] in ("put", "add", "show", "give")
    return (is_put and behind in _BESIDE) or (before in _BESIDE and said.tokens[place].kind == "word")


def _is_source(said: Said, place: int) -> bool:
    """True for the name of a column as it is spelled in a table."""
    text = said.tokens[place].text
    spelled = {text} if text.islower() and "_" not in text else {text, text.removesuffix("s")}
    return any(spelled & set(table.schema.names) for table in said.tables.values())


def _keys(said: Said, found: Sequence[Listed], *, before: int) -> Iterator[Listed]:
    """What a row is of, behind *per* or *each* in the sentence of a list, where no name is told for it."""
    names = {one.name.casefold() for one in found}
    if any(_is_source(said, one.place) or _is_period(one.name) for one in found):
        return
    given: set[str] = set()
    start = 0
    if before < len(said):
        start = next((i + 1 for i in range(before - 1, -1, -1) if said.tokens[i].text in ".;?!"), 0)
    for place in range(start, before):
        if said.words[place] not in _PER or said.words[place - 1 : place] in (("ordered",), ("sorted",), ("divided",)):
            continue
        at = place + 1
        while at < len(said) and said.words[at] in _AMONG:
            at += 1
        one = _key(said, at)
        if one is None:
            continue
        if one.name.casefold() not in names | given:
            given.add(one.name.casefold())
            yield one


def _is_period(name: str) -> bool:
    """True for ``ship_month``, but not for ``paid_to_date``."""
    words = words_of(name)
    return words[-1] in _UNITS and "to" not in words


def _key(said: Said, place: int) -> Listed | None:
    """The column that stands there, or a period of the calendar."""
    if place >= len(said) or not said.tokens[place].is_word:
        return None
    token = said.tokens[place]
    behind = [t.text for t in said.tokens[place + 1 : place + 4]]
    if len(behind) == 3 and (behind[0], behind[2]) == ("(", ")") and _is_called(said, place + 2):  # noqa: PLR2004
        return None
    if _is_source(said, place):
        return Listed(token.text, place, place + 1, place + 1)
    same = [i for i, word in enumerate(said.words) if word == token.lower and i != place and i + 1 < len(said)]
    if token.kind == "word" and any(said.words[i + 1] in ("is", "means") for i in same) and token.text[0].isupper():
        return Listed(token.text, place, place + 1, place + 1)
    if token.lemma in ("year", "quarter", "month", "week") and token.lower == token.lemma:
        return Listed(token.lower, place, place + 1, place + 1)
    return None


__all__ = ["with_introduced"]
