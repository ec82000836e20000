"""Which rows count: values, numbers and gaps that a prompt names."""

from __future__ import annotations

from itertools import pairwise

from datamorph.core.table import TableRef
from datamorph.planning.offline.gist.attempt import Attempt, Unfit
from datamorph.planning.offline.gist.marks import Mark
from datamorph.planning.offline.gist.shape import Measure, Picked, Test
from datamorph.planning.offline.gist.words import TALK
from datamorph.planning.offline.names import Link
from datamorph.planning.offline.values import ValueLink

_OF = frozenset({"of", "for", "from", "in", "among"})
_NEAR = 4
_ACROSS = frozenset({"as columns", "columns", "in columns", "|", "pivot", "separate", "spread", "across"})
_ALL = frozenset({"all", "every", "each", "other", "whole"})
_BETWEEN = frozenset({"talk", "done", "denied", "compared", "or", "and"})


_LIMITING = frozenset("""
    keep keeping kept only where having with whose who that which if drop dropping leave leaving hide exclude
    excluding least filter filtering skip when paid spent
    """.split())  # fmt: skip
_CLOSE = 3
_SEVERAL = 2
_BLANKS = frozenset({"blanks", "nulls", "empties"})
_IGNORING = frozenset("ignore ignoring skip skipping exclude excluding disregard disregarding omit omitting".split())


class Wheres(Attempt):
    """Conditions."""

    # Values

    def read_values(self) -> None:
        """``cancelled orders``, ``chairs or tables``; several may be a column of the result each."""
        keys = {(key.link.table, key.link.column) for key in self.gist.keys}
        for (table, column), held in self._held_values().items():
            link = Link(table, column, 1.0)
            if (table, column) in keys and len(held) > 1:
                raise Unfit("some of the groups are named")
            if len(held) > 1 and any(mark.text.lower() in _ACROSS and not mark.use for mark in self.marks):
                self._columns_of_values(link, held)
            else:
                self._pick(link, held)

    def _held_values(self) -> dict[tuple[TableRef, str], list[tuple[int, str]]]:
        """The values that are named, with their places, by the column that holds them."""
        found: dict[tuple[TableRef, str], list[tuple[int, str]]] = {}
        for place, mark in enumerate(self.marks):
            if mark.use or not mark.values or self._is_rather_column(mark):
                continue
            if mark.text in TALK and not self._is_among_values(place):
                mark.kind = "and" if mark.text == "plus" else "talk"
                continue
            one = self._value(mark)
            known = found.setdefault((one.table, one.column), [])
            if any(value == one.value for _, value in known):
                raise Unfit(f"{mark.text!r} is said twice")
            self._refuse_variants(one)
            known.append((place, one.value))
        return found

    def _is_rather_column(self, mark: Mark) -> bool:
        """True for a word that is a column of these tables too or names the rows, if it is no value of theirs."""
        if self.fact in mark.tables and not any(v.table in self.near for v in mark.values):
            return True
        rivals = {link.table for link in mark.columns if link.table in self.near and link.score >= 1.0}
        is_own = any(v.table == self.fact for v in mark.values) and self.fact not in rivals
        return bool(rivals) and not is_own

    def _value(self, mark: Mark) -> ValueLink:
        """The one value that a mark names, of the table itself first."""
        near = [v for v in mark.values if v.table in self.near]
        spots = [v for v in near if v.table == self.fact] or near
        if len({(v.table, v.column) for v in spots}) != 1:
            raise Unfit(f"it is open what {mark.text!r} is a value of")
        is_all = any(self._is_all_of(other, spots[0].table, spots[0].column) for other in self.marks)
        if is_all and self.denied(self.marks.index(mark)) is None:
            raise Unfit(f"{mark.text!r} may be an example")
        return spots[0]

    def _pick(self, link: Link, held: list[tuple[int, str]]) -> None:
        """Rows count whose column holds one of the values, or none of them."""
        places = [place for place, _ in held]
        self._refuse_several(places)
        self._refuse_of_one(places)
        for place in places:
            self._equals(place)
        denied = self._denials(places)
        if not denied and self._is_in_exclusion(places[0]):
            raise Unfit("it is open what is left out")
        for place in places:
            self.marks[place].use = "filter"
            self._column_beside_value(place, link)
        for place in denied:
            self.marks[place].use = "filter"
        for mark in self.marks[places[0] : places[-1]]:
            if mark.kind == "or":
                mark.use = "filter"
        self.gist.picked.append(Picked(link, [value for _, value in held], is_denied=bool(denied)))

    def _refuse_several(self, places: list[int]) -> None:
        """``of online sales and of counter sales``, ``online with amount over 5 or by phone``: each goes alone."""
        for first, second in pairwise(places):
            between = self.marks[first + 1 : second]
            ties = [at for at in range(first + 1, second) if self.marks[at].kind == "and"]
            is_of = any(self.at(at + 1).text.lower() == "of" for at in ties)
            if is_of or any(mark.kind == "number" for mark in between):
                raise Unfit("each value may go with something of its own")

    def _refuse_of_one(self, places: list[int]) -> None:
        """``number of sales and average online amount``: the rows of one number, and not of all of them."""
        if len(self.gist.measures) < _SEVERAL:
            return
        for place in places:
            before, behind = self.at(place - 1), self.at(place + 1)
            if before.use == behind.use == "measure" and "function" in before.cues and "function" not in behind.cues:
                raise Unfit("it is open of which rows a number is")

    def _is_in_exclusion(self, place: int) -> bool:
        """``excluding shops in Leeds and online sales``: the list of what is left out goes on."""
        for at in self.clause_before(place):
            mark = self.marks[at]
            if mark.kind == "denied" and mark.use == "filter":
                return any(one.kind in ("and", "or") for one in self.marks[at:place])
            if mark.use in ("per", "key", "measure", "column") or mark.text.lower() in (
                "only",
                "with",
                "where",
                "that",
            ):
                return False
        return False

    def _denials(self, places: list[int]) -> list[int]:
        """Where it is said that these values do not count: in front of the first, or of each of them."""
        first = self.denied(places[0])
        found = [] if first is None else [first]
        for before, place in pairwise(places):
            between = [at for at in range(before + 1, place) if self.marks[at].kind == "denied"]
            is_list = all(self._is_between(self.marks[at]) or self.marks[at].text == "," or self.marks[at].columns
                          for at in range(before + 1, place))  # fmt: skip
            if len(between) > 1 or (between and first is None) or (first is not None and not is_list):
                raise Unfit("it is open what is left out")
            found += between
        return found

    def _equals(self, place: int) -> None:
        """``= 'Chair'``, ``other than Chair``: what stands between a column and its value."""
        at = place - 1
        while at >= 0 and self.marks[at].kind in ("talk", "done") and place - at < _NEAR:
            at -= 1
        mark = self.at(at)
        if "compared" in mark.cues and not mark.use:
            if mark.cues["compared"] == "=":
                mark.use = "filter"
            elif mark.cues["compared"] == "<>":
                mark.kind = "denied"

    def _refuse_variants(self, one: ValueLink) -> None:
        """``Oak`` and ``OAK`` may both be meant."""
        known = self.brief.said.tables[one.table].profile.columns.get(one.column)
        texts = [v for v in (known.values if known else ()) if isinstance(v, str)]
        if sum(text.strip().casefold() == one.value.strip().casefold() for text in texts) > 1:
            raise Unfit(f"{one.value!r} is written in several ways")

    def _column_beside_value(self, place: int, link: Link) -> None:
        """``category Chair``, ``status is cancelled``: the column is named for the value's sake."""
        for step in (-1, 1):
            at = place + step
            while 0 <= at < len(self.marks) and abs(at - place) <= _NEAR and self._is_between(self.marks[at]):
                at += step
            mark = self.at(at)
            found = self.column(mark) if mark.kind == "name" and not mark.use else None
            is_same = found is not None and (found.table, found.column) == (link.table, link.column)
            if is_same and not (step < 0 and self._is_shown_of(at, place)):
                mark.use = "filter"
                return

    def _is_shown_of(self, column: int, value: int) -> bool:
        """``status of the cancelled orders``: what is shown of these rows."""
        between = self.brief.words[self.marks[column].end : self.marks[value].start]
        return self.fact in self.at(value + 1).tables and bool(_OF & set(between))

    def _is_between(self, mark: Mark) -> bool:
        """True for what may stand between a column and its value."""
        return mark.kind in _BETWEEN or mark.use == "filter" or mark.text == "("

    def _columns_of_values(self, link: Link, held: list[tuple[int, str]]) -> None:
        """``counts of attended, cancelled and no_show bookings as columns``: one number for each value."""
        base = self.gist.measures
        between = [self.marks[i] for i in range(held[0][0], held[-1][0]) if self.marks[i].kind == "or"]
        if len(base) != 1 or base[0].function not in ("count", "sum") or base[0].distinct or between:
            raise Unfit("each value may be a column")
        self.gist.measures = [Measure(base[0].function, base[0].of, value=value) for _, value in held]
        self.gist.by_value = link
        for place, _ in held:
            self.marks[place].use = "measure"

    def _is_all_of(self, mark: Mark, table: TableRef, column: str) -> bool:
        """``all disciplines``, ``every plan``: where some of them are named, they are examples."""
        before = self.brief.words[mark.start - 1] if mark.start else ""
        link = self.column(mark) if mark.kind == "name" and before in _ALL else None
        return link is not None and (link.table, link.column) == (table, column)

    def _is_among_values(self, place: int) -> bool:
        """``given, held and plus``: a word that mostly asks for nothing is a value beside others of its column."""
        near = [self.marks[i] for i in range(max(place - 3, 0), min(place + 4, len(self.marks))) if i != place]
        spots = {(v.table, v.column) for v in self.marks[place].values}
        return any((v.table, v.column) in spots for mark in near for v in mark.values)

    # Numbers

    def read_tests(self) -> None:
        """``more than 5 orders``, ``amount above 100``, ``10 or more``."""
        for place, mark in enumerate(self.marks):
            if mark.kind != "number" or mark.use:
                continue
            before, behind = self.at(place - 1), self.at(place + 1)
            if "compared" in before.cues:
                operator, spot = before.cues["compared"], place - 1
                before.use = "filter"
            elif "behind" in behind.cues:
                operator, spot = behind.cues["behind"], place
                behind.use = "filter"
            else:
                continue
            if behind.kind == "share" or behind.text == "%" or self.brief.said.tokens[mark.start].unit:
                raise Unfit("units are not compared")
            mark.use = "filter"
            self.gist.tests.append(self._test(place, spot, operator))

    def _test(self, place: int, spot: int, operator: str) -> Test:
        """What is compared: a column of the rows, or the measure."""
        found = Test(operator, self.marks[place].number)
        denied = self.denied(spot)
        if denied is not None:
            self.marks[denied].use = "filter"
            found.is_denied = True
        rows = self._rows_behind(place)
        if rows is not None:
            if (operator, found.number) in ((">=", 1), (">", 0)):
                raise Unfit("it is asked whether there are any")
            found.measure = self._count_of_rows()
            rows.use = rows.use or "measure"
            return found
        found.link = self._number_before(spot)
        if any(measure.of == found.link for measure in self.gist.measures if measure.of is not None):
            raise Unfit("it is open whether rows or groups are limited")
        if found.link is None:
            if len(self.gist.measures) != 1 or not self._limits_groups(spot):
                raise Unfit("it is open which number is compared")
            found.measure = self.gist.measures[0]
        return found

    def _rows_behind(self, place: int) -> Mark | None:
        """``5 or more cancelled orders``: that rows are counted, right behind the number."""
        after = place + 1
        if self.at(after).kind == "behind":
            after += 1
        if self.at(after).values and not self.at(after).tables:
            after += 1
        mark = self.at(after)
        return mark if self.fact in mark.tables and mark.kind == "name" else None

    def _limits_groups(self, spot: int) -> bool:
        """``keep totals over 20``, ``whose payments add up to more than 20``: it is said that groups are limited."""
        clause = list(self.clause_before(spot))
        words = {word for at in clause for word in self.marks[at].text.lower().split()}
        return bool(words & _LIMITING) or any(self.marks[at].use == "measure" for at in clause[:_CLOSE])

    def _count_of_rows(self) -> Measure:
        """The count of rows; one that is not shown, if none is asked for."""
        for measure in self.gist.measures:
            if measure.function == "count" and not measure.distinct:
                return measure
        self.gist.measures.append(Measure("count", is_shown=False))
        return self.gist.measures[-1]

    def _number_before(self, spot: int) -> Link | None:
        """``amount above 100``: the column right in front of what it is compared with."""
        for at in range(spot - 1, -1, -1):
            mark = self.marks[at]
            if mark.use == "measure":
                break
            link = self.column(mark, kinds="number") if mark.kind == "name" else None
            if link is not None:
                mark.use = "filter"
                return link
            if mark.kind not in ("talk", "done", "denied"):
                break
        return None

    # Gaps

    def is_ignored(self, place: int) -> bool:
        """``ignore blanks``: of whatever is measured."""
        mark, before = self.at(place), self.at(place - 1)
        return mark.text.lower() in _BLANKS and before.text.lower() in _IGNORING

    def read_gaps(self) -> None:
        """``skip visits without recorded minutes``: a function of minutes leaves them out anyway."""
        used = {(m.of.table, m.of.column) for m in self.gist.measures if m.of is not None and m.function != "count"}
        for place, mark in enumerate(self.marks):
            if mark.kind == "denied" and not mark.use and used and not self.gist.has_count():
                blank = self.next(place + 1)
                if self.is_ignored(blank):
                    mark.use = self.marks[blank].use = "no value, no part of it"
            if mark.kind != "denied" or mark.use or mark.text.lower() not in ("without", "no"):
                continue
            at = self.next(place + 1)
            link = self.column(self.at(at), kinds="number")
            outer = [i for i in self.clause_before(place) if self.marks[i].kind == "denied" and not self.marks[i].use]
            if link is not None and (link.table, link.column) in used and len(outer) == 1 and not self.gist.has_count():
                for i in (place, *outer):
                    self.marks[i].use = "no value, no part of it"
