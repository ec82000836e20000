"""Words of work that a finished plan accounts for, whichever recipe made it: ``twice`` where it keeps one row each."""

from __future__ import annotations

import re

from datamorph.planning.offline.doubts.evidence import Evidence
from datamorph.planning.offline.lexicon.cues import CURRENCIES
from datamorph.planning.offline.lexicon.words import GLUE
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.list_parts import is_identifier

_ONE_EACH = r"\bdedupe\b|\bdistinct\b|\btop\b|row_number"
_ENDINGS = ("", "s", "d", "ed", "ing")
_WORK: tuple[tuple[frozenset[str], re.Pattern[str]], ...] = tuple(
    (frozenset(word + ending for word in words.split() for ending in _ENDINGS), re.compile(pattern))
    for words, pattern in (
        ("repeat repeatedly duplicate deduplicate collapse", _ONE_EACH),
        ("become turn convert conversion store cent penny pence express", r"/ 100\b|\* 0\.01\b"),
        ("become turn convert conversion change", r"\bparse\b|coalesce\(|\bcase\b"),
        ("place position", r"row_number|\bposition\b|rank"),
        ("throw thrown strip", r"\bregexp_replace\b|\breplace\("),
        ("flat flatten", r"\bexplode\b"),
        ("time clock", r"\blpad\("),
        ("time", r"order_by"),
        (f"euro eur dollar usd pound {' '.join(CURRENCIES)}", ""),  # what stays in cents is found by other means
        (
            "become turn convert conversion store metre meter kilometre kilometer km gram kilo kg litre",
            r"/ 1000\b|[<>]=? \d*000\b",
        ),
        ("become turn convert conversion store second minute hour", r"/ (?:60|3600)\b|epoch|seconds|minutes|hours"),
        ("turn reshape bring fold put", r"\bunpivot\b"),
        ("otherwise", r"\bsessions\b|\belse\b"),
        ("mark flag label assign classify classified categorise categorize bucket band grade", r"\bcase\b"),
        ("group aggregate aggregation summarise summarize", r"\baggregate\b|partition_by"),
        ("order sort ahead equal equally tie tied draw", r"\bsort\b|order_by|\bsessions\b"),
        ("rank ranked ranking", r"\btop\b|\bsort\b|rank"),
        ("daily", r"date|day"),
        ("weekly", r"week"),
        ("monthly", r"month"),
        ("yearly annual annually", r"year"),
        ("common frequent frequently often usual", r"count\("),
        ("nest nested unnest", r"explode|parse_json"),
        ("kilo kilogram", r"kg|kilo|weight|wt"),
        ("number", r"count\(|month\(|quarter\(|year\(|week|row_number|rank"),
        ("date part", r"date\b|date_trunc|to_date"),
        ("unused", r"\bpivot\b|coalesce\("),
        ("day", r"dd[./-]mm"),
        ("worth", r" \* |\bsum\("),
        ("lose lost survive", r"\bleft\b|\bfull\b"),
    )
)
"""Words in their forms, and what a plan has that does what they say."""
_KEEPING = frozenset("keep keeps kept keeping retain retains retained retaining recorded logged captured".split())
"""What is kept is told by other words, which the plan accounts for; and every row was recorded."""
_COMPARING = frozenset({"more", "less", "fewer", "above", "below", "over", "later", "earlier"})
_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th)")
_OPERATORS = frozenset("+*/")
_UNITS = frozenset("cents metres meters seconds grams millimetres millimeters".split())
_MARKS = frozenset(",.;)")
_EITHER = ({"above", "below"}, {"up", "down"}, {"higher", "lower"}, {"rise", "fall"}, {"growth", "decline"})
_NEGATIONS = frozenset("didn't doesn't isn't wasn't hasn't".split())
_PAIR, _STEM = 2, 6
_RANKS = frozenset("% quantile percentile quantiles percentiles".split())
_MEANING = frozenset({"meaning", "i.e", "namely"})
_VERDICTS = frozenset("interesting relevant important interest".split())
_UNCOUNTED = frozenset("don't doesn't aren't isn't not".split())
_COUNTING = frozenset("count counts counted matter matters included considered".split())
_GAPS = frozenset("null nulls missing empty blank blanks gaps values ones".split())
_NOUNS = frozenset("ones those that which who rows records lines".split())
_FILLED = frozenset("filled given known present set available recorded".split())
_SKIPPING = frozenset("ignored ignore ignoring skipped skip skipping disregarded".split())
_OF_COLUMNS = r"\b(?:avg|median|percentile|min|max)\("
_FRACTIONS = (1.0, 100.0)


def is_accounted(brief: Brief, evidence: Evidence, place: int) -> bool:
    """True for a word that asks for what the plan does."""
    return brief.words[place] in _KEEPING or any(look(brief, evidence, place) for look in _LOOKS)


def keeps_one_each(evidence: Evidence) -> bool:
    """True where of several rows that are the same one is kept."""
    return re.search(_ONE_EACH, _text(evidence)) is not None


def _text(evidence: Evidence) -> str:
    return f"{' '.join(kind for kind, _ in evidence.steps)} {evidence.text}"


def _is_ordinal(brief: Brief, evidence: Evidence, place: int) -> bool:
    """``the 95th percentile``, ``the 90 % quantile``."""
    found = _ORDINAL.fullmatch(brief.words[place])
    if found is not None:
        return any(int(found[1]) / scale in evidence.numbers for scale in _FRACTIONS)
    first = place - (brief.said.tokens[place].text == "%")
    value = brief.said.tokens[first].value if first >= 0 else None
    is_rank = bool(_RANKS & set(brief.words[first + 1 : first + 3]))
    return is_rank and isinstance(value, int | float) and value / 100 in evidence.numbers


def _is_operator(brief: Brief, evidence: Evidence, place: int) -> bool:
    """``qty * price + shipping``, ``first name + space + last name``."""
    is_text = brief.words[place] == "+" and "concat(" in evidence.text
    return brief.words[place] in _OPERATORS and (is_text or f" {brief.words[place]} " in evidence.text)


def _is_if_not(brief: Brief, evidence: Evidence, place: int) -> bool:
    """``true if it rained, false if not,``."""
    behind = brief.said.tokens[place + 1].text if place + 1 < len(brief) else "."
    return brief.words[place - 1 : place + 1] == ("if", "not") and behind in _MARKS and "else" in evidence.text


def _is_negated_flag(brief: Brief, evidence: Evidence, place: int) -> bool:
    """``0 when it didn't overrun``: the other half of what a flag of the plan says."""
    behind = brief.said.tokens[place + 2].text if place + 2 < len(brief) else "."
    start, _ = brief.clause(place)
    is_zero = bool({"0", "false", "zero"} & set(brief.words[start:place]))
    has_zero = re.search(r"else (?:0|false)\b", evidence.text) is not None
    return brief.words[place] in _NEGATIONS and behind in _MARKS and is_zero and has_zero


def _is_span(brief: Brief, evidence: Evidence, place: int) -> bool:
    """``talk time`` for ``talk_s``: what a column in seconds or minutes holds."""
    before = brief.words[place - 1] if place else ""
    return brief.words[place] in ("time", "times", "duration") and any(
        re.fullmatch(rf"{re.escape(before)}_(?:s|sec|secs|min|mins|ms|h|hrs)", name) for name in evidence.identifiers
    )


def _is_initial(brief: Brief, evidence: Evidence, place: int) -> bool:
    """``queue code`` for ``q_cd``."""
    word = brief.words[place]
    behind = brief.lemmas[place + 1] if place + 1 < len(brief) else ""
    return bool(behind) and any(
        len(parts) == _PAIR and parts[0] == word[:1] and parts[1] == behind
        for parts in (words_of(name) for name in evidence.identifiers)
    )


def _is_run_time(brief: Brief, evidence: Evidence, place: int) -> bool:
    """``every 6 hours on the hour (0, 6, 12, 18)``."""
    is_timed = evidence.spec.schedule is not None and brief.words[place - 2 : place] == ("on", "the")
    is_hour = brief.lemmas[place] == "hour" and (bool(evidence.hours_of_runs) or is_timed)
    return is_hour or brief.said.tokens[place].value in evidence.hours_of_runs


def _is_work(brief: Brief, evidence: Evidence, place: int) -> bool:
    """``repeated rows`` where one row of each is kept."""
    return any(brief.words[place] in words and pattern.search(_text(evidence)) for words, pattern in _WORK)


def _is_behind_bound(brief: Brief, evidence: Evidence, place: int) -> bool:
    """``15 or more``: the plan keeps these, or drops all below."""
    is_bound = brief.words[place] in _COMPARING and place > 1 and brief.words[place - 1] == "or"
    value = brief.said.tokens[place - 2].value if is_bound else None
    bounds = ("<=", ">") if brief.words[place] in ("less", "fewer", "below", "earlier") else (">=", "<")
    return isinstance(value, int | float) and any(f"{bound} {value:g}" in evidence.text for bound in bounds)


def _is_other_half(brief: Brief, evidence: Evidence, place: int) -> bool:
    """``rainy and dry hours``: what is not *rainy*, where that is a flag by which the plan groups rows."""
    flag = brief.words[place - 2] if place > 1 and brief.words[place - 1] in ("and", "or", "versus", "vs") else ""
    is_flag = re.search(rf"\b{re.escape(flag)} case when .* true else false end", evidence.text) is not None
    return bool(flag) and is_flag and flag in evidence.groups


def _is_own_unit(brief: Brief, evidence: Evidence, place: int) -> bool:
    """``amounts in cents``, ``length_m is in metres``, ``leave it in cents``: what the values are in, and stay in."""
    if re.search(r"/ 100\b|/ 1000\b|\* 0\.01\b", evidence.text):
        return False
    if brief.words[place] == "leave":
        behind = brief.words[place + 2 : place + 4]
        return behind[:1] == ("in",) and bool(_UNITS & set(behind))
    return brief.words[place] in _UNITS and brief.words[max(place - 1, 0)] == "in"


def _is_either_way(brief: Brief, evidence: Evidence, place: int) -> bool:
    """``by how much it is above or below the year before``: the sign of a change."""
    changes = re.search(r"\blag\(|- prev|- last|- 1\b", evidence.text) is not None
    return changes and any(
        {brief.words[i - 1], brief.words[i + 1]} in _EITHER and place in (i - 1, i + 1)
        for i in range(max(place - 1, 1), min(place + 2, len(brief) - 1)) if brief.words[i] == "or"
    )  # fmt: skip


def _is_glossed(brief: Brief, evidence: Evidence, place: int) -> bool:
    """``each observing month (yr and mon together)``: what the columns in parentheses are that make groups."""
    if place + 1 >= len(brief) or brief.said.tokens[place + 1].text != "(":
        return False
    end = next((i for i in range(place + 1, len(brief)) if brief.said.tokens[i].text == ")"), place + 1)
    spelled = {brief.words[i] for i in range(place + 2, end) if is_identifier(brief.said, i)}
    return len(spelled) > 1 and spelled <= evidence.groups


def _is_condition_in_words(brief: Brief, evidence: Evidence, place: int) -> bool:
    """``trips that did not depart (dep_hhmm null)``: what the parenthesis puts as a condition that the plan has."""
    opened = next((i for i in range(place + 1, min(place + _STEM, len(brief))) if not brief.said.tokens[i].is_word), 0)
    if not opened or brief.said.tokens[opened].text != "(" or brief.said.value(place)[0] or not _is_tail(brief, place):
        return False
    end = next((i for i in range(opened, len(brief)) if brief.said.tokens[i].text == ")"), opened)
    names = {brief.words[i] for i in range(opened, end) if is_identifier(brief.said, i)}
    filters = " ".join(str(fields.get("where") or "") for kind, fields in evidence.steps if kind == "filter").lower()
    said = bool((_GAPS | _FILLED) & set(brief.words[opened:end]))
    return len(names) == 1 and said and f"{names.pop()} is" in filters.replace("`", "")


def _is_tail(brief: Brief, place: int) -> bool:
    """``did not depart``, ``not paid yet``: what follows the noun of a clause."""
    start = brief.clause(place)[0]
    nouns = [i for i in range(start, place) if brief.words[i] in _NOUNS or brief.said.table(i) is not None]
    return bool(nouns) and all(brief.said.tokens[i].kind == "word" for i in range(nouns[-1], place + 1))


def _is_new_name(brief: Brief, evidence: Evidence, place: int) -> bool:
    """``rows of part and reading, throw away empty readings``: what the prompt itself calls a column."""
    lemma = brief.lemmas[place]
    spots = [i for i, one in enumerate(brief.lemmas) if one == lemma and i != place and brief.ledger.covers(i)]
    is_plural = brief.words[place] != lemma and lemma not in evidence.identifiers
    return is_plural and any(brief.words[i] == lemma and not brief.said.links(i, 1) for i in spots)


def _is_of_stem(brief: Brief, evidence: Evidence, place: int) -> bool:
    """``year of registration`` for ``registered_year``."""
    start = brief.lemmas[place][:_STEM]
    return len(start) == _STEM and any(
        part.startswith(start) for name in evidence.identifiers for part in words_of(name)
    )


def _is_only_listed(brief: Brief, evidence: Evidence, place: int) -> bool:
    """``Only the member_id, each once.``: no other columns."""
    at = place + 1 + (brief.words[place + 1 : place + 2] == ("the",))
    shown = {name.casefold() for name in evidence.columns}
    is_first = place == 0 or brief.said.tokens[place - 1].text in _MARKS
    return is_first and brief.words[place] == "only" and bool(shown & set(brief.words[at : at + 1]))


def _is_whose(brief: Brief, evidence: Evidence, place: int) -> bool:
    """``boat owners``, ``over all sites``, ``a boat overstays``: a table that the plan only refers to."""
    found = brief.said.table(place)
    sources = set(evidence.spec.sources.values())
    if found is None or found[0] != 1 or found[1] in sources:
        return False
    behind = brief.said.table(place + 1)
    related = any(
        evidence.relations.between(one, other)
        for source in sources for one, other in ((source, found[1]), (found[1], source))
    )  # fmt: skip
    is_one = brief.words[place] == brief.lemmas[place]
    before = brief.words[max(place - 1, 0) : place]
    is_owner = is_one and behind is not None and behind[1] in sources
    is_thing = is_one and before in (("a",), ("an",)) and place + 1 < len(brief) and behind is None
    return related and (is_owner or is_thing or before == ("all",))


def _is_reworded(brief: Brief, evidence: Evidence, place: int) -> bool:
    """``orders that aren't finished yet, meaning stat open or hold``: what is told by a condition of the plan."""
    _, end = brief.clause(place)
    led = set(brief.words[end : end + 3]) & _MEANING or set(brief.words[place + 1 : end]) & _MEANING
    told = range(end, brief.clause(min(end + 1, len(brief) - 1))[1])
    filters = " ".join(str(fields.get("where") or "") for kind, fields in evidence.steps if kind == "filter").lower()
    return bool(led) and any(f"'{link.value.lower()}'" in filters for i in told for link in brief.said.value(i)[1])


def _is_verdict(brief: Brief, evidence: Evidence, place: int) -> bool:
    """``those with fewer than 3 are not interesting``, where the plan has the limit."""
    start, end = brief.clause(place)
    values = [brief.said.tokens[i].value for i in range(start, end)]
    is_no = bool({"not", "no", "aren't"} & set(brief.words[start:place]))
    return brief.words[place] in _VERDICTS and is_no and any(
        isinstance(value, int | float) and value in evidence.numbers for value in values
    )  # fmt: skip


def _is_dropped(brief: Brief, evidence: Evidence, place: int) -> bool:
    """``visits where nobody arrived don't count``, where the plan drops rows without ``arrived_at`` or averages it."""
    behind = brief.words[place + 1 : place + 2]
    if brief.words[place] not in _UNCOUNTED or not set(behind) & _COUNTING:
        return False
    start, _ = brief.clause(place)
    empty = {part for name in re.findall(r"([\w`]+) is not null", evidence.text) for part in words_of(name.strip("`"))}
    if "count(" not in evidence.text and re.search(_OF_COLUMNS, evidence.text):
        empty |= {part for name in evidence.identifiers for part in words_of(name) if len(part) >= _STEM}
    said = {word[:_STEM] for word in (*brief.words[start:place], *brief.lemmas[start:place])}
    return any(part[:_STEM] in said for part in empty)


def _is_about_gaps(brief: Brief, evidence: Evidence, place: int) -> bool:
    """``median and mean of the delay, nulls ignored``: aggregates of a column never see what is missing."""
    start = next((i + 1 for i in range(place, -1, -1) if not brief.said.tokens[i].is_word), 0)
    end = next((i for i in range(place, len(brief)) if not brief.said.tokens[i].is_word), len(brief))
    said = {word for word in brief.words[start:end] if word not in GLUE}
    is_only = len(said) > 1 and said <= _GAPS | _SKIPPING and bool(said & _GAPS) and bool(said & _SKIPPING)
    return is_only and "count(*)" not in evidence.text and re.search(_OF_COLUMNS, evidence.text) is not None


_DENYING = frozenset("not isn't doesn't aren't don't".split())
_HALVES = frozenset({"one", "either", "half"})
_ENOUGH = frozenset("both two just only alone enough sufficient wanted counts interesting".split())
_DUTIES = frozenset("needed required necessary".split())
_CODES = frozenset("code codes key number numbers".split())
_SAME = (("the", "same"), ("one", "and"), ("exactly", "the"))


def _is_no_duty(brief: Brief, evidence: Evidence, place: int) -> bool:
    """``not necessarily at the same show``: what need not be so picks no rows."""
    start, _ = brief.clause(place)
    spots = [
        i for i in range(start, min(place, len(brief) - 2) + 1) if brief.words[i : i + 2] == ("not", "necessarily")
    ]
    return bool(spots)


def _is_half(brief: Brief, evidence: Evidence, place: int) -> bool:
    """``just one of the two is not enough``, where the plan asks for both."""
    start, end = brief.clause(place)
    words = set(brief.words[start:end])
    is_told = bool(words & _DENYING and words & _HALVES) or ("both" in words and bool(words & _DUTIES))
    is_plain = brief.words[place] in _DENYING | _HALVES | _DUTIES | _ENOUGH
    return is_told and is_plain and re.search(r"\bdifferent_values >?= [2-9]", evidence.text) is not None


def _is_same(brief: Brief, evidence: Evidence, place: int) -> bool:
    """``the states lost and gone mean the same to us``, where the plan has one value for several."""
    is_verb = brief.words[place] == "mean" and brief.words[place + 1 : place + 3] in _SAME
    return is_verb and re.search(r"\bcase when \w+ in \(", evidence.text) is not None


def _is_code(brief: Brief, evidence: Evidence, place: int) -> bool:
    """``per product code`` where *product* is the column that the plan has, and no other one is called so."""
    before = evidence.links(place - 1, 1) if place and brief.words[place] in _CODES else []
    exact = [link for link in before if link.column and link.column.lower() == brief.words[place - 1]]
    others = [link for link in evidence.links(place - 1, 2) if link.score >= 1] if exact else []
    return bool(exact) and brief.words[place - 1] in evidence.identifiers and not others


_LOOKS = (
    _is_ordinal, _is_run_time, _is_operator, _is_if_not, _is_behind_bound, _is_other_half, _is_own_unit, _is_work,
    _is_either_way, _is_glossed, _is_about_gaps, _is_negated_flag, _is_span, _is_initial,
    _is_condition_in_words, _is_new_name, _is_of_stem, _is_only_listed, _is_whose, _is_reworded, _is_verdict,
    _is_dropped, _is_no_duty, _is_half, _is_same, _is_code,
)  # fmt: skip
