"""A request for rows of a table: which ones, which columns of them, in which order; every mark must find a use."""

from __future__ import annotations

from datamorph.planning.offline.gist.attempt import Unfit
from datamorph.planning.offline.gist.existing import is_owner_said, read_existing
from datamorph.planning.offline.gist.firm import read_phrased
from datamorph.planning.offline.gist.formulas import read_formulas
from datamorph.planning.offline.gist.joining import read_joining
from datamorph.planning.offline.gist.marks import Mark
from datamorph.planning.offline.gist.moments import read_moments
from datamorph.planning.offline.gist.neighbours import read_neighbours
from datamorph.planning.offline.gist.reckoned import read_reckoned
from datamorph.planning.offline.gist.shape import RowGist
from datamorph.planning.offline.gist.texts import read_fills, read_texts
from datamorph.planning.offline.gist.versions import read_versions
from datamorph.planning.offline.gist.words import ADDING, BESIDE, DROPPING, RHYTHMS, WHOLE
from datamorph.planning.offline.gist.works import Works
from datamorph.planning.offline.names import Link
from datamorph.planning.offline.recipes.resolve import label_of, nulls, persons_name, type_of

_KEYS = frozenset({"id", "ids", "key", "keys", "identifier", "identifiers"})
_NO_COUNTS = frozenset({"number", "numbers", "volume", "times", "size"})
_EVERY = frozenset({"each", "every", "for each", "for every", "of each", "of every", "for all", "for any", "by"})
_ARTICLES = frozenset({"the", "a", "an", "its", "their", "our", "your"})
_ALSO = _ARTICLES | {"also", "themselves", "themself", "both", "now", "still"}
_AROUND = frozenset(
    """
    = but stays stay same other others such alongside front first column always extra again also purposes only leave
    leaving keep rest needs needed matching entirely turn turned one two three separate put place already beside
    """.split()
)
"""Words around work on columns."""
_WHICH, _OCCUR = frozenset({"which", "what"}), frozenset({"there", "occur", "exist", "appear"})
_ORDERING = frozenset({"order", "sort"})
_CLOSE = 4
_WITHIN = frozenset({"within", "per", "inside", "each", "every"})
_NO_OUTPUTS = frozenset("as by than where whose when under is are was were be being marked if on in until not".split())


class Rows(Works):
    """Rows, and what is shown of them."""

    def compose(self) -> RowGist:
        """The request.

        Raises:
            Unfit: something has no use, or has several.
        """
        self._read()
        left = [mark for mark in self.marks if mark.is_open]
        if left:
            raise Unfit(f"no use for {[mark.text for mark in left]}")
        self.rows.picked, self.rows.spans = self.gist.picked, self.gist.spans
        self._check()
        return self.rows

    def _read(self) -> None:
        """Each in turn takes the marks that it has a use for, so what is surer comes first."""
        self._refuse_rhythms()
        read_phrased(self)
        self.read_joins()
        read_joining(self)
        self.read_spans()
        self._whole()
        self.read_folds()
        self._read_works()
        self.refuse_formulas()
        self._adding()
        read_existing(self)
        self._refuse_measures()
        self.read_compared_columns()
        self.read_numbers()
        self.read_empty()
        self.read_having()
        self.read_states()
        self._or_both()
        if any(mark.text.lower() == "both" and not mark.use for mark in self.marks):
            raise Unfit("it is open what both are")
        self.read_limit()
        self.read_sorts()
        self.read_existence()
        self.read_likes()
        self.read_values()
        self.read_weekends()
        self.read_flags()
        self._drops()
        self._outputs()
        self.name_made()
        self._context()

    def _read_works(self) -> None:
        """What is made of columns, and which rows stay of several."""
        read_formulas(self)
        read_texts(self)
        read_moments(self)
        read_reckoned(self)
        read_neighbours(self)
        read_fills(self)
        if not (self.rows.made or self.rows.best):
            read_versions(self)

    def _or_both(self) -> None:
        """``rabbits or without a chip (or both)``: that one of them is enough, which *or* says by itself."""
        for place, mark in enumerate(self.marks):
            if mark.text.lower() in ("both", "neither") and self.at(place - 1).kind == "or" and not mark.use:
                self.marks[place - 1].use = mark.use = "either of them"

    def _refuse_rhythms(self) -> None:
        """``monthly``, ``year by year``: groups of rows."""
        for mark in self.marks:
            words = mark.text.lower().split() if "part" in mark.cues else []
            if words and (words[0] in RHYTHMS or "by" in words):
                raise Unfit("groups of a rhythm are asked for")

    def _refuse_measures(self) -> None:
        """Requests for groups are none for rows."""
        for mark in self.marks:
            if mark.use:
                continue
            if mark.kind == "money" and self._is_no_sum(self.marks.index(mark)):
                continue
            is_count = mark.kind == "count" and mark.text.lower() not in _NO_COUNTS
            is_sum = mark.kind == "function" and mark.cues.get("function") in ("sum", "avg", "median")
            if is_count or is_sum or "share" in mark.cues or mark.kind == "money":
                raise Unfit("numbers of groups are asked for")

    def _is_no_sum(self, place: int) -> bool:
        """``not paid yet``, ``the paid bills``, ``worth more than 50``: what has happened, or what is compared."""
        mark, behind = self.marks[place], self.at(place + 1)
        if mark.text.lower() == "worth":
            return "compared" in behind.cues and self.at(place + 2).kind == "number"
        denied = self.denied(place)
        is_of_rows = self.fact in behind.tables and behind.start == mark.end
        is_late = {behind.text.lower(), self.at(place + 2).text.lower()} & {"late"}
        is_state = is_of_rows or is_late or (denied is not None and place - denied <= _CLOSE)
        return bool(is_state) and self.event(mark) is not None

    # What must not stay open

    def _check(self) -> None:
        """Something is asked of the table, and which columns are shown is certain."""
        rows = self.rows
        if any(mark.use == "either of them" for mark in self.marks) and not self._has_alternatives():
            raise Unfit("it is open what both are")
        has_test = bool(rows.picked or rows.spans or rows.tests or rows.conditions or rows.existence)
        has_work = bool(rows.made or rows.best)
        if not (has_test or has_work or rows.outputs or rows.dropped or rows.order or rows.is_distinct):
            raise Unfit("nothing is asked of the rows")
        self.settle_made(has_test=has_test)
        owned = [link for link in rows.outputs if link.table == self.fact]
        self._refuse_unnamed([*owned, *(link for one in rows.made for link in one.links)])
        if len(rows.outputs) == 1 and nulls(self.brief, rows.outputs[0]):
            place = next(
                (at for at, mark in enumerate(self.marks) if mark.start == rows.places.get(rows.outputs[0])), 0
            )
            if self._word_before(place) in ("with", "having"):
                raise Unfit("it is open whether it is shown or must be there")
        if rows.is_whole and owned:
            raise Unfit("all columns, or some of them")
        self.refuse_repeated()
        if rows.outputs and not owned and not rows.is_whole:
            raise Unfit("it is open whether the other columns stay")

    def _has_alternatives(self) -> bool:
        return self.rows.is_any or any(" or " in one.sql for one in self.rows.conditions)

    def _refuse_unnamed(self, owned: list[Link]) -> None:
        """``sku and price``: columns alone name their table, unless another is named."""
        if any((self.fact in mark.tables or self._begins_with_rows(mark)) and mark.use for mark in self.marks):
            return
        if not owned or (any(mark.tables for mark in self.marks if mark.kind == "name") and not is_owner_said(self)):
            raise Unfit("it is not named")

    def _begins_with_rows(self, mark: Mark) -> bool:
        """``trips started``: a column behind the name of its rows."""
        found = self.brief.said.table(mark.start) if mark.kind == "name" and mark.end - mark.start > 1 else None
        return found is not None and found[1] == self.fact and mark.start + found[0] < mark.end

    # Which columns

    def _whole(self) -> None:
        """``full rows``, ``all columns``; ``add the branch name to``."""
        for place, mark in enumerate(self.marks):
            tokens = self.brief.said.tokens
            found = WHOLE.match(tokens, mark.start) or BESIDE.match(tokens, mark.start)
            within = [one for one in self.marks[place:] if found and one.start < mark.start + found[0]]
            is_told = any(one.use for one in within if one.kind != "name")
            if found is not None and not is_told and within[-1].end <= mark.start + found[0]:  # not ``the full name``
                self.rows.is_whole = True
                for one in within:
                    one.use = one.use if one.kind == "name" else "all columns"

    def _adding(self) -> None:
        """``add a rank to the sales``: what is made stands beside all columns."""
        for mark in self.marks:
            if mark.text.lower() in ADDING and mark.kind in ("other", "talk") and not mark.use:
                self.rows.is_whole, mark.use = True, "added columns"

    def _drops(self) -> None:
        """``leave out phone numbers and email``: columns that are not shown."""
        for place, mark in enumerate(self.marks):
            if mark.use or mark.text.lower() not in DROPPING:
                continue
            found, end = self._columns_behind(place)
            if not found:
                return
            self.rows.dropped.extend(found)
            for one in self.marks[place:end]:
                one.use = one.use or ("left out" if one.kind in ("denied", "count") else "")
            mark.use = "left out"

    def _columns_behind(self, place: int) -> tuple[list[Link], int]:
        """The columns of a list, which are used up, and where it ends."""
        found: list[Link] = []
        at = place + 1
        while at < len(self.marks):
            mark = self.marks[at]
            link = self.column(mark) if mark.kind == "name" and not mark.use else None
            if link is not None:
                found.append(link)
                mark.use = "left out"
            elif not (mark.kind in ("talk", "done", "and", "count") or mark.text == ","):
                break
            at += 1
        return found, at

    def _outputs(self) -> None:
        """``sku, price and the supplier's name``; ``distinct cities``."""
        for place, mark in enumerate(self.marks):
            if mark.use:
                continue
            if mark.kind == "label":
                self._label(place)
            elif self._is_key(place):
                self._show_key(mark)
            else:
                self._output(place)
        self._each_once()

    def _is_key(self, place: int) -> bool:
        """``id``, ``order numbers``: the key of the rows."""
        mark = self.marks[place]
        text = mark.text.lower()
        is_number = text in ("number", "numbers") and self.fact in self.at(place - 1).tables
        return is_number or (text in _KEYS and mark.kind in ("other", "talk"))

    def _show_key(self, mark: Mark) -> None:
        """The key is shown if it is one column."""
        key = self.brief.said.relations.key(self.fact)
        if len(key) == 1:
            self._show(Link(self.fact, key[0], 1.0), mark)

    def _output(self, place: int) -> None:
        """A name that is left is a column that is shown, if it can be nothing else."""
        mark, behind = self.marks[place], self.at(place + 1)
        link = self.column(mark) if mark.kind == "name" else None
        if link is None:
            return
        before = self._word_before(place, over=_ALSO)
        if self.fact in behind.tables and behind.start == mark.end:
            raise Unfit(f"it is open what {mark.text!r} rows are")
        if self._stands_in(place) or self._is_left_out(place) or (self.rows.count and before in _WITHIN):
            raise Unfit(f"it is open what {mark.text!r} is for")
        if before in ("by", "(") and any(one.link == link for one in self.gist.picked):
            mark.use = "named again"
            return
        is_table = bool(mark.tables) and mark.columns[0].score < 1.0
        if not is_table and self._is_row_key(link, place):
            self._show(link, mark)
        elif before in _NO_OUTPUTS and not (is_table and self.fact in mark.tables):
            raise Unfit(f"it is open what {mark.text!r} is for")
        elif not is_table and not self._may_be_value(mark):
            self._show(link, mark)

    def _may_be_value(self, mark: Mark) -> bool:
        """``phone`` is a column where these tables have one, although others hold it as a value."""
        return any(value.table in self.near for value in mark.values)

    def _stands_in(self, place: int) -> bool:
        """``returned_on (due_on where that is missing)``: a column with a condition of its own."""
        opening = next((at for at in range(place - 1, -1, -1) if self.marks[at].text in ("(", ")")), None)
        if opening is None or self.marks[opening].text == ")":
            return False
        closing = next((at for at in range(place, len(self.marks)) if self.marks[at].text == ")"), place)
        return any(mark.use == "filter" for mark in self.marks[opening:closing])

    def _is_left_out(self, place: int) -> bool:
        """``remove the phone and counter amounts``: the rows, or what is shown of them."""
        before = self.at(place - 1)
        is_of_value = bool(before.values) and before.use == "filter" and before.end == self.marks[place].start
        said = [self.marks[at] for at in self.clause_before(place)] if is_of_value else []
        return any(mark.kind == "denied" and mark.use == "filter" for mark in said)

    def _is_row_key(self, link: Link, place: int) -> bool:
        """``the rounded rating by venue_id``: what is made of each row, beside its key."""
        is_key = self.brief.said.relations.key(self.fact) == (link.column,) and link.table == self.fact
        before = self.at(place - 1)
        if is_key and self.rows.made and before.text.lower() in ("by", "per", "for each", "for every"):
            before.use = before.use or "of every row"
            return True
        return False

    def _each_once(self) -> None:
        """``distinct cities``: each row of the result once."""
        found = [mark for place, mark in enumerate(self.marks)
                 if "distinct" in mark.cues or "once" in mark.cues or self._is_each_once(place)]  # fmt: skip
        if any(not mark.use for mark in found):
            self.rows.is_distinct = bool(self.rows.outputs) and not self.rows.is_whole
            for mark in found:
                mark.use = "each once"

    def _is_each_once(self, place: int) -> bool:
        """``each country once``; ``which countries are there``."""
        if place == 0 and self.marks[0].text.lower() in _WHICH and len(self.rows.outputs) == 1:
            return bool(_OCCUR & set(self.brief.words))
        before = {self.marks[at].text.lower() for at in self.clause_before(place)}
        return self.marks[place].text.lower() == "once" and bool(before & {"each", "every"})

    def _word_before(self, place: int, *, over: frozenset[str] = _ARTICLES) -> str:
        """What stands in front of a name, over articles, and over *also* where that asks for nothing."""
        start = self.marks[place].start - 1
        while start >= 0 and self.brief.words[start] in over:
            start -= 1
        return self.brief.words[start] if start >= 0 else ""

    def _show(self, link: Link, mark: Mark) -> None:
        mark.use = "column"
        if link not in self.rows.outputs:
            self.rows.outputs.append(link)
            self.rows.places[link] = mark.start
        elif self.is_in_list(self.marks.index(mark)) and not _ORDERING & set(self.at(self.marks.index(mark) + 1).cues):
            self.rows.places[link] = mark.start  # ``look up the name ..., then keep sku and name``

    def _label(self, place: int) -> None:
        """``names``: of the rows, or of the thing that is named right there."""
        before = self.at(place - 1)
        if before.end == self.marks[place].start and before.use and before.columns and not before.tables:
            link = self.column(before)
            if link is not None and (self.refers(link) or type_of(self.brief, link) != "string"):
                raise Unfit("it is open whose name is meant")
            self.marks[place].use = before.use
            return
        owner = self.at(self.next(place + 1))
        if self.at(place + 1).text.lower() == "of" and owner.columns and not owner.tables:
            raise Unfit("it is open whose name is meant")
        table = self.labelled(place) or self.fact
        label = label_of(self.brief, table)
        if not label or table not in self.near or persons_name(self.brief, table):
            raise Unfit("it is open whose name is meant")
        self._show(Link(table, label, 1.0), self.marks[place])

    # What is said on the way

    def _context(self) -> None:
        """The table is named, and others on the way."""
        shown = {link.table for link in self.rows.outputs} | {one.link.table for one in self.gist.picked}
        shown |= {link.table for one in self.rows.conditions for link in one.links} | {self.fact}
        if self.rows.made or self.rows.best is not None:
            self.speak(_AROUND, "asks for nothing")
        self.read_alternatives()
        self._refuse_entries()
        for place, mark in enumerate(self.marks):
            if not mark.is_open:
                continue
            table = self.table(mark) if mark.kind in ("name", "deed") else None
            if table is not None and table in shown and not self._may_be_value(mark):
                mark.use = "named again"
            elif "per" in mark.cues and self._is_every_row(place):
                mark.use = "of every row"
            elif mark.kind == "named":
                mark.use = "columns"
            elif mark.cues.get("compared") == "=" and self._is_beside_filter(place):
                mark.use = "filter"

    def _refuse_entries(self) -> None:
        """``hosts and their chiefs``, ``member, email``: the thing itself is one of what is shown."""
        for place, mark in enumerate(self.marks):
            if mark.is_open and mark.kind == "name" and self.table(mark) == self.fact and self._is_entry(place):
                raise Unfit("it is open what is shown of the rows")

    def _is_entry(self, place: int) -> bool:
        behind, then = self.at(place + 1), self.at(place + 2)
        if behind.kind == "and":
            return then.text.lower() in ("their", "its")
        is_first = all(mark.kind in ("talk", "done") for mark in self.marks[:place])
        return is_first and not self.is_plural(self.marks[place]) and behind.text == "," and then.use == "column"

    def _is_every_row(self, place: int) -> bool:
        """``each order``, ``one row per customer``: all of them."""
        behind = self.at(self.next(place + 1))
        is_fact = behind.kind == "name" and self.table(behind) == self.fact
        return is_fact or self.marks[place].text.lower() in _EVERY

    def _is_beside_filter(self, place: int) -> bool:
        return "filter" in (self.at(place - 1).use, self.at(place + 1).use)
