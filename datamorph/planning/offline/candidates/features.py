"""Evidence for parts of a reading, as named numbers; the weights of the names are in ``ranking.json``."""

from __future__ import annotations

from datamorph.planning.offline.candidates import words as said
from datamorph.planning.offline.candidates.cues import Cues
from datamorph.planning.offline.candidates.hits import Hit
from datamorph.planning.offline.candidates.schema import Match, QuestionColumn, QuestionTable
from datamorph.planning.offline.candidates.text import Question

Features = dict[str, float]
_NEAR_WORDS, _GOOD = 6, 0.8
_ENDS = frozenset({*said.MAXIMAL, *said.MINIMAL})


def bits(mask: int) -> int:
    """How many words a mask has."""
    return mask.bit_count()


class Evidence:
    """Computes the features of one question over one table."""

    def __init__(self, question: Question, cues: Cues, table: QuestionTable) -> None:
        self.question, self.cues, self.table = question, cues, table
        self._cover: dict[tuple[int, int], tuple[float, int, float]] = {}
        self._hit: dict[Hit, tuple[Features, int]] = {}
        self._column: dict[tuple[int, int], Features] = {}

    def cover(self, column: int, allowed: int) -> tuple[float, int, float]:
        """Share of a column's name that the allowed words say, those words, and the longest run of them."""
        match = self.table.matches[column]
        key = (column, allowed & match.mask)
        if key not in self._cover:
            self._cover[key] = self._covered(self.table.columns[column], match, key[1])
        return self._cover[key]

    def _covered(self, column: QuestionColumn, match: Match, allowed: int) -> tuple[float, int, float]:
        best: dict[int, float] = {}
        for place, (which, score) in match.fits.items():
            if allowed >> place & 1:
                best[which] = max(best.get(which, 0.0), score)
        weights = self.table.idf(column)
        share = max(
            sum(weights[which] * best.get(which, 0.0) for which in part) / sum(weights[which] for which in part)
            for part in column.parts
        )
        run = longest = 0.0
        seen: set[int] = set()
        last = -3
        for place, (which, score) in sorted(match.fits.items()):
            if not allowed >> place & 1:
                continue
            gap = self.question.folds[last + 1 : place]
            if place - last > 1 and not all(word in ("of", "in", "the", "for", "s") for word in gap):
                run, seen = 0.0, set()
            if which not in seen:
                run += weights[which] * score
                seen.add(which)
            longest, last = max(longest, run), place
        used = sum(1 << place for place in match.fits if allowed >> place & 1)
        return share, used, min(longest / min(sum(weights[w] for w in part) for part in column.parts), 1.0)

    def hit(self, hit: Hit) -> tuple[Features, int]:
        """Features of one condition, and the words that name its column."""
        if hit not in self._hit:
            self._hit[hit] = self._of_hit(hit)
        return self._hit[hit]

    def _of_hit(self, hit: Hit) -> tuple[Features, int]:
        column = self.table.columns[hit.column]
        folds, words = self.question.folds, self.question.words
        length = hit.end - hit.start
        found: Features = {f"value: {hit.kind}": 1.0, "value: words": min(length, 5)}
        named, distance, is_before = self._name_near(hit)
        share = self.cover(hit.column, named)[0] if named else 0.0
        found["value: column named"] = share
        if named:
            found["value: named near"] = 1 / distance
            found["value: named before"] = 1.0 if is_before else 0.0
            if hit.kind in ("number", "compare", "free"):
                found["number: column named"] = share
                found["number: named near"] = 1 / distance
        elif hit.kind in ("number", "compare", "free"):
            found["number: column not named"] = 1.0
        if length == 1:
            word = words[hit.start]
            found["value: one word"] = 1.0
            if word.fold in said.STOP:
                found["value: small word"] = 1.0
            if not word.is_capital and not word.text[0].isdigit():
                found["value: one small letter word"] = 1.0
            if self._names_column(hit):
                found["value: names a column"] = 1.0
        if any(place in self.table.matches[hit.column].fits for place in range(hit.start, hit.end)):
            found["value: says its own column"] = 1.0
        if hit.mask & self.table.match.mask:
            found["value: says the table"] = 1.0
        if any(q.start == hit.start and q.end == hit.end for q in self.question.quoted):
            found["value: quoted"] = 1.0
        before = folds[hit.start - 1] if hit.start else ""
        if column.is_date and (before in ("on", "in", "during", "since", "dated")):
            found["value: date after in"] = 1.0
        if column.is_year and before in ("in", "of", "year", "during"):
            found["value: year after in"] = 1.0
        if column.is_place and before in ("in", "at", "from"):
            found["value: place after in"] = 1.0
        if column.is_person and before in ("by", "with", "did", "does", "is", "was"):
            found["value: person after by"] = 1.0
        if column.is_key:
            found["value: of a key"] = 1.0
            if hit.kind == "compare":
                found["number: compared with a key"] = 1.0
        if hit.kind in ("number", "compare", "free"):
            after = folds[hit.end] if hit.end < len(folds) else ""
            if before in _ENDS or after in _ENDS:
                found["number: of first rows"] = 1.0
            if column.is_year and before in ("after", "before", "since", "until"):
                found["number: year after"] = 1.0
        if self._is_nearest(hit):
            found["value: nearest name"] = 1.0
        if hit.operator == "<>":
            found["value: excluded"] = 1.0
        if column.is_unique:
            found["value: of a unique column"] = 1.0
        found["value: column place"] = column.place / max(len(self.table.columns), 1)
        return found, named

    def _is_nearest(self, hit: Hit) -> bool:
        """True when no column is named nearer before the value."""
        own = max((p for p in self.table.matches[hit.column].fits if p < hit.start), default=-1)
        if own < 0:
            return False
        others = (p for m in self.table.matches for p in m.fits if own < p < hit.start)
        return not any(True for _ in others)

    def _names_column(self, hit: Hit) -> bool:
        return any(
            hit.start in match.fits and match.fits[hit.start][1] == 1.0
            for place, match in enumerate(self.table.matches)
            if place != hit.column
        )

    def _name_near(self, hit: Hit) -> tuple[int, int, bool]:
        """Words near a value that name its column, how far they are, and whether they stand before it."""
        fits = self.table.matches[hit.column].fits
        best, distance, before = 0, _NEAR_WORDS + 1, False
        for place in fits:
            if hit.start <= place < hit.end:
                continue
            away = hit.start - place if place < hit.start else place - hit.end + 2
            if away < distance:
                distance, before = away, place < hit.start
        if distance > _NEAR_WORDS:
            return 0, 0, False
        for place in fits:
            if not hit.start <= place < hit.end and abs(place - hit.start) <= _NEAR_WORDS + 2:
                is_behind = hit.end <= place <= hit.end + 1 and fits[place][1] > _GOOD
                best |= 1 << place if (place < hit.start) == before or is_behind else 0
        return best, distance, before

    def column(self, column: int, allowed: int) -> Features:
        """Features of a column that is shown, given the words that conditions leave."""
        key = (column, allowed)
        if key not in self._column:
            self._column[key] = self._of_column(column, allowed)
        return self._column[key]

    def _of_column(self, place: int, allowed: int) -> Features:
        column, head = self.table.columns[place], self.cues.head & allowed
        share, used, run = self.cover(place, allowed)
        found: Features = {"show: named": share, "show: named in a run": run}
        if share > 0.97:
            found["show: named in full"] = 1.0
        in_head, head_words, head_run = self.cover(place, head)
        found["show: head names it"] = in_head
        found["show: head run"] = head_run
        if in_head > 0.97:
            found["show: head names it in full"] = 1.0
        content = head & ~self.question.stops
        if content:
            found["show: share of the head"] = bits(head_words & content) / bits(content)
            if head_words >> (content.bit_length() - 1) & 1:
                found["show: last word of the head"] = 1.0
        if not used:
            found["show: not named"] = 1.0
        best = max((self.cover(other, allowed)[0] for other in range(len(self.table.columns)) if other != place), default=0.0)
        found["show: better than others"] = min(max(share - best, -1.0), 1.0)
        best = max((self.cover(other, head)[0] for other in range(len(self.table.columns)) if other != place), default=0.0)
        found["show: head better than others"] = min(max(in_head - best, -1.0), 1.0)
        first = (used & -used).bit_length() if used else 0
        found["show: named early"] = 1 / first if first else 0.0
        opener = self.cues.opener
        for kind, is_kind in (("person", column.is_person), ("place", column.is_place), ("date", column.is_date),
                              ("counted", column.is_counted or column.looks_numeric)):  # fmt: skip
            if opener in ("who", "whom", "where", "when", "how many", "how much", "how long", "whose"):
                found[f"show: {opener} is {kind}"] = 1.0 if is_kind else 0.0
        if place == 0:
            found["show: first column"] = 1.0
        if column.words[-1] in ("name", "title") or column.words == ("name",):
            found["show: a name"] = 1.0
        if column.is_key and not used:
            found["show: unnamed key"] = 1.0
        return found
