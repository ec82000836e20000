"""Words in passing: what a prompt says beside its request, where the plan has all that could change it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from datamorph.planning.offline.doubts.evidence import Evidence
from datamorph.planning.offline.lexicon import cues
from datamorph.planning.offline.lexicon.words import GLUE, MONTHS, NEVER_GLUE, NUMBERS
from datamorph.planning.offline.names import HEAD, SYNONYM
from datamorph.planning.offline.recipes.accounted import is_accounted, keeps_one_each
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.list_parts import is_identifier

MOST, FEWEST_WORDS = 4, 15
"""So many words may be said in passing, in a prompt of so many: a short one has none to spare."""

_WORDS_OF_WORK = frozenset(
    """
    turn turned turning into convert converted conversion change changed become becomes became replace replaced
    round rounded rounding decimal decimals digit digits precision cents cent whole exact exactly nearest
    trim trimmed strip stripped clean cleaned cleanse normalise normalize standardise standardize format formatted
    lower upper lowercase uppercase case capital capitals capitalise casing spelled spelling spelt fold folded
    average averages mean median mode percentile quantile variance deviation sum sums total totals count counts
    cumulative running rolling moving smooth smoothed accumulate accumulated accumulating growth share shares ratio
    rate percent percentage proportion fraction rank ranked ranking place placed position sequence number numbered
    first last next previous prior before after preceding following since until till between during from
    end ending start starting early earlier earliest late later latest recent newest oldest
    equal equals same identical different distinct unique duplicate duplicates duplicated twice double once repeat
    more most less least fewer fewest many few above below over under beyond exceed exceeds exceeding at
    smallest smaller small larger largest large big bigger biggest high higher highest low lower lowest top bottom
    only just sole alone except apart other others another both either neither else instead rather
    blank empty null missing none nil zero nothing nobody nowhere noone neither unknown unspecified lacking lack
    absent present filled
    true false yes no flag flagged flags mark marked label labelled
    sort sorted sorting order ordered ordering ascending descending alphabetical alphabetically chronological
    group grouped grouping split splitting break combine combined merge merged union append stack stacked
    join joined joining match matched matching link linked pair paired
    pivot unpivot transpose across wide long melt spread nested unnest explode flatten
    keep keeps kept retain retained drop dropped exclude excluded excluding include included including skip skipped
    omit omitted ignore ignored leave left out remove removed without treat treated treating
    filter filters filtered filtering weed weeded sift throw thrown rule ruled screen
    year years quarter quarters month months week weeks day days hour hours minute minutes second seconds date dates
    time times today yesterday tomorrow weekday weekend daily weekly monthly yearly hourly nightly
    euro euros dollar dollars usd eur gbp pound pounds kronor currency tax vat net gross
    if unless whether when whenever while where case otherwise
    expect expected must should may might can cannot never ever always
    """.split()
)
JUDGING = frozenset(
    """
    active inactive valid invalid current former past future open opened closed completed complete incomplete finished
    cancelled canceled pending failed successful paid unpaid overdue outstanding delivered shipped returned lost
    approved rejected confirmed unconfirmed available unavailable online offline internal external domestic foreign
    private public male female adult junior senior regular irregular real fake premium standard special normal
    late early delayed long short slow fast good bad new old busy large small heavy light
    eligible relevant main major minor primary secondary original final initial test live archived deleted registered
    """.split()
)
"""Words by which rows are told apart that no column need tell."""
_CHANGES = frozenset(
    """
    hashed hash masked mask encrypted encrypt anonymised anonymized redacted reversed truncated shortened abbreviated
    translated suffixed suffix appended prefixed prepended capitalised capitalized titlecase initials initial sorted
    rounded floored ceiled scaled normalised normalized squared logarithm absolute signed negated inverted adjusted
    corrected weighted estimated padded zero extension country code area local working business
    """.split()
)
"""What is done to values that a plan would have to do."""
_PREDICATING = frozenset("is are was were be been being that who which isn't aren't wasn't weren't".split())
_HEADING = 6
_OF_TITLES = frozenset("of the by per for in on and our a an all to with".split())
PARTICIPLES = ("ed", "ly")
"""Endings of what was done to rows, and of how something is done."""
_BEHIND = 5
_ASIDE = frozenset(
    """
    i.e i.e. e.g e.g. resp resp. incl etc etc. whatsoever whatever likewise namely sideways side pls always thereby mind
    beware careful col cols fld flds maybe perhaps possibly
    """.split()
)
"""What people say between the words that matter."""
_AUXILIARIES = tuple((word,) for word in "do does did is are was were have has can".split())
_HAPPENING = frozenset("ended happened occurred started began arose came fell ran".split())
_QUESTIONS = frozenset("which what who how where".split())
_WANTED = frozenset("needed wanted required requested".split())
_PARTICLES = frozenset("out up down into over off away through along".split())
_LEAVING = frozenset("leave leaves left leaving keep keeps kept stay stays cut take taken sort sorted".split())
_LABEL = 3
_MULTIPLIED = frozenset("twice double doubly multiply multiplied inflate inflated multiplying inflating".split())
_DENYING = frozenset("not don't doesn't never cannot can't mustn't shouldn't no nothing without".split())
_COPIED = frozenset("twice double repeat repeated repeatedly duplicate duplicated doubled".split())
_AGAIN = (("more", "than", "once"), ("more", "than", "one", "time"), ("several", "times"), ("multiple", "times"))
_SOME = frozenset("some several many there few sometimes has have contains".split())


def _single(phrases: Iterable[str]) -> frozenset[str]:
    """All words of phrases but those that mean nothing by themselves."""
    return frozenset(word for phrase in phrases for word in phrase.split()) - GLUE


SIGNALS = (
    _WORDS_OF_WORK
    | JUDGING
    | NEVER_GLUE
    | cues.VAGUE
    | cues.MISSING
    | cues.EXCLUDING
    | _single(cues.AGGREGATES)
    | _single(cues.SUPERLATIVES)
    | _single(cues.COMPARISONS)
    | _single(cues.SHARES)
    | _single(cues.JOIN)
    | _single(cues.ARITHMETIC)
    | frozenset(cues.UNITS)
    | frozenset(MONTHS)
    | frozenset(NUMBERS)
) - {"through", "within"}
"""Words that say what is to be done, or with which rows: a plan that does not account for them is not the plan."""


def are_in_passing(brief: Brief, evidence: Evidence, places: Sequence[int]) -> bool:
    """True where words tell nothing that the plan would have to do besides: few, plain, and none that picks rows."""
    told = _closings(brief) | _about_copies(brief, evidence) | _about_products(brief, evidence)
    others = [place for place in places if place not in told and not is_accounted(brief, evidence, place)]
    others = [place for place in others if not _is_aside(brief, place)]
    words = {brief.lemmas[place] for place in others}
    is_spared = not words or (len(words) <= MOST and len(brief) >= FEWEST_WORDS)
    return is_spared and all(_is_in_passing(brief, place) for place in others)


def explain_plain(brief: Brief, start: int, end: int, meaning: str) -> None:
    """Explain the plain words of what tells of one thing that is known: they can only tell more of it."""
    for place in range(start, end):
        token, word, lemma = brief.said.tokens[place], brief.words[place], brief.lemmas[place]
        is_plain = token.kind == "word" and token.value is None and word.isalpha()
        if is_plain and not {word, lemma} & (SIGNALS | _CHANGES) and not _is_known(brief, place):
            brief.explain(place, place + 1, meaning)


def _is_in_passing(brief: Brief, place: int) -> bool:
    token, word, lemma = brief.said.tokens[place], brief.words[place], brief.lemmas[place]
    if token.kind != "word" or token.value is not None or not word.isalpha():
        return False
    if {word, lemma} & (SIGNALS | _CHANGES) or (token.text.isupper() and len(token.text) > 1):
        return False
    if word.endswith(PARTICIPLES) or _opens(brief, place) or _is_ordered(brief, place):
        return False
    return not (_is_known(brief, place) or _picks(brief, place))


def _is_aside(brief: Brief, place: int) -> bool:
    """True for what says nothing wherever it stands so."""
    behind = brief.words[place + 1] if place + 1 < len(brief) else ""
    is_list = brief.words[place] == "plus" and any(one.place - 1 <= place + 1 <= one.place for one in brief.listed)
    is_mark = brief.words[place] == "=" and place + 1 < len(brief) and brief.said.tokens[place + 1].kind == "word"
    is_led = brief.lemmas[place] in _WANTED and behind in ("is", "are") and is_identifier(brief.said, place + 2)
    is_led = is_led or (
        brief.lemmas[place] in _WANTED and place + 1 < len(brief) and brief.said.tokens[place + 1].text == ":"
    )
    is_led = is_led or (
        brief.lemmas[place] in _WANTED and brief.words[place - 1] in ("is", "are") and (behind == "" or behind in ".;:")
    )
    is_set_up = brief.words[place] == "set" and behind == "up"
    is_link = brief.words[place] in ("under", "x") and place > 0 and _are_tables(brief, place - 1, place + 1)
    is_wish = brief.words[place] == "after" and brief.words[place - 1] in ("i'm", "we're", "am")
    is_said = is_wish or is_list or is_mark or is_led or is_link or is_set_up or _is_asked(brief, place)
    return brief.words[place] in _ASIDE or is_said or _is_particle(brief, place) or _is_label(brief, place)


def _is_asked(brief: Brief, place: int) -> bool:
    """``How regularly do they order?``, ``Which notes did they leave?``: a question before what is wanted."""
    start = next((i + 1 for i in range(place - 1, -1, -1) if brief.said.tokens[i].text in ".;:?!"), 0)
    end = next((i for i in range(place, len(brief)) if brief.said.tokens[i].text in ".?!"), len(brief))
    if end >= len(brief) or brief.said.tokens[end].text != "?" or not brief.listed or brief.listed[0].place < end:
        return False
    is_how = brief.words[place - 1 : place] == ("how",) and brief.words[place + 1 : place + 2] in _AUXILIARIES
    is_verb = place + 1 == end and brief.words[start] in _QUESTIONS and any(
        (word,) in _AUXILIARIES for word in brief.words[start:place]
    )  # fmt: skip
    is_plain = end - start <= _HEADING and not any(_is_told(brief, i) for i in range(start, end))
    is_done = is_verb or is_plain or _is_deed(brief, place, start)
    return is_how or (is_done and brief.words[place] not in NEVER_GLUE and not brief.said.value(place)[1])


def _is_told(brief: Brief, place: int) -> bool:
    """True for what the tables have, and for numbers."""
    is_number = isinstance(brief.said.tokens[place].value, int | float)
    return is_number or bool(brief.said.links(place, 1) or brief.said.value(place)[0])


def _is_deed(brief: Brief, place: int, start: int) -> bool:
    """``How many calls ended in each state``, ``which boats have landed cod``: what all of them did, or did with it."""
    word, before = brief.words[place], brief.words[place - 1 : place]
    is_counted = brief.words[start : start + 2] == ("how", "many") and brief.said.table(place - 1) is not None
    is_left = before in (("were",), ("was",), ("are",)) and brief.words[place + 1 : place + 2] in (("in",), ("to",))
    if is_left and brief.said.table(place + 2) is not None:
        return True
    is_had = before in (("have",), ("has",)) and place + 1 < len(brief) and bool(brief.said.value(place + 1)[1])
    return (is_counted and word in _HAPPENING) or (is_had and word not in SIGNALS | _CHANGES)


def _are_tables(brief: Brief, *places: int) -> bool:
    """``claims under policies``: what stands between two tables that the plan reads links them."""
    return all(place < len(brief) and brief.said.table(place) is not None for place in places)


def _is_particle(brief: Brief, place: int) -> bool:
    """``pull the remarks out``, ``set up``: part of a verb, unless the verb leaves something out or in."""
    behind = brief.said.tokens[place + 1].value if place + 1 < len(brief) else None
    before = set(brief.words[max(place - _BEHIND, 0) : place])
    return brief.words[place] in _PARTICLES and not isinstance(behind, int | float) and not before & _LEAVING


def _is_label(brief: Brief, place: int) -> bool:
    """``Fields wanted:``: what stands before the colon of a list names it."""
    start, end = brief.clause(place)
    if not (end < len(brief) and brief.said.tokens[end].text == ":" and end - start <= _LABEL):
        return False
    plain = [i for i in range(start, end) if not brief.ledger.covers(i)]
    return not any(
        {brief.words[i], brief.lemmas[i]} & (SIGNALS | _CHANGES | GLUE - _OF_TITLES)
        or _is_known(brief, i)
        or (brief.words[i].endswith(PARTICIPLES) and brief.words[i] not in _WANTED)
        for i in plain
    )


_CLOSING = tuple(
    tuple(phrase.split())
    for phrase in ("nothing else", "nothing more", "no more", "that's it", "that is all", "send back", "hand back")
)


def _closings(brief: Brief) -> frozenset[int]:
    """``nothing else``, ``send back``: at the end of a clause, or before what is listed."""
    found = set[int]()
    for idiom in _CLOSING:
        for place in range(len(brief) - len(idiom) + 1):
            end = place + len(idiom)
            is_end = end == len(brief) or brief.said.tokens[end].text in ",.;:)!"
            if brief.words[place:end] == idiom and (is_end or is_identifier(brief.said, end)):
                found |= set(range(place, end))
    return frozenset(found)


def _about_copies(brief: Brief, evidence: Evidence) -> frozenset[int]:
    """``Some objects were catalogued twice.``: a sentence that says why the plan keeps one row of each."""
    found = set[int]()
    again = [i for words in _AGAIN if (i := brief.phrase(*words)) is not None]
    for place in [*brief.places(_COPIED), *again] if keeps_one_each(evidence) else ():
        start, end = brief.clause(place)
        if set(brief.words[start:place]) & _SOME:
            found |= set(range(start, end))
    return frozenset(found)


def _about_products(brief: Brief, evidence: Evidence) -> frozenset[int]:
    """``A member with several plays must not be counted twice.``: so it is where each table is grouped by itself."""
    joined, most = 0, 0
    for kind, _ in evidence.steps:
        most = max(most, joined) if kind == "aggregate" else most
        joined = 0 if kind == "aggregate" else joined + (kind == "join")
    found = set[int]()
    is_each = most <= 1 and (joined <= 1 or any(kind == "aggregate" for kind, _ in evidence.steps))
    for place in brief.places(_MULTIPLIED) if is_each else ():
        start, end = brief.clause(place)
        if set(brief.words[start:place]) & _DENYING:
            found |= set(range(start, end))
    return frozenset(found)


def _opens(brief: Brief, place: int) -> bool:
    """True for the first word of a clause, which may be an order: ``anonymise ...``."""
    first, _ = brief.clause(place)
    before = brief.words[place - 1] if place else ""
    behind = brief.words[place + 1] if place + 1 < len(brief) else ""
    is_title = place == 0 and behind in ("per", "of", "by")  # ``Punctuality per job``: no order begins so
    is_first = place == first or before in ("and", "then", "please", "also", "now")
    return place >= _heading(brief) and is_first and not is_title


_SHOWING = frozenset("give show return list need want get".split())
_ORDERS = frozenset(
    """
    convert change turn split ignore treat drop exclude remove include round weight weigh use cap clip mask skip count
    group keep restrict limit filter omit leave hide discard merge replace multiply divide normalise normalize adjust
    correct scale add subtract deduct compare sort rank apply express translate assume consider pretend break disregard
    cut forget throw strip take combine append
    """.split()
)
"""Verbs that tell what is to be done to rows or values, in the form in which they are said to somebody."""
_BEFORE_ORDERS = frozenset("and then please also finally now so".split())
_LIMITS = frozenset("do don't never not no nothing without except but only just mean".split())
_WHOLE = frozenset({"one", "ones", "only"})
_EACH = frozenset({"per", "each", "every"})
_AGAINST = (("net", "of"), ("compared", "to"), ("compared", "with"), ("adjusted", "for"), ("weighted", "by"))


def _is_ordered(brief: Brief, place: int) -> bool:
    """``convert everything to francs``, ``do not count returns``, ``only adults``: an order is no aside."""
    start, _ = brief.clause(place)
    while start < place and brief.words[start] in _BEFORE_ORDERS:
        start += 1
    asks = brief.words[start + 1 : start + 2] and brief.words[start + 1] in _SHOWING
    return start < place and brief.words[start] in _ORDERS | _LIMITS and not asks


def _is_known(brief: Brief, place: int) -> bool:
    """True for what the tables call something, or hold; a heading may."""
    if place < _heading(brief):
        return False
    if any(link.score >= HEAD * SYNONYM for link in brief.said.links(place, 1)):
        return True
    return bool(brief.said.value(place)[1])


def _heading(brief: Brief) -> int:
    """Where the words end that stand before the request as its title: ``Payment discipline:``, ``Stock by bin.``"""
    end = next((i for i, token in enumerate(brief.said.tokens) if token.text in ".:?"), len(brief))
    if end >= len(brief) or brief.said.tokens[end].text == "?":
        return 0
    is_short = 0 < end <= _HEADING and end + 1 < len(brief)
    is_title = brief.said.tokens[end].text == ":" or not set(brief.words[:end]) & (GLUE - _OF_TITLES)
    return end if is_short and is_title and not any(one.place < end for one in brief.listed) else 0


def _picks(brief: Brief, place: int) -> bool:
    """True where a word may tell which rows are meant: ``zapped orders``, ``orders that were zapped``."""
    behind = brief.words[place + 1] if place + 1 < len(brief) else ""
    if brief.said.table(place + 1) is not None or behind in _WHOLE:
        return True
    before = brief.words[place - 1] if place else ""
    is_head = place + 1 >= len(brief) or brief.said.tokens[place + 1].kind != "word" or behind in GLUE
    is_group = before in _EACH and is_head
    return before in _PREDICATING or is_group or brief.words[max(place - 2, 0) : place] in _AGAINST
