"""What is done to the texts of a column, wherever a prompt says it: trimmed, in one case, digits alone, a default."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from datamorph.core.table import TableRef
from datamorph.planning.offline.build.terms import constant
from datamorph.planning.offline.names import HEAD
from datamorph.planning.offline.recipes.acts import Act, removals
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.cleaned import Cleaning
from datamorph.planning.offline.recipes.slots import ABSENT

_ENDS = frozenset(",;.!?()")
_STOPS = frozenset(";.!?")
_BLANKS = frozenset("blank blanks space spaces whitespace whitespaces padding".split())
_SIDES = frozenset("surrounding around leading trailing outer end ends edge edges side sides".split())
_AROUND = _SIDES | {"either", "both"}
_STRIP = frozenset("strip strips stripped stripping".split())
_TRIM = frozenset("trim trims trimmed trimming".split())
_CASES = {"lowercase": "lower", "lowercased": "lower", "lowercasing": "lower", "uppercase": "upper",
          "uppercased": "upper", "uppercasing": "upper", "capitals": "upper", "caps": "upper"}  # fmt: skip
_CASE_TAIL = frozenset("case cased casing letter letters".split())
_DIGITS = frozenset("digit digits numerals numeric".split())
_DEFAULT = ABSENT | frozenset(
    "default defaults defaulting fallback otherwise nothing not unset absent filled nan placeholder instead".split()
)
_ABSENCE = _DEFAULT | frozenset("there given set available present it has have value".split())
_ALONE = frozenset(
    "only just nothing else everything other others solely purely non anything no not but reduce reduced".split()
)
_LAST = frozenset("last final trailing rightmost ending right end tail".split())
_REMOVES = frozenset(
    "remove removed removing strip stripped stripping drop dropped delete deleted discard discarded cut without".split()
)
_DROPS = frozenset("remove removed strip stripped drop dropped discard discarded without isn't aren't is are".split())
_CHARACTERS = frozenset("character characters symbol symbols sign signs letter letters punctuation".split())
_IGNORES = frozenset(
    """
    ignore ignoring ignored ignores insensitive insensitively regardless irrespective disregarding whatever aside apart
    except besides
    """.split()
)
_CASE = frozenset("case casing capitalisation capitalization cases".split())
_KEEPS = frozenset(
    """
    except but non not isn't other others else apart only just solely purely keep keeps kept keeping alone rest
    remaining besides reduce reduced everything anything down to than
    """.split()
)
"""What turns *remove ... digits* into digits that stay."""
_FRONT = frozenset(
    """
    prefix prefixed prefixing prepend prepended prepending front leading lead preceded precede preceding start starts
    starting begin begins beginning followed
    """.split()
)
_MARKS = frozenset(
    """
    space spaces blank blanks dash dashes hyphen hyphens bracket brackets parenthesis parentheses dot dots slash slashes
    plus sign signs letter letters symbol symbols character characters punctuation separator separators other others
    anything else everything rest
    """.split()
)
_SPOKEN = frozenset(
    """
    clean cleaned cleaning tidy tidied normalise normalised normalize normalized standardise standardised standardize
    remove removed removing strip stripped stripping drop dropped dropping delete deleted deleting take taken takes out
    cut discard discarded get rid of everything every all character characters else other except but only just keep kept
    keeps keeping retain leave left down put put written write form format shape style one same not no non is isn't
    aren't are a an the that then and with any anything without apart from than what remains remain stay stays goes go
    away consists consist digit digits numeric numbers number phone telephone tel mobile fax nothing sign plus them
    those it its their which should become becomes reduce reduced to prefix prefixed put in front letter letters
    symbol symbols space spaces blank blanks dash dashes bracket brackets parentheses dot dots rest insert inserted
    hyphen hyphens end ends trimmed trim whitespace around both side sides alone throw thrown punctuation various mixed
    messy mess
    """.split()
)
"""What is said around what is done to a text."""
_LEAST_LAST = 3
"""*The last one* is no count of characters."""
_LONGEST = 3
_FAR = 5

WORDS = frozenset(
    "clean cleaned cleaning tidy tidied normalise normalised normalize normalized standardise of those them".split()
)
"""What is said about cleaning as a whole."""


def find_cleaning(
    brief: Brief, table: TableRef, names: Collection[str], runs: Iterable[tuple[int, int]], alone: str = ""
) -> dict[str, Cleaning]:
    """What is done to each of some columns, by what runs of tokens say; the words of it are explained.

    What is said beside no column belongs to the one that was named before in the sentence, else to the next one.

    Args:
        names: of columns of the table, or of the result.
        alone: the column of sentences that name none.
    """
    found: dict[str, Cleaning] = {}
    for start, end in runs:
        known: list[str] = []
        waiting: list[Act] = []
        for first, last in _pieces(brief, start, end):
            spots = _mentions(brief, table, names, first, last)
            acts = [*waiting, *(act for act in _acts(brief, first, last) if not brief.ledger.covers(act.place))]
            waiting = []
            if acts or (any(one.is_digits for one in found.values()) and _is_of_marks(brief, first, last)):
                _explain_spoken(brief, first, last)
            if not spots and not known:
                waiting = acts
                continue
            if not spots and any(one.place == first - 2 for one in brief.listed):
                known = known[-1:]  # ``id and mail_clean (trimmed)``
            known = _attribute(brief, found, acts, spots, known) if acts else [s[1] for s in spots] or known
        if waiting and alone:
            _attribute(brief, found, waiting, [], [alone])
    return found


def _is_of_marks(brief: Brief, start: int, end: int) -> bool:
    """``no spaces``, ``dashes``, ``all other characters removed``: what is no digit, said once more."""
    words = set(brief.words[start:end]) - {"no", "not", "or", "and", "any", "the", "all", "every", "nothing"}
    return bool(words & _MARKS) and words <= _MARKS | _REMOVES | {"out", "away", "taken", "thrown", "are", "is"}


def _explain_spoken(brief: Brief, start: int, end: int) -> None:
    """Explain what is said around an act."""
    for place in brief.places(_SPOKEN, start, end):
        if brief.said.tokens[place].kind == "word":
            brief.explain(place, place + 1, "done to the text")


def cleaning_of(brief: Brief, start: int, end: int) -> Cleaning:
    """What a run of tokens says is done to the one thing that it is about; the words of it are explained."""
    found = Cleaning()
    for act in [*_acts(brief, start, end), *_defaults(brief, start, end)]:
        _apply(found, act)
        for place in act.used:
            brief.explain(place, place + 1, "done to the text")
    return found


def _attribute(
    brief: Brief, found: dict[str, Cleaning], acts: list[Act], spots: list[tuple[int, str]], known: list[str]
) -> list[str]:
    """Give each act to the columns that it is said of; the columns that were named last."""
    groups = _groups(brief, spots)
    if not groups:
        groups = [(0, known)]
    is_before = bool(spots) and acts[0].place < spots[0][0]
    for act in acts:
        behind = [group for group in groups if group[0] > act.place]
        before = [group for group in groups if group[0] <= act.place]
        owners = (behind or before[-1:])[0] if is_before else (before[-1:] or behind)[0]
        for name in owners[1]:
            _apply(found.setdefault(name, Cleaning()), act)
        for place in act.used:
            brief.explain(place, place + 1, f"done to {', '.join(owners[1])}")
    return groups[-1][1]


def _groups(brief: Brief, spots: list[tuple[int, str]]) -> list[tuple[int, list[str]]]:
    """Columns that are named right behind each other: ``both email and tier``."""
    groups: list[tuple[int, list[str]]] = []
    last = -9
    for place, name in spots:
        between = brief.words[last + 1 : place]
        if groups and set(between) <= {"and", "or", "&", "the", "of", "both", "plus"}:
            groups[-1][1].append(name)
        else:
            groups.append((place, [name]))
        last = place
    return groups


_FLAGS = {"trim": "is_trimmed", "caseless": "is_caseless", "digits": "is_digits"}


def _apply(cleaning: Cleaning, act: Act) -> None:
    if act.kind in _FLAGS:
        setattr(cleaning, _FLAGS[act.kind], True)
    elif act.kind == "removed":
        cleaning.removed += "".join(one for one in str(act.value) if one not in cleaning.removed)
    else:
        setattr(cleaning, act.kind, act.value)


def _pieces(brief: Brief, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Between commas and the like."""
    first = start
    for place in range(start, end + 1):
        if place == end or brief.said.tokens[place].text in _ENDS:
            if place > first:
                yield first, place
            first = place + 1


def sentences(brief: Brief) -> list[tuple[int, int]]:
    """Between points, semicolons, and what ends a sentence."""
    found: list[tuple[int, int]] = []
    first = depth = 0
    for place in range(len(brief) + 1):
        text = brief.said.tokens[place].text if place < len(brief) else "."
        depth += (text == "(") - (text == ")")
        if place == len(brief) or (text in _STOPS and depth <= 0):
            if place > first:
                found.append((first, place))
            first = place + 1
    return found


def _mentions(brief: Brief, table: TableRef, names: Collection[str], start: int, end: int) -> list[tuple[int, str]]:
    """Where some columns of a table are named, in order."""
    found: list[tuple[int, str]] = []
    place = start
    while place < end:
        length, column = column_at(brief, table, names, place, end)
        own = brief.said.table(place)
        if column and (own is None or own[1] != table or brief.said.tokens[place].text in names):
            found.append((place, column))
        place += max(length, 1)
    return found


def column_at(
    brief: Brief, table: TableRef, names: Collection[str], place: int, end: int, least: float = HEAD
) -> tuple[int, str]:
    """Length and name of the one column of some that is named at a place; 0 where there is none, or several."""
    token = brief.said.tokens[place]
    if token.text in names:
        return 1, token.text
    for length in range(min(_LONGEST, end - place), 0, -1):
        links = [
            link for link in brief.said.links(place, length)
            if link.table == table and link.column in names and link.score >= least
        ]  # fmt: skip
        best = [link for link in links if link.score == links[0].score]
        if best:
            return (length, best[0].column) if len(best) == 1 else (0, "")
    return 0, ""


def _acts(brief: Brief, start: int, end: int) -> list[Act]:
    """What a piece says is done, in order."""
    acts = [*_trims(brief, start, end), *_cases(brief, start, end), *_digits(brief, start, end)]
    acts += [*_prefixes(brief, start, end), *removals(brief, start, end)]
    return sorted(acts, key=lambda act: act.place)


def _trims(brief: Brief, start: int, end: int) -> Iterator[Act]:
    words = brief.words
    for place in range(start, end):
        if words[place] in _TRIM:
            used = {i for i in range(place, min(place + _FAR, end)) if words[i] in _BLANKS | _AROUND | {"off"}}
            yield Act(place, "trim", used={place, *used})
    said = {i for i in range(start, end) if words[i] in _BLANKS}
    around = {i for i in range(start, end) if words[i] in _AROUND}
    strips = {i for i in range(start, end) if words[i] in _STRIP}
    has_trim = any(words[i] in _TRIM for i in range(start, end))
    has_digits = any(words[i] in _DIGITS for i in range(start, end))
    is_around = any(words[i] in _SIDES for i in around)
    if not has_trim and ((said and (is_around or strips)) or (strips and not has_digits)):
        drops = {i for i in range(start, end) if words[i] in _DROPS | {"no", "cut", "any", "gone", "off", "w", "o"}}
        drops |= {i for i in range(start, end) if brief.said.tokens[i].text == "/"}
        yield Act(min(said | strips), "trim", used=said | around | strips | drops)


def _cases(brief: Brief, start: int, end: int) -> Iterator[Act]:
    words = brief.words
    ignores = {i for i in range(start, end) if words[i] in _IGNORES}
    cases = {i for i in range(start, end) if words[i] in _CASE or words[i] in _CASES}
    if ignores and cases:
        names = {i for i in range(start, end) if words[i] in ("upper", "lower", "small", "capital", "letters", "or")}
        yield Act(min(cases), "caseless", used=ignores | cases | names)
        return
    for place in range(start, end):
        word = words[place]
        behind = words[place + 1] if place + 1 < end else ""
        if word in _CASES:
            yield Act(place, "case", _CASES[word], {place})
        elif word in ("lower", "upper") and (
            brief.said.text(place + 1, place + 2) == "("
            or (behind not in _CASE_TAIL and _is_beside_trim(words, place, start, end))
        ):
            yield Act(place, "case", word, {place})
        elif word == "small" and words[place - 1] == "all" and place + 1 == end:
            yield Act(place, "case", "lower", {place - 1, place})
        elif (word in ("lower", "upper", "small", "capital") and behind in _CASE_TAIL) or word == "lowered":
            used = {place, place + 1} if behind in _CASE_TAIL else {place}
            yield Act(place, "case", "upper" if word in ("upper", "capital") else "lower", used)


def _is_beside_trim(words: Sequence[str], place: int, start: int, end: int) -> bool:
    """``trim + lower``, ``lower and trim``."""
    joined = ("and", "+", "&", "/", "then", "")
    before = place - 2 >= start and words[place - 1] in joined and words[place - 2] in _TRIM | _STRIP
    behind = place + 2 < end and words[place + 1] in joined and words[place + 2] in _TRIM | _STRIP
    return before or behind or (place + 1 == end and place - 1 >= start and words[place - 1] in _TRIM)


def _digits(brief: Brief, start: int, end: int) -> Iterator[Act]:
    """``digits only``, ``the last nine digits``, ``everything but digits removed``, ``its final 4 characters``."""
    words, tokens = brief.words, brief.said.tokens
    digits = {i for i in range(start, end) if words[i] in _DIGITS or brief.lemmas[i] in _DIGITS}
    counted = [i for i in brief.numbers(start, end) if _counts(brief, i)]
    numbers = [i for i in counted if not brief.ledger.covers(i) and words[i] != "one"]
    lasts = [(i, n) for i in range(start, end) if words[i] in _LAST for n in numbers if abs(n - i) <= _FAR]
    characters = {i for i in range(start, end) if words[i] in _CHARACTERS}
    firsts = [i for i in range(start, end - 1) if words[i] == "first" and (i + 1 in counted or i + 1 in characters)]
    if len(numbers) > 1 or (numbers and not lasts) or firsts or set(words[start:end]) & {"leftmost", "decimal"}:
        return
    alone = {i for i in range(start, end) if words[i] in _ALONE}
    drops = {i for i in range(start, end) if words[i] in _REMOVES}
    is_kept = set(words[start:end]) & _KEEPS or any(words[i - 1] == "no" for i in digits if i > start)
    if digits and (not drops or is_kept):
        yield Act(min(digits), "digits", used=digits | (alone | drops) | characters)
    elif lasts and characters and alone:
        yield Act(min(characters), "digits", used=characters | alone)
    if lasts:
        place, number = min(lasts, key=lambda pair: abs(pair[0] - pair[1]))
        yield Act(place, "last", int(str(tokens[number].value)), {place, number, *characters})


def _counts(brief: Brief, place: int) -> bool:
    """True for a number that may say how many characters are kept; no ``00`` that is put in front."""
    token = brief.said.tokens[place]
    return isinstance(token.value, int) and token.value >= _LEAST_LAST and not token.text.startswith("0")


_CUTTING = frozenset("cut cuts cutting strip strips stripped remove removes removed drop drops dropped without".split())
_IF_THERE = frozenset("if there is one any present exists it where has have".split())
_PUTTING = frozenset("put placed set written added add".split())


def _prefixes(brief: Brief, start: int, end: int) -> Iterator[Act]:
    """``prefixed with 00``, ``a + in front``, ``'tel:' followed by the digits``, ``'tel:' + phone``."""
    tokens, words = brief.said.tokens, brief.words
    cues = {i for i in range(start, end) if words[i] in _FRONT and not (words[i] == "leading" and _trims_at(brief, i))}
    plain = [i for i in range(start, end) if tokens[i].text.isdigit() and tokens[i].text.startswith("0")]
    cuts = {i for i in range(start, end) if words[i] in _CUTTING}
    if cuts:
        fronts = {i for i in range(start, end) if words[i] in _FRONT}
        if len(plain) == 1 and fronts:  # a leading 00 that is cut is no prefix
            told = {i for i in range(plain[0], end) if words[i] in _IF_THERE}
            told |= {i for i in range(plain[0], end) if _counts_zeros(brief, i, tokens[plain[0]].text)}
            yield Act(plain[0], "cut", tokens[plain[0]].text, {plain[0], *cuts, *fronts, *told})
        return
    if _PUTTING & set(words[start:end]):
        cues |= {i for i in range(start, end) if words[i] == "before"}
    texts = [i for i in range(start, end) if tokens[i].kind == "text" and not brief.ledger.covers(i)]
    joined = [i for i in texts if i + 2 < end and tokens[i + 1].text == "+" and tokens[i + 2].is_word]
    signs = [i for i in range(start, end) if tokens[i].text == "+" or words[i] == "plus"]
    if joined and len(texts) == 1:
        yield Act(joined[0], "prefix", str(tokens[joined[0]].value), {joined[0], joined[0] + 1})
    elif cues:
        for spots in (texts, plain, signs):
            if len(spots) == 1:
                value = (
                    "+" if spots is signs else str(tokens[spots[0]].value) if spots is texts else tokens[spots[0]].text
                )
                yield Act(spots[0], "prefix", value, {spots[0], *cues})
                return


def _counts_zeros(brief: Brief, place: int, zeros: str) -> bool:
    """``those two zeros`` of ``00``."""
    is_zero = set(zeros) == {"0"} and brief.lemmas[place] == "zero"
    return is_zero or (
        brief.said.tokens[place].value == len(zeros) and brief.lemmas[place + 1 : place + 2] == ("zero",)
    )


def _trims_at(brief: Brief, place: int) -> bool:
    """``leading blanks``."""
    return bool(set(brief.words[place : place + _FAR]) & (_BLANKS | {"zero", "zeros", "or", "and"}))


def _defaults(brief: Brief, start: int, end: int) -> Iterator[Act]:
    """``'none' where nothing is filled in``."""
    texts = [i for i in range(start, end) if brief.said.tokens[i].kind == "text" and not brief.ledger.covers(i)]
    cues = {i for i in range(start, end) if brief.words[i] in _DEFAULT}
    if len(texts) == 1 and cues and min(abs(cue - texts[0]) for cue in cues) <= 2 * _FAR:
        near = {i for i in range(start, end) if brief.words[i] in _ABSENCE and abs(i - texts[0]) <= 2 * _FAR}
        value = constant(str(brief.said.tokens[texts[0]].value), "string").text
        yield Act(texts[0], "default", value, {texts[0], *near})
