"""In which order rows stand: ``sorted by price, smallest first``, ``oldest first``."""

from __future__ import annotations

from datamorph.planning.offline.gist.attempt import Unfit
from datamorph.planning.offline.gist.limits import Limits, is_leader
from datamorph.planning.offline.gist.marks import Mark, is_table
from datamorph.planning.offline.gist.shape import Made
from datamorph.planning.offline.names import Link
from datamorph.planning.offline.recipes.resolve import label_of, persons_name, type_of

_CLOSE = 4
_CHRONOLOGICAL = frozenset({"chronologically", "in chronological order"})
_PLAIN_ORDERS = frozenset({"alphabetical", "alphabetically", "in alphabetical order", "a-z", "a to z", "from a to z"})
_BEFORE_KEYS = frozenset({",", "by", "on", "then", "the", "its", "their", "our", "my", "it", "them", "table", "sheet",
                          "list", "of", "also", "rows", "result", "output", "by the", "all"})  # fmt: skip
_EITHER = frozenset({"ascending", "descending", "asc", "desc", "sorted ascending", "sorted descending", "sorted asc",
                     "sorted desc", "in ascending order", "in descending order"})  # fmt: skip
_OF = frozenset({"of", "by"})
_WITHIN = frozenset({"within", "inside"})
_APART = frozenset({"", ">", ";", ":", ".", "(", "|", "\u2192"})
_ORDINALS = frozenset({"first", "firstly", "second", "secondly", "third", "thirdly", "finally", "afterwards"})
_SHOWING = frozenset("show display give return output keep select include list print provide with".split())
_EARNING = frozenset({"paid", "earning", "earners", "earner"})
_PAY = frozenset({"salary", "wage", "pay", "income", "earnings"})


class Sorting(Limits):
    """Rows in an order, all of them or those that come first."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.turned: list[Link | Made] = []

    def read_sorts(self) -> None:
        """``sorted by price, smallest first``, ``order by category, price desc``."""
        for place, mark in enumerate(self.marks):
            if "sort" in mark.cues and not mark.use and not self._is_noun(place):
                mark.use = "order"
                self._sort_keys(place + 1)
        self._by_date()
        for place, mark in enumerate(self.marks):
            if "order" in mark.cues and not mark.use:
                self._direct(place)
        self._within_keys()

    def _is_noun(self, place: int) -> bool:
        """``in descending date order``, ``in price order``: what is sorted by stands in front."""
        mark, before = self.marks[place], self.at(place - 1)
        if mark.text.lower() != "order":
            return False
        if "order" in before.cues:
            mark.use = "order"
            return True
        lead = self.at(place - 2)
        is_date = before.text.lower() == "date"
        is_said = (before.kind == "name" or is_date) and not before.use
        if not is_said or not ("order" in lead.cues or lead.text.lower() == "in"):
            return False
        known = [by for by, _ in self.rows.order if isinstance(by, Link) and self.is_kind(by, "time")]
        link = known[0] if len(known) == 1 and is_date else self.column(before)
        link = self.date() if link is None and is_date else link
        if link is None:
            raise Unfit("it is open what is in that order")
        mark.use = before.use = "order"
        if link not in known:
            self.rows.order.append((link, False))
        if "order" in lead.cues:
            self._turn_last(lead)
        return True

    def _direct(self, place: int) -> None:
        """A direction that stands by itself: of the key that is known, if that has none, else of one of its own."""
        mark = self.marks[place]
        link = self._said_of(mark)
        last = self.rows.order[-1][0] if self.rows.order else None
        if last is not None and (link is None or link == last) and last not in self.turned:
            if len(self.rows.order) != 1:
                raise Unfit("it is open what is in that order")
        elif last is not None and self.rows.count and self._is_led():
            raise Unfit("the first are chosen in one order and shown in another")
        else:
            self.rows.order.append((link or self._directed(mark), False))
        self._turn_last(mark)

    def _said_of(self, mark: Mark) -> Link | None:
        """What the words of a direction name: ``highest fee first``, ``the best paid first``."""
        link = self.column(mark, kinds="time" if mark.in_time else "any") if mark.columns else None
        if link is None and set(mark.text.lower().split()) & _EARNING:
            words = self.brief.said.names.column_words
            found = [name for name in self.brief.said.numbers(self.fact) if set(words[self.fact, name]) & _PAY]
            link = Link(self.fact, found[0], 1.0) if len(found) == 1 else None
        if link is None and mark.columns:
            raise Unfit("it is open what is in that order")
        return link

    def _within_keys(self) -> None:
        """``the best paid first within each team``: within what is sorted by already."""
        keys = [by for by, _ in self.rows.order[:-1]]
        for place, mark in enumerate(self.marks):
            if mark.kind != "name" or mark.use or self.column(mark) not in keys:
                continue
            lead = self._within(place)
            if lead is not None:
                for one in self.marks[lead : place + 1]:
                    one.use = "order"

    def _within(self, place: int) -> int | None:
        """Where ``within each`` begins, right in front of a name; None where that is not said."""
        at = place - 1
        while self.at(at).kind in ("talk", "per") and place - at < _CLOSE:
            if self.marks[at].text.lower().split()[0] in _WITHIN:
                return at
            at -= 1
        return None

    def _by_date(self) -> None:
        """``vets by hire date, earliest first``: in which order they stand."""
        is_directed = any("order" in mark.cues and not mark.use for mark in self.marks)
        for place, mark in enumerate(self.marks):
            at = self.name_beside(place, 1) if mark.text.lower() == "by" and not mark.use else None
            link = self.column(self.marks[at]) if at is not None and not is_table(self.marks[at]) else None
            if link is not None and at is not None and is_directed and not self.rows.order:
                mark.use = self.marks[at].use = "order"
                self.rows.order.append((link, False))

    def _directed(self, mark: Mark) -> Link | Made:
        """What is in an order that only its direction tells: ``oldest first``, ``in chronological order of hiring``."""
        place = self.marks.index(mark)
        link = self._of_what(place) or self._right_behind(place) or self._right_before(place)
        if link is not None:
            return link
        if mark.in_time or mark.text.lower() in _CHRONOLOGICAL:
            return self.date()
        one = self._one_made()
        if one is not None:
            return one
        return self._only_named(mark.text.lower())

    def _right_behind(self, place: int) -> Link | None:
        """``from highest to lowest fee``: the number or the date that stands right there."""
        at = self.name_beside(place, 1)
        mark = self.marks[at] if at is not None else None
        if mark is None or at is None or is_table(mark) or at - place > 1:
            return None
        link = self.column(mark, kinds="time" if self.marks[place].in_time else "number")
        if link is not None:
            mark.use = "order"
        return link

    def _right_before(self, place: int) -> Link | None:
        """``names alphabetical``, ``fee desc``: the column right in front, unless it may be shown for its own sake."""
        mark, text = self.at(place - 1), self.marks[place].text.lower()
        link = self._shown_by(mark) if text in _PLAIN_ORDERS or text in _EITHER else None
        if link is None or mark.use:
            return None
        others = [one for one in self.marks if one is not mark and self._shown_by(one) == link]
        if not others and self.at(place - 2).text not in _APART:
            raise Unfit("it is open whether it is shown")
        mark.use = "order"
        return link

    def _shown_by(self, mark: Mark) -> Link | None:
        """The column that a mark names, or the name of the rows."""
        if mark.kind == "label":
            label = label_of(self.brief, self.fact)
            return Link(self.fact, label, 1.0) if label else None
        return self.column(mark) if mark.kind == "name" and not is_table(mark) else None

    def _only_named(self, text: str) -> Link:
        """The one column that may be meant: the only text for *A to Z*, the only number for *highest first*."""
        open_marks = [mark for mark in self.marks if mark.kind == "name" and not mark.use and not is_table(mark)]
        known = [by for by, _ in self.rows.order]
        named = {link for mark in open_marks if (link := self.column(mark)) is not None and link not in known}
        is_text = text in _PLAIN_ORDERS
        if text not in _EITHER:
            named = {link for link in named if (type_of(self.brief, link) == "string") == is_text}
            named = named if is_text else {link for link in named if self.is_kind(link, "number")}
        if len(named) != 1:
            raise Unfit("it is open what is in that order")
        return next(iter(named))

    def _of_what(self, place: int) -> Link | None:
        """``in descending order of amount``, ``in order of hiring``."""
        tie = self.at(place + 1)
        if tie.text.lower() not in _OF:
            return None
        at = self.next(place + 2)
        label = label_of(self.brief, self.fact)
        if self.at(at).kind == "label" and label:
            tie.use = self.marks[at].use = "order"
            return Link(self.fact, label, 1.0)
        link = self.column(self.at(at)) if self.at(at).kind == "name" else self.event(self.at(at))
        if link is not None:
            tie.use = "order"
            self.marks[at].use = self.marks[at].use or "order"
        return link

    def _sort_keys(self, place: int) -> None:
        """The columns behind ``sorted by``, each with its own direction."""
        known = len(self.rows.order)
        ahead: Mark | None = None
        for at in range(place, len(self.marks)):
            link = self._sort_key(at)
            if link is not None:
                if not self._add_key(link, at, ahead, known):
                    break
                ahead = None
            elif "order" in self.marks[at].cues:
                if len(self.rows.order) == known and not self._directs_next(at):
                    return
                ahead = self._turn_at(at)
            elif not self._is_between_keys(at, has_key=len(self.rows.order) > known):
                break
        if len(self.rows.order) == known:
            self._sort_made(place)

    def _add_key(self, link: Link, at: int, ahead: Mark | None, known: int) -> bool:
        """Sort by one more column, in the direction that stood ahead of it; False for one that is named again."""
        if link not in [by for by, _ in self.rows.order[known:]]:
            self.rows.order.append((link, False))
        elif self._within(at) is None:
            return False
        self.marks[at].use = "order"
        if ahead is not None:
            self._turn_last(ahead)
        return True

    def _turn_at(self, at: int) -> Mark | None:
        """A direction in the list: of the column behind it, which it waits for, or of the one that was named last."""
        if self._directs_next(at):
            return self.marks[at]
        if self.at(at - 1).kind == "and" or self.at(at - 1).text.lower() == "then":
            raise Unfit("it is open what is in that order")
        self._turn_last(self.marks[at])
        return None

    def _sort_key(self, at: int) -> Link | None:
        """The column that a mark names, as it is sorted by; ``name`` is that of the rows."""
        mark = self.marks[at]
        if mark.kind == "label" and not mark.use and self.at(at - 1).use != "order":
            label = label_of(self.brief, self.fact)
            return Link(self.fact, label, 1.0) if label and not persons_name(self.brief, self.fact) else None
        return self.column(mark) if mark.kind == "name" and not mark.use and not is_table(mark) else None

    def _directs_next(self, at: int) -> bool:
        """``then from highest to lowest fee``: the direction of the number or date that stands right behind."""
        behind, before = self.name_beside(at, 1), at - 1
        while self.at(before).kind == "talk":
            before -= 1
        is_begun = self.at(before).kind in ("and", "sort") or self.at(before).text == "," or self._is_rows(before)
        mark = self.marks[behind] if behind is not None else None
        if mark is None or behind is None or behind - at > 1 or not is_begun or is_table(mark):
            return False
        link = self.column(mark)
        return link is not None and (self.is_kind(link, "number") or self.is_kind(link, "time"))

    def _is_rows(self, at: int) -> bool:
        return self.fact in self.at(at).tables

    def _is_between_keys(self, at: int, *, has_key: bool) -> bool:
        """True for what may stand between two columns that are sorted by."""
        mark = self.marks[at]
        text = mark.text.lower()
        if has_key and text in _SHOWING:
            return False
        if (text == "(" and "order" in self.at(at + 1).cues) or (text == ")" and "order" in self.at(at - 1).cues):
            return True
        is_name = mark.kind == "label" and self.at(at - 1).use == "order" and self.at(at - 1).kind == "name"
        if has_key and not mark.use and (text in _ORDINALS or is_name):
            if is_name and (link := self.column(self.at(at - 1))) is not None and self.refers(link):
                raise Unfit("it is open whose name is meant")
            mark.use = "order"
        return mark.use == "order" or mark.kind in ("talk", "done", "and") or text in _BEFORE_KEYS or self._is_rows(at)

    def _sort_made(self, place: int) -> None:
        """``sorted by that total``: by what is made."""
        one = self._one_made()
        if one is None:
            raise Unfit("it is open what is sorted by")
        self.rows.order.append((one, False))
        for mark in self.marks[place : place + _CLOSE]:
            if mark.kind == "break":
                break
            if mark.kind in ("other", "function", "money", "count", "length", "part"):
                mark.use = mark.use or "order"

    def _is_led(self) -> bool:
        """``the 3 oldest``: which rows come first is told by a word of its own."""
        return any(is_leader(mark) and mark.use in ("order", "how many") for mark in self.marks)

    def _one_made(self) -> Made | None:
        """What is made, if it is one new column: ``sorted by that total``."""
        made = [one for one in self.rows.made if not one.replaces]
        return made[0] if len(made) == 1 else None

    def _turn_last(self, mark: Mark) -> None:
        """``price, largest first``: the direction of the column that was named last."""
        link, is_desc = self.rows.order[-1]
        if self.rows.count and is_desc != bool(mark.cues["order"]) and self._is_led():
            raise Unfit("the first are chosen in one order and shown in another")
        self.rows.order[-1] = (link, bool(mark.cues["order"]))
        self.turned.append(link)
        mark.use = "order"
