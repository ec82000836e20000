"""Work on texts: blanks, upper and lower case, digits, parts, and what stands in for missing values."""

from __future__ import annotations

from datamorph.core.datatype import is_integer, is_number
from datamorph.planning.offline.gist.attempt import Unfit
from datamorph.planning.offline.gist.works import Works
from datamorph.planning.offline.names import Link
from datamorph.planning.offline.phrases import Phrases
from datamorph.planning.offline.recipes.resolve import type_of

_TRIM, _LOWER, _UPPER = "trim({0})", "lower({0})", "upper({0})"
_DIGITS = "regexp_replace({0}, '[^0-9]', '')"
CLEANED = Phrases({
    **dict.fromkeys((
        "trim", "trimmed", "trimming", "strip whitespace", "strip spaces", "strip blanks",
        "leading and trailing spaces", "leading or trailing spaces", "leading and trailing blanks",
        "leading and trailing whitespace", "extra spaces",
        "stray blanks", "stray spaces", "surrounding whitespace", "surrounding spaces", "surrounding blanks",
        "whitespace around", "spaces around", "blanks around", "padding", "spaces at the beginning or end",
        "blanks at either end", "spacing at both ends", "spaces before and after", "start or end with blanks",
        "start or end with spaces", "outer spaces", "outer blanks", "sloppy spacing", "spaces at both ends",
        "blanks at both ends", "spaces at either end", "spaces on both sides", "without surrounding spaces"), _TRIM),
    **dict.fromkeys((
        "lowercase", "lowercased", "lower case", "lower-case", "lower cased", "lower-cased", "in small letters",
        "all small letters", "small letters", "lower", "lowercasing", "uncapitalised", "decapitalise", "lowercases"),
        _LOWER),
    **dict.fromkeys((
        "uppercase", "uppercased", "upper case", "upper-case", "upper cased", "upper-cased", "in capitals",
        "all capitals", "capitals", "capital letters", "in caps", "all caps", "caps", "upper", "block letters",
        "block capitals", "uppercasing", "uppercases"), _UPPER),
    **dict.fromkeys((
        "digits only", "only digits", "only the digits", "just the digits", "just digits", "only numbers",
        "numbers only", "non digits", "non-digits", "non-digit characters", "non-numeric characters", "digits",
        "everything but digits", "all non-digits", "non digit characters", "only 0-9", "keep 0-9", "numeric characters",
        "plain string of digits"), _DIGITS),
})  # fmt: skip
"""What is done to a text."""
_OF_CLEANING = {
    _TRIM: frozenset("""
        leading trailing surrounding extra stray spaces space blanks blank whitespace padding strip stripped stripping
        remove removed removing clean cleaned cleaning cleanup tidy tidied up off away around both sides side ends end
        either beginning start starts or before after without no any gone outer trimmed trimming sloppy spacing taken
        """.split()),
    _LOWER: frozenset("""
        case cased lower small letter letters change changed convert converted converting turn turned all everything
        whole normalise normalised normalize normalized standardise standardised standardize spelling
        """.split()),
    _UPPER: frozenset("""
        case cased upper capital capitals letter letters change changed convert converted converting turn turned all
        everything whole normalise normalised normalize normalized standardise standardised standardize spelling
        """.split()),
    _DIGITS: frozenset("""
        digits digit only but everything else non characters character other any all strip stripped stripping remove
        removed delete drop number numbers plain string text of without as clean cleaned no numeric
        """.split()),
}  # fmt: skip
_PARTS = Phrases({
    **dict.fromkeys((
        "domain", "domain part", "host part", "after the @", "behind the @",
        "after the at sign", "behind the at sign", "right of @", "right of the @", "after @", "following the @"),
        ("split_part({0}, '@', 2)", "domain")),
    **dict.fromkeys((
        "before the @", "before the at sign", "in front of the @", "local part", "left of @", "left of the @",
        "mailbox name", "before @"), ("split_part({0}, '@', 1)", "mailbox")),
})  # fmt: skip
_EQUALS = frozenset({"=", "is", "are", "equals", "exactly", "equal to"})
_OF_PARTS = frozenset("""
    extract part email mail e-mail address addresses @ ' at sign after behind of text right left domain mail's name
    """.split())  # fmt: skip
_ADDRESSES = frozenset({"email", "mail"})
_FILLING = frozenset("""
    fill filled filling replace replaced replacing put set default defaults defaulting write say says show shows
    shown instead otherwise or coalesce coalesced substitute substituted with as by into to where when if for else use
    using used read reads make turn turned turning becomes become treat treated treating 0 zero should be
    """.split())  # fmt: skip
_OF_FILLING = _FILLING | frozenset("""
    missing null nulls empty blank blanks gap gaps none no nothing absent left unknown value values is are was were
    there that has have it means > - -> find cells cell never not any than rather these such
    """.split())  # fmt: skip
_MISSING = frozenset("""
    missing null nulls empty blank blanks gap gaps absent coalesce default unfilled empties
    """.split())  # fmt: skip
_ZEROS = frozenset({"zero", "zeros", "zeroes"})


def read_texts(made: Works) -> None:
    """``trim venue_name``, ``email in lower case``, ``only the digits of the phone``, ``the email's domain``."""
    for start, end, sql in list(made.cues(CLEANED)):
        if all(mark.use for mark in made.marks[start:end]):
            continue
        made.take(start, end, "cleaned")
        link = made.subject(start, end, "text", "cleaned")
        made.make([link], sql, link.column, start, replaces=True)
        made.speak(_OF_CLEANING[sql], "cleaned")
    for start, end, (sql, name) in list(made.cues(_PARTS)):
        if all(mark.use for mark in made.marks[start:end]):
            continue
        if _is_compared(made, start, end, sql):
            continue
        made.take(start, end, "part of a text")
        link = _address(made, start, end)
        made.make([link], sql, name, start)
        made.speak(_OF_PARTS, "part of a text")


def _is_compared(made: Works, start: int, end: int, sql: str) -> bool:
    """``whose email domain is mail.test``: rows whose addresses have that part; no column is made of it."""
    at = end
    while made.at(at).text.lower() in _EQUALS or made.at(at).text.lower() in ("the", "one"):
        at += 1
    signs = {mark.text.lower() for mark in made.marks[end:at]} & _EQUALS
    text, stop = made.literal(at) if signs else ("", at)
    if signs & {"is", "are"} and not text and made.at(at).kind != "denied":
        return False
    if not signs and made.at(end).text not in ("=", "<", ">") and "compared" not in made.at(end).cues:
        return False
    if not text or "'" in text:
        raise Unfit("a part of a text is compared")
    spots = [at for at in (start - 1, start - 2) if made.at(at).kind == "name" and not made.at(at).use]
    link = _address(made, start, end) if not spots else made.column(made.at(spots[0]))
    if link is None or type_of(made.brief, link) != "string":
        raise Unfit("it is open which column is meant")
    made.ask([link], f"{sql} = '{text}'", start)
    made.take(spots[0] if spots else start - (made.at(start - 1).text.lower() == "part"), stop, "filter")
    return True


def _address(made: Works, start: int, end: int) -> Link:
    """The column of addresses: as it is named, else the only one."""
    words = made.brief.said.names.column_words
    found = [
        name for name in made.brief.said.tables[made.fact].schema.names if set(words[made.fact, name]) & _ADDRESSES
    ]
    if len(found) != 1:
        return made.subject(start, end, "text", "part of a text")
    link = Link(made.fact, found[0], 1.0)
    for mark in made.marks:
        if not mark.use and mark.kind == "name" and made.column(mark) == link:
            mark.use = "part of a text"
    return link


def read_fills(made: Works) -> None:
    """``'Unknown' where the organiser is missing``, ``missing discounts as 0``: what stands in for no value."""
    words = set(made.brief.words)
    gaps = [i for i, mark in enumerate(made.marks) if not mark.use and _says_gap(mark.text.lower())]
    if not words & _FILLING:
        return
    texts = [i for i, mark in enumerate(made.marks) if not mark.use and _is_literal(made, i)]
    if len(texts) != 1 or not gaps:
        return
    place = texts[0]
    mark = made.marks[place]
    is_zero = mark.text.lower() in _ZEROS or mark.number is not None
    near = gaps[0]
    link = made.subject(near, near + 1, "number" if is_zero else "text", "filled")
    if is_zero and not is_number(type_of(made.brief, link)):
        raise Unfit("no number is filled")
    number = 0 if mark.number is None else mark.number
    if is_zero and is_integer(type_of(made.brief, link)) and not isinstance(number, int):
        raise Unfit("no whole number")
    text = str(number) if is_zero else "'" + mark.text.strip("'\"").replace("'", "''") + "'"
    made.make([link], "coalesce({0}, " + text.replace("{", "{{").replace("}", "}}") + ")", link.column, place,
              replaces=True)  # fmt: skip
    mark.use = "filled"
    for at in gaps:
        made.marks[at].use = "filled"
    made.speak(_OF_FILLING, "filled")


def _says_gap(text: str) -> bool:
    return bool(set(text.split()) & _MISSING)


def _is_literal(made: Works, place: int) -> bool:
    """A quoted text, ``Unknown`` with a capital inside a sentence, or a number nothing is compared with."""
    mark = made.marks[place]
    token = made.brief.said.tokens[mark.start]
    if mark.kind == "text":
        return bool(mark.text.strip("'\""))
    if mark.kind == "number":
        return not made.is_compared(place) and isinstance(mark.number, int | float)
    if mark.text.lower() in _ZEROS:
        return True
    before = made.at(place - 1)
    is_begun = place == 0 or before.text in (".", "?", "!", ":")
    return mark.end - mark.start == 1 and token.text[:1].isupper() and not is_begun and mark.kind in ("other", "empty")
