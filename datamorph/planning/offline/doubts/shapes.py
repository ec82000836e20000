"""What the table of a plan lacks of the shape that is asked for: rows of each period, a row of totals, columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from datamorph.planning.offline.doubts.evidence import Evidence, Look
from datamorph.planning.offline.lexicon.names import KEY_WORDS
from datamorph.planning.offline.names import OWN, words_of

_PERIODS = frozenset({"day", "week", "month", "quarter", "year", "weekday"})
_EACH = frozenset({"per", "each", "every"})
_TOTALS = (
    ("grand", "total"), ("total", "row"), ("totals", "at"), ("overall", "total"), ("and", "overall"),
    ("plus", "overall"), ("and", "in", "total"), ("over", "all"), ("including", "a", "total"), ("plus", "total"),
    ("plus", "a", "total"), ("row", "for", "all"), ("in", "total", "and", "in"), ("date", "overall"),
)  # fmt: skip
_COLUMNS = (
    ("as", "columns"),
    ("with", "columns"),
    ("side", "by", "side"),
    ("one", "column", "per"),
    ("one", "column", "for"),
)
_TIMES = {("exactly", "once"): "1", ("exactly", "twice"): "2"}
_COUNTS = (("number", "of"), ("how", "many"), ("count", "of"), ("numbers", "of"))
_DIFFERENT = frozenset({"distinct", "different", "unique"})
_EXTREMES = frozenset(
    "highest largest biggest greatest max maximum lowest smallest least min minimum most longest".split()
)
_DETAILS = (("when", "it", "was"), ("the", "day", "of", "it"), ("and", "when"), ("and", "which"), ("of", "that"))
_ASKS_WHETHER = frozenset({"does", "do", "did", "is", "are", "was", "were", "has", "have"})
_OUTER = frozenset({"average", "avg", "mean", "median", "typical"})
_RHYTHMS = frozenset({"daily", "weekly", "monthly", "quarterly", "yearly"})
_LIST_ENDS = frozenset({"sorted", "ordered", ".", ":", ";", "where", "per", "for", "from"})
_STOPS = frozenset({"per", "by", "for", ",", ".", ":", "?", "where", "with", "in", "who"})
_OF_ROWS = (("with", "the"), ("with", "max"), ("with", "min"), ("with", "highest"), ("with", "lowest"))
_FEW = 3
_DONE = frozenset({"sold", "selling", "popular", "used", "visited", "bought", "ordered", "read", "watched"})
_SECONDS = (
    ("number", "of"), ("sum", "of"), ("of", "all"), ("of", "that"), ("of", "those"), ("in", "total"), ("how", "many"),
)  # fmt: skip
_ASKS_GROUPS = frozenset(
    "per by each every total sum count number average mean max min maximum minimum many median share group".split()
)
_PICKS = frozenset({"dedupe", "top", "window", "union", "sql"})


def _says(evidence: Evidence, phrases: Sequence[tuple[str, ...]]) -> bool:
    words = evidence.words
    return any(words[i : i + len(phrase)] == phrase for phrase in phrases for i in range(len(words)))


def lost_periods(evidence: Evidence) -> Iterator[str]:
    """``for each month the shop with the highest total``: one of each month."""
    tops = [fields for kind, fields in evidence.steps if kind == "top"]
    lemmas = [token.lemma for token in evidence.tokens]
    said = [behind for word, behind in pairwise(lemmas) if word in _EACH and behind in _PERIODS]
    kept = [str(name) for name in (tops[-1].get("per") or ())] if tops else []
    if said and tops and not any(said[0] in name or evidence.types.get(name.lower(), "") == "date" for name in kept):
        yield f"it does not pick from the rows of each {said[0]}"


def lost_totals(evidence: Evidence) -> Iterator[str]:
    """``with a grand total row``, ``and overall``: rows of groups, and those of all beside them."""
    kinds = {kind for kind, _ in evidence.steps}
    groups = [fields for kind, fields in evidence.steps if kind == "aggregate"]
    if groups and groups[0].get("by") and not kinds & {"union", "sql", "window", "pivot"} and _says(evidence, _TOTALS):
        if "case when" not in evidence.text and "count_if" not in evidence.text:
            yield "it has no total of all beside those of the groups"


def lost_spread(evidence: Evidence) -> Iterator[str]:
    """``with shops as columns``, ``side by side``: a column for each."""
    kinds = {kind for kind, _ in evidence.steps}
    groups = [fields for kind, fields in evidence.steps if kind == "aggregate"]
    is_wide = bool(kinds & {"pivot", "sql"}) or "case when" in evidence.text or "count_if" in evidence.text
    is_long = bool(kinds & {"unpivot", "union"})  # the columns are those of the source
    count = sum(len(one["measures"]) for one in groups)
    if count == 1 and not is_wide and not is_long and _says(evidence, _COLUMNS):
        yield "it has no columns for the values"


def lost_times(evidence: Evidence) -> Iterator[str]:
    """``sold exactly once``: a count is compared."""
    for phrase, number in _TIMES.items():
        if _says(evidence, [phrase]) and not re.search(rf"=\s*{number}\b", evidence.text):
            yield f"nothing in it is so {' '.join(phrase)}"


def lost_second_counts(evidence: Evidence) -> Iterator[str]:
    """``number of members and sales per shop``: two numbers."""
    measures = [fields["measures"] for kind, fields in evidence.steps if kind == "aggregate"]
    if not measures or sum(map(len, measures)) > 1 or "sql" in {kind for kind, _ in evidence.steps}:
        return
    words = evidence.words
    for place in range(len(words)):
        cue = next((len(phrase) for phrase in _COUNTS if words[place : place + len(phrase)] == phrase), 0)
        cue = cue or int(words[place] == "count" and evidence.said.table(place + 1) is not None)
        end = place + cue
        while cue and end < len(words) and words[end] not in _STOPS:
            if words[end] == "and" and _is_counted(evidence, end + 1):
                yield "it has one count, where several things are counted"
                return
            end += 1


def _is_counted(evidence: Evidence, place: int) -> bool:
    """True for ``sales``, ``lost rides``, ``different shops``, ``then the number of``."""
    while place < len(evidence.words):
        found = evidence.said.table(place)
        if found is not None:
            last = evidence.tokens[place + found[0] - 1]
            return last.lemma != last.lower
        if evidence.words[place] in ("per", "by", "for", ",", ".", "where", "with"):
            return False
        if evidence.tokens[place].kind == "word" and evidence.tokens[place].lemma != evidence.words[place]:
            return any(link.column and link.score >= OWN for link in evidence.said.links(place, 1))
        place += 1
    return False


def lost_difference(evidence: Evidence) -> Iterator[str]:
    """``number of distinct members``: each once."""
    measures = " ".join(str(fields["measures"]) for kind, fields in evidence.steps if kind == "aggregate").lower()
    kinds = {kind for kind, _ in evidence.steps}
    pairs = pairwise(evidence.words)
    is_counted = any(word in _DIFFERENT and before in ("of", "many", "count") for before, word in pairs)
    if is_counted and "count(*)" in measures and "distinct" not in measures and "dedupe" not in kinds:
        yield "it counts rows, whether they are of the same or not"


def lost_details(evidence: Evidence) -> Iterator[str]:
    """``highest amount per shop and when it was``: of the row that has it."""
    kinds = {kind for kind, _ in evidence.steps}
    groups = [fields for kind, fields in evidence.steps if kind == "aggregate"]
    is_of_one = bool(_EXTREMES & set(evidence.words)) and _says(evidence, _DETAILS)
    if groups and is_of_one and not kinds & _PICKS and "max_by" not in evidence.text:
        yield "what is said of the row with that value is not in it"
    words = evidence.words
    for place in range(len(words) - 2):
        if words[place] not in ("and", "with") or words[place + 1] not in ("its", "the"):
            continue
        owners = {link.column.lower() for link in evidence.links(place + 2, 1) if link.column and link.score >= OWN}
        grouped = [fields for kind, fields in evidence.steps if kind in ("aggregate", "dedupe", "top")]
        by = {str(name).lower() for fields in grouped for name in fields.get("by") or fields.get("per") or ()}
        if owners & by and bool((_EXTREMES | {"latest", "last", "first"}) & set(words[:place])):
            yield f"it is grouped by {sorted(owners & by)[0]}, which tells of one row"


def hidden_owners(evidence: Evidence) -> Iterator[str]:
    """``last sale of every product with shop name``: of which product it is, is shown."""
    dedupes = [fields for kind, fields in evidence.steps if kind == "dedupe" and fields.get("by")]
    tops = [fields for kind, fields in evidence.steps if kind == "top" and fields.get("per")]
    shown = {name.lower() for name in evidence.columns}
    for fields in (*dedupes, *tops):
        by = {str(name).lower() for name in fields.get("by") or fields.get("per") or ()}
        kept = {word for name in shown for word in words_of(name)}
        if any(words_of(name)[-1] in KEY_WORDS for name in shown):
            return
        if shown and not by & shown and not {words_of(name)[0] for name in by} & kept:
            yield f"of which {', '.join(sorted(by))} a row is, is not in it"


def repeated_groups(evidence: Evidence) -> Iterator[str]:
    """``each sale with the total of its shop``: a column beside all rows."""
    words = evidence.words
    if not words or words[0] not in ("each", "every") or not {"its", "their", "the"} & set(words[2:]):
        return
    found = evidence.said.table(1)
    groups = [fields for kind, fields in evidence.steps if kind == "aggregate"]
    known = evidence.said.tables.get(found[1]) if found is not None else None
    if known is None or len(groups) != 1 or words[1 + (found[0] if found else 1)] != "with":
        return
    if all(str(name) in known.schema.names for name in groups[0].get("by") or ()):
        yield f"it measures each of {known.ref.name} by itself"


def lone_partitions(evidence: Evidence) -> Iterator[str]:
    """``between each sale and the previous sale of the shop``: no row has neighbours under a key of its own."""
    for kind, fields in evidence.steps:
        for name in fields.get("partition_by") or () if kind == "window" else ():
            tables = [
                evidence.said.tables[ref] for ref in evidence.spec.sources.values() if ref in evidence.said.tables
            ]
            if any(name in table.schema.names and table.profile.is_unique(name) for table in tables):
                yield f"every row is alone under its {name}"


def nested_rhythms(evidence: Evidence) -> Iterator[str]:
    """``average daily amount per shop``, ``daily amount average per shop``: the mean of the days."""
    groups = [fields for kind, fields in evidence.steps if kind == "aggregate"]
    is_said = any(word in _OUTER and behind in _RHYTHMS for word, behind in pairwise(evidence.words))
    is_said = is_said or bool(_RHYTHMS & set(evidence.words[:2]) and _OUTER & set(evidence.words[2:5]))
    if is_said and len(groups) == 1 and len(groups[0].get("by") or ()) > 1:
        yield "the mean of what there is of each day, week or month may be meant"


def asked_whether(evidence: Evidence) -> Iterator[str]:
    """``does every shop have a member?``: yes or no."""
    is_question = evidence.words[:1] and evidence.words[0] in _ASKS_WHETHER
    if is_question and {"every", "all", "each"} & set(evidence.words[:3]):
        yield "it does not say yes or no"


def lost_entries(evidence: Evidence) -> Iterator[str]:
    """``shop, total amount, number of sales``: whose, is shown."""
    words = evidence.words
    end = next((i for i, word in enumerate(words) if word in _LIST_ENDS), len(words))
    if "," not in words[:end] or not any(kind == "aggregate" for kind, _ in evidence.steps):
        return
    starts = [0, *(i + 1 for i in range(end) if words[i] == ",")]
    shown = {name.lower() for name in evidence.columns} | evidence.groups
    for start in starts:
        found, behind = evidence.said.table(start), words[start + 1 : start + 2]
        columns = {link.column.lower() for link in evidence.said.links(start, 1) if link.column and link.score >= 1.0}
        if columns and behind == (",",) and not columns & shown and not columns & set(evidence.identifiers):
            yield f"{words[start]} is not in it"
        if found is None or found[0] > 1 or behind not in ((",",), ()) or evidence.tokens[start].lemma != words[start]:
            continue
        known = evidence.said.tables.get(found[1])
        names = [name for name in known.schema.names if known.profile.is_unique(name)] if known is not None else []
        if names and not {name.lower() for name in names} & shown:
            yield f"it is not told of which of {found[1].name} a row is"


def unasked_groups(evidence: Evidence) -> Iterator[str]:
    """``shop name, product_name, amount * 1.2 as gross``: a row for each row."""
    groups = [fields for kind, fields in evidence.steps if kind == "aggregate" and fields.get("measures")]
    if not groups or not {"*", "/", "+"} & set(" ".join(evidence.words).replace("w / o", "without").split()):
        return
    if re.search(r"/ (?:\( )?(?:all|total|overall|count)\b", " ".join(evidence.words)):
        return  # ``late / all``: a share of the rows
    if not _ASKS_GROUPS & {token.lemma for token in evidence.tokens} and not _ASKS_GROUPS & set(evidence.words):
        yield "it has groups, of which the prompt says nothing"


def separate_groups(evidence: Evidence) -> Iterator[str]:
    """``by city, and by product too``: two tables in one."""
    is_second = _says(evidence, (("and", "by"), ("and", "per"), ("and", "separately")))
    is_apart = is_second and {"too", "separately"} & set(evidence.words)
    if is_apart and "union" not in {kind for kind, _ in evidence.steps}:
        yield "several tables in one are asked for"


def last_with_data(evidence: Evidence) -> Iterator[str]:
    """``in the last month with data``: that is not the month before the run."""
    if _says(evidence, (("with", "data"),)):
        yield "nothing in it tells where there is data"


def lost_schedules(evidence: Evidence) -> Iterator[str]:
    """``on the last day of the month``, ``monthly on the 1st``: when it runs."""
    runs = (("on", "the", "last", "day", "of", "the", "month"), ("monthly", "on", "the"))
    if evidence.spec.schedule is None and _says(evidence, runs):
        yield "it has no time to run at"


def ranked_by_nothing(evidence: Evidence) -> Iterator[str]:
    """``least sold product``: by how many, or how much."""
    words = evidence.words
    is_ranked = any(word in ("least", "most", "best", "worst") and behind in _DONE for word, behind in pairwise(words))
    measures = " ".join(str(fields["measures"]) for kind, fields in evidence.steps if kind == "aggregate").lower()
    if is_ranked and not ("sum(" in measures or "count" in measures):
        yield "nothing is counted or added up in it"


def extremes_without_rows(evidence: Evidence) -> Iterator[str]:
    """``sales with the highest amount per shop``: the sales, and not the amounts alone."""
    kinds = {kind for kind, _ in evidence.steps}
    is_measured = "aggregate" in kinds and not kinds & _PICKS
    is_said = bool(_EXTREMES & set(evidence.words)) and _says(evidence, _OF_ROWS)
    if is_measured and is_said and _begins_with_rows(evidence):
        yield "the rows that have it are not in it"


def _begins_with_rows(evidence: Evidence) -> bool:
    """``sales with the highest ...``: what is wanted stands right in front."""
    place = next((i for i, word in enumerate(evidence.words) if word == "with"), 0)
    return place > 0 and evidence.said.table(place - 1) is not None and place <= _FEW


def lost_second_parts(evidence: Evidence) -> Iterator[str]:
    """``total of adult tickets and number of tickets``: of some rows, and of all."""
    filters = " ".join(str(fields["where"]) for kind, fields in evidence.steps if kind == "filter")
    if not filters or "case when" in evidence.text or "count_if" in evidence.text:
        return
    words = evidence.words
    for place, word in enumerate(words):
        cue = words[place + 1 : place + 3]
        is_second = word == "and" and (cue in _SECONDS or cue[:1] in (("total",), ("average",), ("count",)))
        if not is_second:
            continue
        behind = range(max(place - 5, 0), place)
        before = [i for i in behind if evidence.said.value(i)[0] and words[i] not in ("and", ",")]
        if any(f"'{value.value}'" in filters for i in before for value in evidence.said.value(i)[1]):
            yield "all its numbers are of the same rows"
            return


def limited_again(evidence: Evidence) -> Iterator[str]:
    """``total amount and amount over 5``: the same column of some rows, beside that of all."""
    filters = " ".join(str(fields["where"]) for kind, fields in evidence.steps if kind == "filter").lower()
    measures = " ".join(str(fields["measures"]) for kind, fields in evidence.steps if kind == "aggregate").lower()
    if not filters or not measures or "case when" in measures or "count_if" in measures:
        return
    words = evidence.words
    for place in range(1, len(words) - 3):
        is_limit = words[place] == "and" and words[place + 2] in ("over", "above", "under", "below")
        if is_limit and evidence.tokens[place + 3].kind == "number" and words[place + 1] in words[:place]:
            columns = {link.column.lower() for link in evidence.links(place + 1, 1) if link.column}
            if any(name in filters and name in measures for name in columns):
                yield "all its numbers are of the same rows"


def lost_states(evidence: Evidence) -> Iterator[str]:
    """``hikes done in 2024``, ``batches absent``: a value that some rows have."""
    tables = set(evidence.spec.sources.values())
    for place, token in enumerate(evidence.tokens):
        length, values = evidence.said.value(place)
        held = [one for one in values if one.table in tables and str(one.value).lower() == token.lower]
        is_state = length == 1 and token.kind == "word" and place > 0 and evidence.said.table(place - 1) is not None
        if is_state and held and token.lower not in evidence.text and not evidence.said.links(place, 1):
            yield f"nothing in it is {token.text!r}"


LOOKS: tuple[Look, ...] = (
    lost_periods,
    lost_totals,
    lost_spread,
    lost_times,
    lost_second_counts,
    lost_difference,
    lost_details,
    hidden_owners,
    repeated_groups,
    lone_partitions,
    nested_rhythms,
    asked_whether,
    lost_entries,
    unasked_groups,
    separate_groups,
    last_with_data,
    lost_schedules,
    ranked_by_nothing,
    extremes_without_rows,
    lost_second_parts,
    lost_states,
    limited_again,
)
