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
_BEHIND = frozenset((word,) for word in _ENDS)
_NUMERIC = frozenset({"number", "compare", "free"})
_BEFORE_DATES = frozenset({"on", "in", "during", "since", "dated"})
_BEFORE_YEARS = frozenset({"in", "of", "year", "during"})
_BEFORE_PLACES = frozenset({"in", "at", "from"})
_BEFORE_PEOPLE = frozenset({"by", "with", "did", "does", "is", "was"})
_YEAR_BOUNDS = frozenset({"after", "before", "since", "until"})
_OPENERS = frozenset({"who", "whom", "where", "when", "how many", "how much", "how long", "whose"})
_KINDS = {"person": said.PERSON, "place": said.PLACE, "time": said.TIME,
          "number": frozenset({"number", "no", "percent", "percentage", "rank"})}  # fmt: skip
WHOLE = 0.97
"""Share of a name from which on it is said in full."""


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
        self._best: dict[int, tuple[float, int, float]] = {}
        self._asked: list[str] | None = None
        self._folds: dict[int, frozenset[str]] = {}
        self.left: dict[int, Features] = {}
        """Features of what is left of the question, by the words that have a meaning."""

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
        seen: set[int] = set[int]()
        last = -3
        for place, (which, score) in sorted(match.fits.items()):
            if not allowed >> place & 1:
                continue
            gap = self.question.folds[last + 1 : place]
            if place - last > 1 and not all(word in ("of", "in", "the", "for", "s") for word in gap):
                run, seen = 0.0, set[int]()
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
        found: Features = {f"value: {hit.kind}": 1.0, "value: words": min(hit.end - hit.start, 5)}
        named = self._named(hit, found)
        facts = {
            "says its own column": any(p in self.table.matches[hit.column].fits for p in range(hit.start, hit.end)),
            "says the table": bool(hit.mask & self.table.match.mask),
            "quoted": any(q.start == hit.start and q.end == hit.end for q in self.question.quoted),
            "of a key": column.is_key,
            "nearest name": self._is_nearest(hit),
            "excluded": hit.operator == "<>",
            "of a unique column": column.is_unique,
            **self._as_word(hit),
            **self._after(hit, column),
        }
        found |= {f"value: {name}": 1.0 for name, is_true in facts.items() if is_true}
        if hit.kind in _NUMERIC:
            found |= {f"number: {name}": 1.0 for name, is_true in self._as_number(hit, column).items() if is_true}
        found["value: column place"] = column.place / max(len(self.table.columns), 1)
        return found, named

    def _named(self, hit: Hit, found: Features) -> int:
        """Words that name the column of a value; how well and how near goes into the features."""
        named, distance, is_before = self._name_near(hit)
        share = self.cover(hit.column, named)[0] if named else 0.0
        found["value: column named"] = share
        if named:
            found["value: named near"] = 1 / distance
            found["value: named before"] = 1.0 if is_before else 0.0
        if hit.kind in _NUMERIC:
            found |= {"number: column named": share, "number: named near": 1 / distance} if named else {
                "number: column not named": 1.0}  # fmt: skip
        return named

    def _as_word(self, hit: Hit) -> dict[str, bool]:
        """Facts about a value of one word, which may be no value at all."""
        if hit.end - hit.start != 1:
            return {}
        word = self.question.words[hit.start]
        return {
            "one word": True,
            "small word": word.fold in said.STOP,
            "one small letter word": not word.is_capital and not word.text[0].isdigit(),
            "names a column": self._names_column(hit),
        }

    def _after(self, hit: Hit, column: QuestionColumn) -> dict[str, bool]:
        """Facts about the word before a value, which hints at what kind of column holds it."""
        before = self.question.folds[hit.start - 1] if hit.start else ""
        return {
            "date after in": column.is_date and before in _BEFORE_DATES,
            "year after in": column.is_year and before in _BEFORE_YEARS,
            "place after in": column.is_place and before in _BEFORE_PLACES,
            "person after by": column.is_person and before in _BEFORE_PEOPLE,
        }

    def _as_number(self, hit: Hit, column: QuestionColumn) -> dict[str, bool]:
        folds = self.question.folds
        before = folds[hit.start - 1] if hit.start else ""
        return {
            "compared with a key": column.is_key and hit.kind == "compare",
            "of first rows": before in _ENDS or folds[hit.end : hit.end + 1] in _BEHIND,
            "year after": column.is_year and before in _YEAR_BOUNDS,
        }

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
        in_head, head_words, head_run = self.cover(place, head)
        found: Features = {
            "show: named": share,
            "show: named in a run": run,
            "show: head names it": in_head,
            "show: head run": head_run,
            "show: better than others": share - self._best_other(place, allowed),
            "show: head better than others": in_head - self._best_other(place, head),
            "show: named early": 1 / (used & -used).bit_length() if used else 0.0,
        }
        content = head & ~self.question.stops
        if content:
            found["show: share of the head"] = bits(head_words & content) / bits(content)
        if self.cues.is_of_subject:
            found |= {"subject: names it": in_head, "subject: named": share, "subject: run": head_run}
        found["show: named as it is written"] = len(column.written & self._folds_of(allowed)) / max(
            len(column.written), 1
        )
        facts = {
            "named in full": share > WHOLE,
            "head names it in full": in_head > WHOLE,
            "last word of the head": bool(content and head_words >> (content.bit_length() - 1) & 1),
            "not named": not used,
            "first column": place == 0,
            "a name": column.words[-1] in ("name", "title"),
            "unnamed key": column.is_key and not used,
        }
        found |= {f"show: {name}": 1.0 for name, is_true in facts.items() if is_true}
        return found | self._asked_kind(column) | self._kind_of_head(column, in_head)

    def _best_other(self, place: int, allowed: int) -> float:
        if allowed not in self._best:
            shares = [self.cover(other, allowed)[0] for other in range(len(self.table.columns))]
            best = max(range(len(shares)), key=shares.__getitem__)
            self._best[allowed] = shares[best], best, max((*shares[:best], *shares[best + 1 :]), default=0.0)
        first, which, second = self._best[allowed]
        return second if place == which else first

    def _folds_of(self, allowed: int) -> frozenset[str]:
        if allowed not in self._folds:
            words = enumerate(self.question.folds)
            self._folds[allowed] = frozenset(word for place, word in words if allowed >> place & 1)
        return self._folds[allowed]

    def _kind_of_head(self, column: QuestionColumn, in_head: float) -> Features:
        """``which city`` asks for places, ``what year`` for times, ``what episode number`` for numbers."""
        kinds = self._kinds() if in_head <= WHOLE else []
        if not kinds:
            return {}
        is_of = {"person": column.is_person, "place": column.is_place, "time": column.is_date or column.is_year,
                 "number": column.looks_numeric}  # fmt: skip
        if not any(is_of[kind] for kind in kinds):
            return {"head: asks for another kind": 1.0}
        return {"head: asks for its kind": 1.0, "head: asks for its kind, said in part": in_head}

    def _kinds(self) -> list[str]:
        """Kinds of things that the head's words ask for."""
        if self._asked is None:
            head = self.cues.head if not self.cues.is_of_subject else 0
            words = [word for i, word in enumerate(self.question.words) if head >> i & 1]
            said_words = {word.lemma for word in words} | {word.fold for word in words}
            self._asked = [kind for kind, names in _KINDS.items() if not said_words.isdisjoint(names)]
        return self._asked

    def _asked_kind(self, column: QuestionColumn) -> Features:
        """``who`` asks for people, ``where`` for places, ``when`` for times."""
        opener = self.cues.opener
        if opener not in _OPENERS:
            return {}
        kinds = {"person": column.is_person, "place": column.is_place, "date": column.is_date,
                 "counted": column.is_counted or column.looks_numeric}  # fmt: skip
        return {f"show: {opener} is {kind}": 1.0 for kind, is_kind in kinds.items() if is_kind}
