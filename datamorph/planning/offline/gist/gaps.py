"""Gaps of rows: columns without a value, what has not happened yet, and columns of yes and no."""

from __future__ import annotations

from datamorph.core.datatype import is_time
from datamorph.core.table import TableRef
from datamorph.planning.offline.forms import root
from datamorph.planning.offline.gist.attempt import Unfit
from datamorph.planning.offline.gist.marks import Mark, is_table
from datamorph.planning.offline.gist.shape import Condition, RowGist
from datamorph.planning.offline.gist.wheres import Wheres
from datamorph.planning.offline.gist.words import MONEYS
from datamorph.planning.offline.names import Link
from datamorph.planning.offline.recipes.resolve import nulls, type_of

NEAR = 6
"""So many marks away, words still belong together."""
_LACKING = frozenset({"without", "no", "lacking", "lack", "lacks", "neither"})
_ONLY_LACKING = frozenset({"lacking", "lack", "lacks", "neither"})
"""What is said of rows, and never of the columns that are shown."""
_TOGETHER = frozenset({"both", "either"})
_STAYING = frozenset("keep keeping include including also even too leave still".split())
_ALONE = frozenset("only just rows where whose that".split())
_OPENING = frozenset({"with", "where", "whose", "have", "having", "has", "when", "("})
_TYING = frozenset({",", "no", "nor", "without", "any", "as well as", "both", "either"})
_SO_FAR = frozenset({"yet", "still", "been", "so far", "as yet"})
_OWED = frozenset({"owe", "owed", "owes", "owing", "outstanding"})
_OWED_COLUMNS = frozenset("balance outstanding owed open status state".split())
_NOT_SO = frozenset({"not {0}", "{0} is null"})
_BEING = frozenset({"is", "was", "has", "be", "been"})
_GETTING = frozenset({"got", "get", "gotten", "had", "received", "receive", "gave", "given", "give", "left", "have"})
_LEAVING = frozenset("leave leaving drop dropping exclude excluding remove removing skip skipping omit ignore".split())
_STATUSES = frozenset({"status", "state", "stage", "phase"})
_SHORTEST_STATE = 4
_UN = ("un", "non-", "non", "never-")
_CLOSE = 4
_GIVING = frozenset(map(root, "give gave provide supply share leave left enter fill tell told submit state".split()))
_HAVING = frozenset({"with", "have", "having", "has"})
_ANSWERS = {"true": True, "yes": True, "false": False, "no": False}
_BOTH = 2
_TIES_OF_DEEDS = frozenset("by via with in at through from for to on".split())


class Gaps(Wheres):
    """What rows have no value of."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.rows = RowGist(self.fact)

    def ask(self, links: list[Link], sql: str, place: int) -> None:
        """Only rows count that are so."""
        self.rows.conditions.append(Condition(links, sql, place))

    def name_beside(self, place: int, step: int) -> int | None:
        """The name right beside, over words that ask for nothing."""
        at = place + step
        while 0 <= at < len(self.marks) and (self.marks[at].kind in ("talk", "done") and abs(at - place) < NEAR):
            at += step
        is_name = 0 <= at < len(self.marks) and self.marks[at].kind == "name" and not self.marks[at].use
        return at if is_name else None

    def read_empty(self) -> None:
        """``phone is empty``, ``credit_limit not null``, ``without a phone``, ``neither phone nor email``."""
        for place, mark in enumerate(self.marks):
            if mark.use or self.is_ignored(place):
                continue
            text = mark.text.lower()
            if "missing" in text and self.at(place + 1).text.lower() in ("from", "in"):
                mark.kind, mark.cues = "denied", {}
            elif "empty" in mark.cues:
                self._gap(place, self._columns_around(place), is_empty=bool(mark.cues["empty"]))
            elif mark.kind == "denied" and (at := self._never_got(place)) is not None:
                self._gap(place, [at], is_empty=True)
            elif text in _LACKING and (spots := self._lacked(place)):
                self._refuse_noughts(spots)
                self._gap(place, spots, is_empty=True)
            elif mark.kind == "denied" and (at := self._not_given(place)) is not None:
                mark.use = "filter"
                self._gap(self.next(place + 1), [at], is_empty=True)

    def _not_given(self, place: int) -> int | None:
        """The column that stands behind *never gave us*, *did not leave an*, if it has gaps."""
        verb = self.next(place + 1)
        at = self.name_beside(verb, 1) if root(self.at(verb).text.lower()) in _GIVING else None
        link = self.column(self.marks[at]) if at is not None else None
        return at if link is not None and nulls(self.brief, link) else None

    def _gap(self, place: int, spots: list[int], *, is_empty: bool) -> None:
        """These columns have no value, or have one; a flag has one where it is true."""
        links = [link for at in spots if (link := self.column(self.marks[at])) is not None]
        if not spots or len(links) < len(spots):
            raise Unfit("it is open what is empty")
        start, end = min(place, *spots), max(place, *spots) + 1
        if any(self.marks[at].kind == "denied" and not self.marks[at].use for at in self.clause_before(start)):
            raise Unfit("two words turn it round")
        is_said = "empty" in self.marks[place].cues
        is_either = len(links) == _BOTH and any(mark.use == "either of them" for mark in self.marks[end : end + _BOTH])
        is_either = is_either or (is_said and any(mark.kind == "or" for mark in self.marks[start:end]))
        tie = " or " if is_either else " and "
        is_flag = len(links) == 1 and type_of(self.brief, links[0]) == "boolean" and not is_empty
        test = "" if is_flag else " is null" if is_empty else " is not null"
        sql = tie.join(f"{{{number}}}{test}" for number in range(len(links)))
        self.ask(links, f"({sql})" if len(links) > 1 else sql, place)
        before = self.at(start - 1)
        for mark in (*self.marks[start:end], *([before] if before.text.lower() in _TOGETHER else [])):
            mark.use = mark.use or "filter"

    def _refuse_noughts(self, spots: list[int]) -> None:
        """``days without rain``: where ``rain_mm`` holds 0, that is none as well."""
        for mark in (self.marks[at] for at in spots):
            link = (
                self.column(mark) if not any(mark.text.lower() == one.column.lower() for one in mark.columns) else None
            )
            known = self.brief.said.tables[link.table].profile.columns.get(link.column) if link is not None else None
            if known is not None and any(value == 0 and not isinstance(value, bool) for value in known.values):
                raise Unfit("none may be 0")

    def _columns_around(self, place: int) -> list[int]:
        """What stands right before *is empty*, else right behind: one column, or two of which that is said together."""
        at = self._column_beside(place)
        if at is None:
            return []
        if at > place:
            is_together = {mark.text.lower() for mark in self.marks[place:at]} & _TOGETHER
            spots = self._listed(at, 1) if is_together else [at]
            return spots if len(spots) == 1 + bool(is_together) else []
        spots = self._listed(at, -1)
        first = min(spots)
        words = {mark.text.lower() for mark in self.marks[first - 1 if first else 0 : place]}
        is_together = bool(words & _TOGETHER) or self.at(first - 1).text.lower() in _OPENING
        return spots if is_together and len(spots) == _BOTH else [at]

    def _never_got(self, place: int) -> int | None:
        """``never got a rating``, ``didn't leave a phone``: where the column is named that has no value."""
        at = self.name_beside(place, 1)
        words = [mark.text.lower() for mark in self.marks[place + 1 : at]] if at is not None else []
        link = self.column(self.marks[at]) if at is not None and self._may_be_empty(at) else None
        is_said = bool(_GETTING & set(words)) and words[-1:] in (["a"], ["an"], ["any"])
        return at if is_said and link is not None and nulls(self.brief, link) else None

    def _lacked(self, place: int) -> list[int]:
        """What stands behind *without*, *no* or *neither*; ``without phone and email`` may be about what is shown."""
        at = self.name_beside(place, 1)
        if at is None or self.rows.is_whole or not self._may_be_empty(at):
            return []
        if self.at(at + 1).text.lower() == "whose" and self.marks[at].text.lower().endswith("s"):
            raise Unfit("groups are left out")
        before = {self.marks[i].text.lower() for i in self.clause_before(place)}
        if before & _STAYING and not before & _ALONE:
            raise Unfit("they may stay beside the others")
        spots = self._listed(at, 1)
        words = {mark.text.lower() for mark in self.marks[at : max(spots)]}
        is_certain = self.marks[place].text.lower() in _ONLY_LACKING or bool(words & {"no", "nor", "or", "without"})
        if len(spots) > 1 and is_certain:
            return spots
        return [] if self.at(at + 1).text in (",", "and") else [at]

    def _may_be_empty(self, at: int) -> bool:
        mark, behind = self.marks[at], self.at(self._behind_sign(at))
        link = self.column(mark)
        is_of_value = link is not None and any((v.table, v.column) == (link.table, link.column) for v in behind.values)
        return link is not None and not is_table(mark) and not mark.values and not is_of_value

    def _behind_sign(self, at: int) -> int:
        """The next mark behind a column, over ``is`` and ``=``."""
        behind = self.next(at + 1)
        while self.at(behind).cues.get("compared") == "=" or self.at(behind).text == "=":
            behind = self.next(behind + 1)
        return behind

    def _listed(self, at: int, step: int) -> list[int]:
        """Columns that stand in one list with another, from there on."""
        spots, is_tied = [at], False
        place = at + step
        while 0 <= place < len(self.marks):
            mark = self.marks[place]
            if mark.kind in ("and", "or") or mark.text.lower() in _TYING:
                is_tied = True
            elif is_tied and mark.kind == "name" and not mark.use and self._may_be_empty(place):
                spots.append(place)
                is_tied = False
            elif mark.kind not in ("talk", "done"):
                break
            place += step
        return spots

    def child(self, mark: Mark) -> TableRef | None:
        """A table whose rows belong to these."""
        between = self.brief.said.relations.between
        found = [t for t in mark.tables if t not in self.near and len(between(t, self.fact)) == 1]
        return found[0] if len(found) == 1 else None

    def read_having(self) -> None:
        """``customers with a credit limit``: that have one."""
        for place, mark in enumerate(self.marks):
            is_one = self.at(place + 1).text.lower() in ("a", "an") and mark.text.lower() in _HAVING
            at = self.name_beside(place + 1, 1) if is_one else None
            if at is not None and self.at(at + 1).text.lower() in ("that", "which"):
                continue  # ``have a name that starts with M``
            link = self.column(self.marks[at]) if at is not None else None
            if link is not None and at is not None and not self.marks[at].values and nulls(self.brief, link):
                self._gap(at, [at], is_empty=False)

    def _column_beside(self, place: int) -> int | None:
        """The column right before, else right behind, that no table is named by as well."""
        is_attribute = self.at(place - 1).text.lower() in ("a", "an", "any")
        for step in (1,) if is_attribute else (-1, 1):
            at = self.name_beside(place, step)
            mark = self.marks[at] if at is not None else None
            if mark is not None and self.column(mark) is not None and (not mark.tables or mark.columns[0].score >= 1.0):
                return at
        return None

    def read_states(self) -> None:
        """``unpaid``, ``not returned yet``, ``finished jobs``: what has not happened has no date."""
        for place, mark in enumerate(self.marks):
            if mark.use or mark.values or mark.kind not in ("talk", "other", "deed", "money", "name"):
                continue
            link, is_open = self._state(place)
            if link is None or "named" in self.at(place - 1).cues or self._tells_how(place, link):
                continue
            is_flag = type_of(self.brief, link) == "boolean"
            if (is_flag or nulls(self.brief, link)) and (is_open or not is_flag):
                self._ask_state(place, link, is_open=is_open)
        self._owed()

    def _state(self, place: int) -> tuple[Link | None, bool]:
        """What a word tells of, and whether it says that this has not happened."""
        text = self.marks[place].text.lower()
        bare = next((text.removeprefix(one) for one in _UN if text.startswith(one)), "")
        link = self._event_called(bare) if bare else self.event(self.marks[place])
        link = link or self._state_called(bare or text)
        if link is None and self._is_outstanding(place):
            return self._event_called("paid"), True
        return link, bool(bare)

    def _ask_state(self, place: int, link: Link, *, is_open: bool) -> None:
        """That it has not happened, where that is said by one word or another; or that it has."""
        mark = self.marks[place]
        is_flag = type_of(self.brief, link) == "boolean"
        if not (is_open or is_flag) and (self._is_twice_denied(place) or self._is_so(place, link)):
            mark.use = "filter"
            self.ask([link], "{0} is not null", place)
            return
        denied = self.denied(place)
        is_not = not is_open and denied is not None and place - denied <= _CLOSE
        if is_not and denied is not None:
            self.marks[denied].use = mark.use = "filter"
        if is_not or (is_open and denied is None):
            mark.use = "filter"
            self._so_far(place)
            self.ask([link], "not {0}" if is_flag else "{0} is null", place)

    def _is_twice_denied(self, place: int) -> bool:
        """``leave out the jobs that are not finished``: only those that are, which the two denials then say."""
        said = [at for at in self.clause_before(place) if self.marks[at].kind == "denied" and not self.marks[at].use]
        if len(said) != _BOTH or place - said[0] > _BOTH:
            return False
        between = self.marks[said[1] + 1 : said[0]]
        is_leaving = self.marks[said[1]].text.lower() in _LEAVING and self.marks[said[0]].text.lower() not in _LEAVING
        is_of_rows = all(mark.kind in ("talk", "done", "per") or self.fact in mark.tables for mark in between)
        if not (is_leaving and is_of_rows and any(self.fact in mark.tables for mark in between)):
            return False
        for at in said:
            self.marks[at].use = "filter"
        return True

    def _is_so(self, place: int, link: Link) -> bool:
        """``finished jobs``, ``jobs that have been finished``: it has happened, if nothing else tells of that."""
        mark, before, behind = self.marks[place], self.at(place - 1), self.at(place + 1)
        names = self.brief.said.names.column_words
        others = [name for (ref, name), words in names.items() if ref == self.fact and _STATUSES & set(words)]
        rivals = {one.column for one in mark.columns if one.table == self.fact} - {link.column}
        if others or rivals or any(self.marks[at].kind == "denied" for at in self.clause_before(place)):
            return False
        if behind.kind == "name" and self.fact in behind.tables and behind.start == mark.end:
            return before.kind in ("talk", "done", "break", "count", "and")
        start = mark.start
        is_told = self.brief.words[start - 1 : start] in (("been",), ("already",))
        return is_told and behind.kind in ("break", "per")

    def _is_outstanding(self, place: int) -> bool:
        """``outstanding invoices``: not paid yet, unless a column says how much is."""
        mark, behind = self.marks[place], self.at(place + 1)
        names = self.brief.said.names.column_words
        others = [name for (ref, name), words in names.items() if ref == self.fact and _OWED_COLUMNS & set(words)]
        is_of_rows = behind.kind == "name" and self.fact in behind.tables
        return mark.text.lower() == "outstanding" and is_of_rows and not others

    def _tells_how(self, place: int, link: Link) -> bool:
        """``not reviewed by Gray``: no row without a review, but one with another value of its column.

        Raises:
            Unfit: the value is one of another column, as in ``not paid by card``.
        """
        at = place + 2 if self.at(place + 1).text.lower() in _TIES_OF_DEEDS else place
        held = self.at(self.next(at)).values if at > place else []
        if not any(value.table in self.near for value in held):
            return False
        if not any((value.table, value.column) == (link.table, link.column) for value in held):
            raise Unfit("it is open what has not happened")
        self.marks[place].use = "filter"
        return True

    def _so_far(self, place: int) -> None:
        """``still unpaid``, ``not yet paid``: it goes without saying."""
        for one in (self.at(place - 1), self.at(place + 1)):
            one.use = "filter" if one.text.lower() in _SO_FAR else one.use

    def _owed(self) -> None:
        """``outstanding (unpaid amount)``, ``what they still owe in unpaid bills``: what is not paid is owed."""
        words = {root(word) for one in self.rows.conditions for word in self._words_of(one) if one.sql in _NOT_SO}
        for place, mark in enumerate(self.marks):
            if mark.text.lower() in _OWED and mark.kind in ("other", "deed") and root("paid") in words:
                mark.use = mark.use or "filter"
                self._so_far(place)

    def _words_of(self, one: Condition) -> set[str]:
        names = self.brief.said.names.column_words
        return {word for link in one.links for word in names[link.table, link.column]}

    def _state_called(self, word: str) -> Link | None:
        """The column that is called by what a word says was done, and by nothing else: ``rating`` of *rated*.

        Money is none, of which 0 may be nothing as well.
        """
        if len(word) < _SHORTEST_STATE or not (word.endswith("ed") or word in ("paid", "sold", "sent")):
            return None
        said = root(word)
        schema = self.brief.said.tables[self.fact].schema
        found = [Link(self.fact, name, 1.0) for name in schema.names
                 if not MONEYS & set(self.brief.said.names.column_words[self.fact, name])
                 and {root(one) for one in self.brief.said.names.column_words[self.fact, name]} - _BEING == {said}
                 and not is_time(type_of(self.brief, Link(self.fact, name, 1.0)))]  # fmt: skip
        return found[0] if len(found) == 1 else None

    def _event_called(self, word: str) -> Link | None:
        """The date of what a word tells."""
        said = root(word)
        found = [link for link in self.dates() if said in map(root, self.event_words(link))]
        return found[0] if len(found) == 1 else None

    def read_flags(self) -> None:
        """``discontinued``, ``not rush``: a column of yes and no."""
        for place, mark in enumerate(self.marks):
            link = self.column(mark) if mark.kind == "name" and not mark.use else None
            if link is not None and type_of(self.brief, link) == "boolean":
                is_true = self._is_true(place)
                mark.use = "filter"
                for at in (place - 1, place + 1):
                    self.at(at).use = "filter" if self._is_of_flag(at) else self.at(at).use
                self.ask([link], "{0}" if is_true else "not {0}", place)

    def _is_of_flag(self, at: int) -> bool:
        """``paid = false``, ``not yet paid``: what stands right beside a flag."""
        mark = self.at(at)
        is_sign = mark.cues.get("compared") == "=" and self.at(at + 1).text.lower() in _ANSWERS
        return not mark.use and (is_sign or mark.text.lower() in _SO_FAR)

    def _is_true(self, place: int) -> bool:
        """``rush = true``, ``not rush``: what a flag says; alone in a list it may be a column that is shown."""
        said = [self.marks[i] for i in range(place - 2, place + 4) if 0 <= i < len(self.marks)]
        answers = [mark for mark in said if mark.text.lower() in _ANSWERS and not mark.use]
        if answers:
            answers[0].use = "filter"
            return _ANSWERS[answers[0].text.lower()]
        denied = self.denied(place)
        if denied is not None:
            self.marks[denied].use = "filter"
        elif self.is_listed(place):
            raise Unfit("it is open whether the flag is shown")
        return denied is None
