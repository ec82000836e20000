"""The columns that a prompt lists for its result, wherever and however it lists them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from datamorph.planning.offline.recipes.list_parts import (
    JOINING,
    LEADING,
    NAMING,
    NO_NAMES,
    ends_list,
    is_alone,
    is_identifier,
    items,
    lead,
    named_last,
    stretches,
)
from datamorph.planning.offline.rephrasing.said import Said

_DEFINING = frozenset({"=", ":", "(", "being", "is", "are", "which", "that", "holds", "for", "by", "as", "from"})
_CUES = frozenset("column columns field fields output outputs named called".split())
ASKING = frozenset(
    """
    show give need want return output deliver provide display list report select keep get produce with have columns
    fields column called has gets lists carries holding contains containing including include are be name take
    like pull fetch pick extract export print send see put
    flatten reduce narrow build make carry carries transfer supply pass bring needed
    wanted required giving comprises comprising
    which tell into result results outputs outcome named read reads reading header headers headings heading schema
    """.split()
)
_LISTING = frozenset("list show give return output display select report deliver columns fields into".split())
_LINKING = frozenset("join joined joining link linked match matched combine combined merge merged".split())
_BEGINNING = frozenset("columns output outputs has have give show return result fields".split())
_FEWEST = 2
_BEHIND_COMMA = ((",", "columns"), (",", "fields"))
_AFTER = {("i'm", "after"), ("we're", "after"), ("am", "after"), ("are", "after")}
_HEADS = frozenset("columns fields schema header headings output outputs".split())
_BOUNDING = frozenset("below under less fewer over above more from to up least most < > shorter longer until".split())
_MEASURING = frozenset("count number many how sum total mean average avg share percent percentage median".split())
_STARTS = frozenset({"as", "columns", "fields"})


@dataclass(frozen=True, slots=True)
class Listed:
    """One column of the result.

    Attributes:
        name: as it is to be called.
        place: of its token.
        start: of what the list says about it; and ``end``, behind that.
    """

    name: str
    place: int
    start: int
    end: int


def find_listed(said: Said) -> tuple[Listed, ...]:
    """The longest list of names in the prompt, the last of several; empty where there is none."""
    return next(iter(find_lists(said)), ())


def find_lists(said: Said) -> list[tuple[Listed, ...]]:
    """All lists of names, the likeliest first."""
    scored: list[tuple[int, int, tuple[Listed, ...]]] = []
    for number, (start, end) in enumerate(stretches(said)):
        named = tuple(one for one in _names(said, start, _told_behind(said, start, end)) if not _is_value(said, one))
        found = _without_classes(said, named)
        strong = sum(is_identifier(said, one.place) for one in found)
        is_said = start > 0 and bool(_CUES & set(said.words[max(start - 4, 0) : start + 3]))
        is_said = is_said or _is_whole_list(said, start, end, found) or _is_led_by_cue(said, found)
        is_said = is_said or (len(found) > 1 and said.words[start : start + 2] in NAMING)
        is_said = is_said or _is_whole_request(said, start, end, found)
        is_said = is_said or (len(found) == 1 and said.words[found[0].place - 1] in ("column", "columns"))
        is_said = is_said or any(said.words[max(0, one.place - 2) : one.place] in _BEHIND_COMMA for one in found[:1])
        is_one = len(found) == 1 and is_said and (strong or found[0].end > found[0].start)
        is_told = len(found) > _FEWEST and sum(one.end > one.start for one in found) >= _FEWEST
        if (is_one or len(found) >= _FEWEST) and (strong or is_said or is_told):
            scored.append((strong * 2 + len(found) + 2 * is_said + 6 * _is_headed(said, found), number, found))
    others = [found for found in (_by_semicolons(said), _in_parentheses(said), _in_pairs(said)) if found]
    most = max((len(found) for _, _, found in scored), default=0)
    first = [found for found in others if len(found) > most]
    lists = [found for _, _, found in sorted(scored, key=lambda one: one[:2], reverse=True)]
    return [*first, *lists, *(found for found in others if found not in first)]


def _is_value(said: Said, one: Listed) -> bool:
    """``refund_asked should be read as refunded``: what a column holds, and none is called."""
    is_told = one.end > one.start and said.tokens[one.start].text not in (",", "(", "=", ":")
    length, links = said.value(one.place)
    return is_told and length == 1 and bool(links) and said.tokens[one.place].text not in said.column_names


def _without_classes(said: Said, found: tuple[Listed, ...]) -> tuple[Listed, ...]:
    """The list without the classes of a number: *light (less than 10 kg), heavy (10 kg and more)*."""
    classes = [one for one in found if _tells_class(said, one)]
    return tuple(one for one in found if one not in classes) if len(classes) >= _FEWEST else found


def _tells_class(said: Said, one: Listed) -> bool:
    words = set(said.words[one.start : one.end])
    has_number = any(isinstance(said.tokens[i].value, int | float) for i in range(one.start, one.end))
    return has_number and bool(words & _BOUNDING) and not words & _MEASURING


def _is_whole_request(said: Said, start: int, end: int, found: tuple[Listed, ...]) -> bool:
    """``Return bucket and games.``: nothing but names behind the verb."""
    spots = {one.place for one in found} | {i for one in found for i in range(one.start, one.end)}
    rest = [said.words[i] for i in range(start, end) if i not in spots and said.tokens[i].text != ","]
    return len(found) >= _FEWEST and rest[:1] != [] and rest[0] in _LISTING and set(rest[1:]) <= {"and", "the"}


def _is_headed(said: Said, found: tuple[Listed, ...]) -> bool:
    """``Columns day, trips, mean``, ``Fields: day, trips``: what a sentence lists that does nothing else."""
    place = found[0].place - 1 if found else 0
    place -= place > 0 and said.tokens[place].text == ":"
    is_first = place == 0 or (place > 0 and said.tokens[place - 1].text in ".;\n")
    return len(found) > _FEWEST and place >= 0 and said.words[place] in ("columns", "fields") and is_first


def _told_behind(said: Said, start: int, end: int) -> int:
    """Where a list ends that goes on with what its columns are: ``id, mail, changed_at where mail is trimmed``."""
    for place in range(start + 1, end - 1):
        is_told = said.words[place] == "where" and is_identifier(said, place - 1)
        if is_told and said.words[place + 1] in said.words[start:place]:
            return place
    return end


def _by_semicolons(said: Said) -> tuple[Listed, ...]:
    """``order_no; mail, in lower case; tier``: a list whose parts are long enough to need more than commas."""
    found: list[Listed] = []
    start = 0
    for place in range(len(said) + 1):
        if place < len(said) and said.tokens[place].text not in ".:;!?":
            continue
        first = lead(said, start, place)
        is_part = (start and said.tokens[start - 1].text == ";") or (
            place < len(said) and said.tokens[place].text == ";"
        )
        is_named = first < place and (is_identifier(said, first) or _begins_told(said, first, place))
        if is_part and is_named:
            found.append(Listed(said.tokens[first].text, first, first + 1, place))
        elif is_part and found:
            return ()
        start = place + 1
    return tuple(found) if len(found) > _FEWEST and len({one.name.casefold() for one in found}) == len(found) else ()


def _begins_told(said: Said, place: int, end: int) -> bool:
    """``lang taken from author``, ``aspects, the count of scores``."""
    token = said.tokens[place]
    if token.kind != "word" or token.lower in LEADING | NO_NAMES | ASKING:
        return False
    return place + 1 == end or said.tokens[place + 1].text in (",", "(", "=") or said.words[place + 1] in _DEFINING


def _in_parentheses(said: Said) -> tuple[Listed, ...]:
    """``distinct (user_id, remark) pairs``."""
    for start in (place for place, word in enumerate(said.words) if word == "("):
        end = next((i for i in range(start, len(said)) if said.tokens[i].text == ")"), len(said))
        spots = range(start + 1, end, 2)
        is_list = len(spots) >= _FEWEST and all(
            said.tokens[i].text in (",", "and", "+") for i in range(start + 2, end, 2)
        )
        is_headed = start > 0 and len(spots) > _FEWEST and said.words[start - 1] in _HEADS
        is_named = all(is_identifier(said, i) or (is_headed and said.tokens[i].is_word) for i in spots)
        is_named = is_named or _is_told_again(said, spots, end)
        if end < len(said) and is_list and is_named:
            return tuple(Listed(said.tokens[i].text, i, i + 1, i + 1) for i in spots)
    return ()


def _in_pairs(said: Said) -> tuple[Listed, ...]:
    """``every pair of donor_id and remark``."""
    for place in range(len(said) - 4):
        is_pair = said.tokens[place].lemma in ("pair", "combination", "combo") and said.words[place + 1] == "of"
        if is_pair and said.words[place + 3] == "and" and all(is_identifier(said, i) for i in (place + 2, place + 4)):
            return tuple(Listed(said.tokens[i].text, i, i + 1, i + 1) for i in (place + 2, place + 4))
    return ()


def _is_told_again(said: Said, spots: Sequence[int], end: int) -> bool:
    """``count members per provider (provider, members).``: what the sentence before it speaks of, at its end."""
    is_end = end + 1 >= len(said) or said.tokens[end + 1].text in ".;!?"
    before = {token.lemma for token in said.tokens[: spots[0]] if token.kind == "word"}
    return is_end and all(
        said.tokens[i].kind == "word" and said.tokens[i].lemma in before and not said.value(i)[0] for i in spots
    )


def _is_led_by_cue(said: Said, found: tuple[Listed, ...]) -> bool:
    """``..., named country, year and paid``."""
    place = found[0].place if found else 0
    cues = _CUES | {"need", "want", "give", "show", "return", "deliver", "get"}
    return place > 0 and len(found) > _FEWEST and bool(cues & set(said.words[max(place - 2, 0) : place]))


def _is_whole_list(said: Said, start: int, end: int, found: tuple[Listed, ...]) -> bool:
    """True for ``country, artist (name), revenue = price times pieces``: each part has its name first, one is known."""
    parts = list(items(said, start, end))[: len(found)]
    held = all(first <= one.place < last for one, (first, last) in zip(found, parts, strict=False))
    if len(found) <= _FEWEST or not held or found[0].place > start + 1:
        return False
    known = {ref: {name.casefold() for name in table.schema.names} for ref, table in said.tables.items()}
    return any(
        one.name.casefold() in {name for names in known.values() for name in names} or said.table(one.place) is not None
        for one in found
    )


def parts_of_lists(said: Said) -> Iterator[list[tuple[int, int]]]:
    """For each run between the marks that end a clause, its parts between commas, behind what leads to them."""
    for start, end in stretches(said):
        parts = [(lead(said, first, last), last) for first, last in items(said, start, end)]
        yield [(first, last) for first, last in parts if first < last]


def _names(said: Said, start: int, end: int) -> Iterator[Listed]:
    found: list[Listed] = []
    for first, last in items(said, start, end):
        place = lead(said, first, last)
        if place >= last:
            continue
        if len(found) > 1 and said.words[first] == "by":
            break  # ``day, plays, by day``: their order
        begun = _begins_anew(said, first, place, last, found)
        if begun:
            found, place = [], begun
        named = named_last(said, place, last)
        if named is not None:
            found.append(Listed(said.tokens[named].text, named, first, named if named + 1 == last else last))
            continue
        place += bool(found) and said.words[place] in ("column", "field") and place + 1 < last
        is_column = bool(found) and said.words[place - 1] in ("column", "field")
        ends = is_column or (
            bool(found) and said.words[first - 1] in JOINING and ends_list(said, found[-1].place, place, last)
        )
        if not (ends or is_identifier(said, place) or is_alone(said, place, last)):
            begun = _begins_again(said, first, last, len(found))
            found = [] if begun is not None else found
            behind = _behind_asking(said, first, last) if not found else _behind_noun(said, first, last)
            place = behind if begun is None else begun
            if place is None:
                found[-1:] = [replace(one, end=last) for one in found[-1:]]  # what follows a name tells about it
                continue
        found.append(Listed(said.tokens[place].text, place, place + 1, last))
    yield from _until_break(said, found)


def _begins_anew(said: Said, first: int, place: int, last: int, found: Sequence[Listed]) -> int:
    """Where the list begins behind what only tells about it: ``median price, as shop, med``; 0 where it does not."""
    is_name = first + 1 < last and (is_identifier(said, first + 1) or is_alone(said, first + 1, last))
    if said.words[first] in _STARTS and is_name and found and said.tokens[first - 1].text == ",":
        return first + 1
    return _asked(said, place, last) if len(found) <= 1 else 0


def _asked(said: Said, first: int, last: int) -> int:
    """The name in ``for orders in state open give order_no``: behind the word that asks for it; 0 where none does."""
    found = 0
    for place in _outside(said, first, last - 1):
        if said.tokens[place].text == "=":
            return found
        if said.words[place] in _LISTING and is_identifier(said, place + 1):
            found = place + 1
    return found


def _begins_again(said: Said, first: int, last: int, known: int) -> int | None:
    """The name in ``then the output has site_cd``, with which the list begins behind names that are none of it."""
    for place in range(first + 1, last):
        is_last = place + 1 == last or said.tokens[place + 1].text in ("(", "=")
        if is_last and said.tokens[place].is_word and said.words[place] not in LEADING | NO_NAMES:
            cue = said.words[place - 1]
            return place if cue in _BEGINNING or (cue == "named" and known <= 1) else None
    return None


def _behind_asking(said: Said, first: int, last: int) -> int | None:
    """The name in ``I want cust_no`` and ``name the columns signup_year``: where a word that asks stands before it."""
    named = [place - 1 for place in range(first + 1, last) if said.tokens[place].text == "="][:1]
    paren = [place - 1 for place in range(first + 1, last) if said.tokens[place].text == "("][:1]
    names = [place for place in _outside(said, first, last) if is_identifier(said, place)]
    for place in named or [*names, *paren] or [last - 1]:
        before = [said.words[i] for i in range(max(first, place - 4), place)]
        is_led = not before or before[-1] in ASKING | LEADING or tuple(before[-2:]) in _AFTER
        if place not in names and not named and (not is_led or (before[-1:] == ["be"] and not _CUES & set(before))):
            continue
        if before[-1:] == ["with"] and set(said.words[first:place]) & _LINKING:
            continue
        is_name = said.tokens[place].is_word and said.words[place] not in LEADING | NO_NAMES
        if (set(before) & ASKING or tuple(before[-2:]) in _AFTER) and is_name:
            return place
    return None


def _outside(said: Said, first: int, last: int) -> Iterator[int]:
    """Places that no parenthesis holds."""
    depth = 0
    for place in range(first, last):
        text = said.tokens[place].text
        depth += (text in "([") - (text in ")]")
        if depth == 0:
            yield place


def _behind_noun(said: Said, first: int, last: int) -> int | None:
    """The name in ``the amount amt_ct``: an article, a word or two that say what it is, the name."""
    first += said.words[first] in ("and", "plus")
    is_short = last - first in (3, 4) and said.words[first] in ("the", "its", "their")
    plain = all(said.tokens[i].kind == "word" and not is_identifier(said, i) for i in range(first, last - 1))
    return last - 1 if is_short and plain and is_identifier(said, last - 1) else None


def _until_break(said: Said, found: list[Listed]) -> Iterator[Listed]:
    """Each name once."""
    seen: set[str] = set()
    for one in found:
        if one.name.casefold() not in {*seen, "i.e", "e.g"}:
            seen.add(one.name.casefold())
            yield one
