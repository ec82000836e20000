"""A prompt as one text: what lines, points and signs lay out is said with commas and full stops."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from datamorph.planning.offline.lexicon.words import MONTHS

_TITLE = re.compile(r"\A[^\n.?!]{3,60}[A-Za-z0-9)](?=\n\s*[A-Z])")
_BULLET = re.compile(r"([.:;,!?]?)[ \t]*\n[ \t]*(?:[-*\u2022]|\d+[.)])[ \t]+")
_LONG_DATE = re.compile(
    rf"(?<![\"'\u2018\u201c\d])\b(\d{{1,2}})(?:st|nd|rd|th)? (?:of )?"
    rf"({'|'.join(sorted(MONTHS, key=len, reverse=True))}) "
    r"((?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_NAME = r"[`\"'*]{0,2}([A-Za-z]\w*)[`\"'*]{0,2}"
_POINT = re.compile(
    rf"[ \t]*(?:[-*\u2022]|\d+[.)])?[ \t]*{_NAME}(?: (and|&) {_NAME})?[ \t]*"
    r"(?:(?::|=|:=|-{1,2}|[\u2013\u2014])[ \t]+(.*\S)|(\(.*\)))?[ \t]*[.;,]?[ \t]*"
)
"""One line of a list of columns: a name, or two, and what it is."""
_MARKED = re.compile(r"[ \t]*(?:[-*\u2022]|\d+[.)])[ \t]")
_NO_COLUMNS = frozenset(
    """
    sort sorted order ordering filter filters join joins source sources note notes grain key keys rounding ties tie
    target schedule input inputs output columns fields table tables name background goal context request need task
    scope rows rule rules definition definitions group grouping please thanks hint remark period limit limits
    """.split()
)
_FEWEST = 2
_COLUMNS = re.compile(r"(?:columns?|fields?|outputs?|return|show|give|want|need)[^.\n]{0,30}[:\s]*\Z", re.IGNORECASE)
_PIPED = re.compile(r"(?m)^[ \t]*\|?[ \t]*((?:\w+[ \t]*\|[ \t]*)+\w+)[ \t]*\|?[ \t]*$")
_PIPE = re.compile(r"(?<=\w)(\)?)[ \t]*\|[ \t]*(?=[A-Za-z(])")
_BRACKETS = re.compile(r"\[(\w+)\]")
_BRACKETED = re.compile(r"\[(\w+(?:, ?\w+)+)\]")
_QUOTED = re.compile(
    r"(?:(?<=columns )|(?<=columns: )|(?<=fields )|(?<=fields: ))((?:[\"'`]\w+[\"'`](?:, | and |, and )?){2,})"
)


def written_out(prompt: str) -> str:
    """The prompt without its layout."""
    prompt = _TITLE.sub(lambda match: f"{match[0]}. ", prompt)
    prompt = _in_line(prompt)
    prompt = _BULLET.sub(lambda match: f"{match[1] or '.'} ", prompt)  # each point of a list is a sentence
    prompt = _PIPED.sub(r"Columns: \1.", prompt)
    prompt = _PIPE.sub(lambda match: f"{match[1]}, ", prompt.replace(" := ", " = "))
    prompt = _BRACKETS.sub(r"(\1)", _BRACKETED.sub(r"columns (\1)", prompt))
    prompt = _QUOTED.sub(lambda match: re.sub("[\"'`]", "", match[1]), prompt)
    return _LONG_DATE.sub(_dated, prompt)


def _in_line(prompt: str) -> str:
    """Lines that each name a column, with what it is, as one list: *Columns: shop, sales (how many)*."""
    lines = prompt.split("\n")
    found = list(_runs(lines))
    for start, end in reversed(found):
        items = ", ".join(_item(line) for line in lines[start:end])
        before = "\n".join(lines[:start]).rstrip()
        lead = " " if _COLUMNS.search(before) or not before else " Columns: "
        before = before.rstrip(" :\n") + (":" if lead == " " else ".") if before else ""
        lines = [f"{before}{lead}{items}.", *lines[end:]]
    return "\n".join(lines)


def _runs(lines: list[str]) -> Iterator[tuple[int, int]]:
    """Where lines follow each other that are points of such a list."""
    start = 0
    while start < len(lines):
        end = start
        while end < len(lines) and _is_point(lines[end]):
            end += 1
        run = lines[start:end]
        told = [line for line in run if (match := _POINT.fullmatch(line)) and (match[4] or match[5])]
        is_marked = bool(run) and all(_MARKED.match(line) for line in run)
        is_named = any(re.search(r"\w_\w", line.split(":")[0].split("=")[0]) for line in run)
        if len(run) >= _FEWEST and told and (is_marked or is_named):
            yield start, end
        start = max(end, start + 1)


def _is_point(line: str) -> bool:
    match = _POINT.fullmatch(line)
    return match is not None and match[1].lower() not in _NO_COLUMNS


def _item(line: str) -> str:
    match = _POINT.fullmatch(line)
    if match is None:
        return line.strip()
    names = match[1] if match[3] is None else f"{match[1]} and {match[3]}"
    told = (match[4] or "").rstrip(".;,")
    told = re.sub(r"(?<=\w)\. (?=[A-Za-z])", "; ", told)
    return f"{names} ({told})" if told else f"{names} {match[5]}" if match[5] else names


def _dated(match: re.Match[str]) -> str:
    """``2024-06-30`` of *30 June 2024*; as it stands where there is no such day."""
    try:
        return date(int(match[3]), MONTHS[match[2].lower()], int(match[1])).isoformat()
    except ValueError:
        return match[0]
