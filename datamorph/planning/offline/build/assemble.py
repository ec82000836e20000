"""From a draft to a spec: filter, join, compute, aggregate, rank, show."""

from __future__ import annotations

from dataclasses import dataclass, field

from datamorph.core.table import TableRef
from datamorph.planning.offline.build.binding import Binder
from datamorph.planning.offline.build.frames import Frames
from datamorph.planning.offline.build.joins import Joins
from datamorph.planning.offline.build.names import group_name, measure_name
from datamorph.planning.offline.build.result import Made, find
from datamorph.planning.offline.build.terms import ColumnLeaf, NameLeaf, Term, combine, leaf
from datamorph.planning.offline.dialog import Refused
from datamorph.planning.offline.model import (
    Aggregate,
    Arithmetic,
    Both,
    Compare,
    Condition,
    Draft,
    Exists,
    Item,
    Missing,
    Negation,
    Noun,
    OneOf,
    Output,
    Period,
    SortKey,
    Within,
)  # fmt: skip
from datamorph.planning.offline.scope import Scope


@dataclass(slots=True)
class Group:
    """One grouping key: a term over rows and the name of its column."""

    term: Term
    name: str
    item: Item
    entity: TableRef | None = None


@dataclass(slots=True)
class Measured:
    """One measure with its term over groups."""

    term: Term
    name: str
    item: Item


@dataclass(slots=True)
class Assembly:
    """Builds the frames of one plan."""

    draft: Draft
    scope: Scope
    frames: Frames
    binder: Binder = field(init=False)
    joins: Joins = field(init=False)
    groups: list[Group] = field(default_factory=list[Group])
    measures: list[Measured] = field(default_factory=list[Measured])
    made: list[Made] = field(default_factory=list[Made])
    key: tuple[str, ...] = ()
    root: TableRef | None = None

    def __post_init__(self) -> None:
        self.binder = Binder(self.scope)
        self.joins = Joins(self.scope, self.draft.joins)

    def build(self) -> None:
        """Add every step; afterwards ``frames`` holds the spec's body and ``key`` its key."""
        self._prepare_top()
        if self.is_grouped:
            self._grouped()
        else:
            self._plain()
        self._finish()

    @property
    def is_grouped(self) -> bool:
        """True when rows are aggregated."""
        return bool(self.draft.measures or self.draft.groups)

    # -- what is asked for ------------------------------------------------------------------------------------------

    def _prepare_top(self) -> None:
        """A ranking by a measure groups by what is ranked and by what it is ranked within."""
        top = self.draft.top
        if top is None:
            return
        measure = top.measure
        if measure is not None and not self._same_measure(measure):
            self.draft.measures.append(measure)
        if not self.draft.measures:
            return
        nouns = [*top.per, *([top.what] if top.what else [])]
        for noun in nouns:
            words = frozenset(noun.words)
            if all(words != group.words for group in self.draft.groups) and noun.links:
                self.draft.groups.append(Item(noun, words, noun.text))

    def _same_measure(self, measure: Item) -> bool:
        return any(known.words >= measure.words for known in self.draft.measures)

    def _facts(self) -> list[TableRef]:
        """Tables whose rows are counted or whose numbers are aggregated."""
        found: list[TableRef] = []
        for item in self.draft.measures:
            found += self._fact_tables(item)
        return found

    def _fact_tables(self, item: Item) -> list[TableRef]:
        found: list[TableRef] = []
        for aggregate in aggregates_of(item):
            noun = aggregate.counted
            if noun is not None and self.scope.is_table(noun) and (table := self.scope.entity(noun)):
                found.append(table)
            elif noun is not None and (link := self.scope.column(noun)):
                found.append(link.table)
            if aggregate.argument is not None:
                found += (
                    [t for t in self.binder.expression(aggregate.argument).tables]
                    if not isinstance(aggregate.argument, Noun)
                    else ([link.table] if (link := self.scope.column(aggregate.argument)) else [])
                )
        return found

    # -- rows -------------------------------------------------------------------------------------------------------

    def _plain(self) -> None:
        tables = self._plain_tables()
        if not tables:
            raise Refused("impossible", "no table of this catalog is named", hint=self._table_hint())
        needed = list(tables)
        self.root = self.binder.root = self.joins.choose_root(tables[:1], [*tables, *self._condition_tables()])
        self._rows([*needed, *self._condition_tables(), *self._output_tables()])
        self.made = [Made(name, frozenset(self.scope.names.column_words.get((table, column), ())))
                     for (table, column), name in self._columns()]  # fmt: skip
        self.made += [Made(item.name, item.words, True) for item in self.draft.computed]
        if not self.key:
            self.key = self._row_key()

    def _columns(self) -> list[tuple[tuple[TableRef, str], str]]:
        return [((found.table, found.column), name) for found, name in self.frames.where.items()]

    def _row_key(self) -> tuple[str, ...]:
        assert self.root is not None  # noqa: S101
        key = self.scope.relations.key(self.root)
        return tuple(self.frames.where[ColumnLeaf(self.root, name)] for name in key)

    def _plain_tables(self) -> list[TableRef]:
        said = [self.scope.entity(noun) for noun in self.draft.tables]
        explicit = self.joins.explicit_tables()
        owned = [table for o in self.draft.outputs if (table := self._owner(o.noun))]
        dedupe = [self.scope.entity(self.draft.dedupe.table)] if self.draft.dedupe and self.draft.dedupe.table else []
        conditions = self._condition_tables()
        first = [*dedupe, *said, *explicit] or [*conditions, *owned]
        return list(dict.fromkeys(table for table in first if table is not None))

    def _owner(self, noun: Noun) -> TableRef | None:
        link = self.scope.column(noun) if noun.links else None
        return link.table if link else None

    def _output_tables(self) -> list[TableRef]:
        found: list[TableRef] = []
        for output in self.draft.outputs:
            if output.noun.links and self.binder.item(output.noun) is None:
                link = self.scope.column(output.noun)
                found += [link.table] if link else []
        return found

    def _condition_tables(self) -> list[TableRef]:
        terms = [
            self.binder.condition(c) for c in self.draft.conditions if not has_exists(c) and not self._is_group_level(c)
        ]
        return [table for term in terms for table in sorted(term.tables)]

    def _table_hint(self) -> str:
        names = [str(ref) for ref in self.scope.tables][:6]
        return f"there is {', '.join(names)}" if names else "load a table first"

    def _rows(self, tables: list[TableRef]) -> None:
        """Start from the root, join, filter, compute: everything before groups."""
        assert self.root is not None  # noqa: S101
        self.frames.start(self.root)
        self._existence()
        self.joins.bring(self.frames, self.root, list(dict.fromkeys(tables)))
        self._fill()
        early = [c for c in self.draft.conditions if not has_exists(c) and not self._is_group_level(c)]
        if early:
            where = (
                " AND ".join(_in_and(self.frames.render(self.binder.condition(c))) for c in early)
                if len(early) > 1
                else (self.frames.render(self.binder.condition(early[0])))
            )
            self.frames.add("filter", "filtered", where=where)
        self._dedupe()
        self._compute()

    def _existence(self) -> None:
        for condition in self.draft.conditions:
            part = condition.part if isinstance(condition, Negation) else condition
            if isinstance(part, Exists):
                self._semi(part.other, is_negated=isinstance(condition, Negation))

    def _semi(self, noun: Noun, *, is_negated: bool) -> None:
        """Keep rows that have, or do not have, a match in the other table."""
        assert self.root is not None  # noqa: S101
        other = self.scope.entity(noun)
        if other is None:
            raise Refused("impossible", f"no table {noun.text!r}", hint=self._table_hint())
        relations = self.scope.relations.between(other, self.root)
        forward = self.scope.relations.between(self.root, other)
        pairs = [(r.target_columns, r.columns) for r in relations] + [(r.columns, r.target_columns) for r in forward]
        if not pairs:
            raise Refused(
                "impossible",
                f"{other.name} and {self.root.name} have no key in common",
                hint="say on which columns they match",
            )
        left, right = pairs[0]
        on = [(self.frames.where[ColumnLeaf(self.root, a)], b) for a, b in zip(left, right, strict=True)]
        self.frames.lookup(self.frames.source(other), other, on, "anti" if is_negated else "semi",
                           base="without_match" if is_negated else "with_match")  # fmt: skip

    def _fill(self) -> None:
        values = {}
        for noun, value in self.draft.fills:
            if noun is not None and (link := self.scope.column(noun)):
                values[self.frames.name_of(ColumnLeaf(link.table, link.column))] = value.value
        if values:
            self.frames.add("fill", "filled", values=values)

    def _dedupe(self) -> None:
        request = self.draft.dedupe
        if request is None:
            return
        by = [self.frames.render(self.binder.noun(noun)) for noun in request.by]
        if by and not request.order:
            raise self._which_row(by)
        if not by:
            self.frames.add("dedupe", "distinct_rows")
            return
        order = [self._order_item(key) for key in request.order]
        self.frames.add("dedupe", "latest" if request.order[0].is_descending else "earliest", by=by, order_by=order)
        self.key = tuple(by)

    def _which_row(self, by: list[str]) -> Exception:
        from datamorph.core.datatype import is_time  # noqa: PLC0415
        from datamorph.planning.offline.dialog import Asked  # noqa: PLC0415

        times = [c.name for c in self.frames.schema if is_time(c.type)]
        choices = [(f"latest:{t}", f"the latest by {t}") for t in times[:2]] + [
            (f"earliest:{t}", f"the earliest by {t}") for t in times[:2]
        ]
        choices = choices or [("any", "any one, by all columns in order"), ("all", "keep all of them")]
        self.scope.dialog.choose("keep_which", f"Which row per {', '.join(by)} is kept?", choices)
        return Asked("which row")

    def _order_item(self, key: SortKey) -> str:
        assert key.noun is not None  # noqa: S101
        name = self.frames.render(self.binder.noun(key.noun))
        return f"{name} desc" if key.is_descending else name

    def _compute(self) -> None:
        items = [item for item in self.draft.computed if not aggregates_of(item)]
        for item in items:
            term = self.binder.expression(item.expression)
            if item.digits is not None:
                term = combine(f"round({{}}, {item.digits})", term)
            item.name = item.name or "computed"
            self.frames.add("derive", "computed", columns={item.name: self.frames.render(term)})
            self.binder.define(item)

    # -- groups -----------------------------------------------------------------------------------------------------

    def _grouped(self) -> None:
        for item in self.draft.computed:
            if not aggregates_of(item):
                self.binder.define(item)
        facts = self._facts()
        key_tables = [t for item in self.draft.groups for t in self._group_tables(item)]
        needed = [*facts, *self.joins.explicit_tables(), *key_tables, *self._condition_tables()]
        if not needed:
            raise Refused("impossible", "no table of this catalog is named", hint=self._table_hint())
        self.root = self.binder.root = self.joins.choose_root(facts, needed)
        self._subjects()
        self.groups = [group for item in self.draft.groups for group in self._bind_group(item)]
        self.measures = [self._bind_measure(item) for item in self.draft.measures]
        havings = [self._having(c) for c in self.draft.conditions if self._is_group_level(c)]
        tables = [t for group in self.groups for t in sorted(group.term.tables)]
        tables += [t for measure in self.measures for t in sorted(measure.term.tables)]
        self._rows([*self.joins.explicit_tables(), *tables, *self._condition_tables()])
        self._aggregate()
        for having in havings:
            self.frames.add("filter", "kept", where=having.render(self.frames.name_of))

    def _subjects(self) -> None:
        """Columns that the prompt is about: they decide between equally good joins."""
        top = self.draft.top
        if top and top.what and not self.scope.is_table(top.what) and (link := self.scope.column(top.what)):
            self.joins.subjects.append(link.column)

    def _group_tables(self, item: Item) -> list[TableRef]:
        if isinstance(item.expression, Noun) and self.binder.item(item.expression) is None:
            if self.scope.is_table(item.expression):
                table = self.scope.entity(item.expression)
                return [table] if table else []
            link = self.scope.column(item.expression)
            return [link.table] if link else []
        return sorted(self.binder.expression(item.expression).tables)

    def _bind_group(self, item: Item) -> list[Group]:
        noun = item.expression
        if isinstance(noun, Noun) and self.binder.item(noun) is None and self.scope.is_table(noun):
            table = self.scope.entity(noun)
            assert table is not None  # noqa: S101
            return self._bind_entity(item, table)
        term = self.binder.expression(noun)
        return [Group(term, group_name(item, term, self.scope), item)]

    def _bind_entity(self, item: Item, table: TableRef) -> list[Group]:
        """A table as a key: its identifying column, with its name for people where the prompt brings the table in."""
        key = self.binder.key_of(table)
        label = self.scope_label(table)
        key_group = Group(key, group_name(item, key, self.scope), item, table)
        if label is None or table == self.root:
            return [key_group]
        label_term = leaf(ColumnLeaf(table, label))
        label_group = Group(label_term, group_name(item, label_term, self.scope), item, table)
        is_lookup = len(self.scope.tables[table].schema) <= 3 and self.scope.relations.is_unique(table, (label,))  # noqa: PLR2004
        if is_lookup:
            self.scope.dialog.assume(f"a {item.text} is shown by its {label}")
            return [label_group]
        return [key_group, label_group] if table in self.joins.explicit_tables() else [key_group]

    def scope_label(self, table: TableRef) -> str | None:
        """The column that names a row of a table for people, if there is exactly one kind of it."""
        from datamorph.planning.offline.lexicon.names import LABELS  # noqa: PLC0415

        for word in LABELS[:2]:
            own = self.scope.names.table_words[table]
            for column in self.scope.tables[table].schema.names:
                words = self.scope.names.column_words[table, column]
                if words in ((word,), (*own, word), (own[-1], word)):
                    return column
        return None

    def _bind_measure(self, item: Item) -> Measured:
        term = self.binder.expression(item.expression)
        if item.digits is not None:
            term = combine(f"round({{}}, {item.digits})", term)
        name = item.name or measure_name(
            item, self.scope, [m.name for m in self.measures] + [g.name for g in self.groups]
        )
        item.name = name
        return Measured(term, name, item)

    def _aggregate(self) -> None:
        by: list[str] = []
        computed: dict[str, str] = {}
        for group in self.groups:
            is_column = len(group.term.text) == 1
            name = self.frames.render(group.term) if is_column else group.name
            if not is_column:
                computed[group.name] = self.frames.render(group.term)
            if name.strip("`") not in by:
                by.append(name.strip("`"))
        if computed:
            self.frames.add("derive", "with_keys", columns=computed)
        base = f"per_{self.groups[-1].item.text.lower()}" if self.groups else "totals"
        measures = {m.name: self.frames.render(m.term) for m in self.measures}
        from datamorph.core.table import snake_case  # noqa: PLC0415

        self.frames.add("aggregate", snake_case(base), by=by, measures=measures)
        kept = {found: name for found, name in self.frames.where.items() if name in by}
        self.frames.where = kept
        self.key = tuple(by)
        self._describe(by)

    def _describe(self, by: list[str]) -> None:
        names = [
            g.term.render(self.frames.name_of).strip("`") if len(g.term.text) == 1 else g.name for g in self.groups
        ]
        self.made = [
            Made(name, g.item.words | frozenset(self._leaf_words(g)))
            for name, g in zip(names, self.groups, strict=True)
        ]
        self.made += [Made(m.name, m.item.words, True, m.item.is_hidden) for m in self.measures]

    def _leaf_words(self, group: Group) -> list[str]:
        return [
            w
            for f in group.term.leaves
            if isinstance(f, ColumnLeaf)
            for w in self.scope.names.column_words[f.table, f.column]
        ]

    def _is_group_level(self, condition: Condition) -> bool:
        """True for a condition on measures."""
        if isinstance(condition, Both):
            return any(self._is_group_level(part) for part in condition.parts)
        if isinstance(condition, Negation):
            return self._is_group_level(condition.part)
        operand = (
            condition.left if isinstance(condition, Compare | Within | OneOf) else getattr(condition, "operand", None)
        )
        if isinstance(operand, Aggregate):
            return True
        return isinstance(operand, Noun) and self._measure_of(operand) is not None

    def _measure_of(self, noun: Noun) -> Item | None:
        if noun.links:
            return None
        made = [Made(str(i), item.words | {item.name}, True) for i, item in enumerate(self.draft.measures)]
        found = find(noun, made)
        if found is None and (
            named := [m for m in self.draft.measures if m.name and m.name.lower() == noun.text.lower()]
        ):
            return named[0]
        return self.draft.measures[int(found.name)] if found else None

    def _having(self, condition: Condition) -> Term:
        if isinstance(condition, Both):
            parts = [self._having(part) for part in condition.parts]
            return combine(f" {condition.operator.upper()} ".join(["({})"] * len(parts)), *parts, is_atom=False)
        if isinstance(condition, Negation):
            return combine("NOT ({})", self._having(condition.part), is_atom=False)
        if isinstance(condition, Compare):
            left = self._measured(condition.left)
            return combine(
                f"{{}} {condition.operator} {{}}", left, self.binder.expression(condition.right), is_atom=False
            )
        if isinstance(condition, Within):
            low, high = self.binder.expression(condition.low), self.binder.expression(condition.high)
            return combine("{} BETWEEN {} AND {}", self._measured(condition.left), low, high, is_atom=False)
        if isinstance(condition, Missing):
            return combine("{} IS NULL", self._measured(condition.operand), is_atom=False)
        raise Refused("out_of_scope", "that test of a group is not supported", hint="compare a measure with a number")

    def _measured(self, operand: object) -> Term:
        """The measure that a condition is about; one that is not shown is computed and left out."""
        if isinstance(operand, Noun) and (item := self._measure_of(operand)):
            return leaf(NameLeaf(item.name))
        if not isinstance(operand, Aggregate):
            raise Refused(
                "out_of_scope", "that test of a group is not supported", hint="compare a measure with a number"
            )
        term = self.binder.aggregate(operand)
        for measure in self.measures:
            bare = self.binder.expression(measure.item.expression)
            if bare == term:
                return leaf(NameLeaf(measure.name))
        words = operand.counted.words if operand.counted else ()
        item = Item(operand, frozenset({"count", *words}), "", is_hidden=True)
        hidden = self._bind_measure(item)
        self.measures.append(hidden)
        return leaf(NameLeaf(hidden.name))

    # -- the result -------------------------------------------------------------------------------------------------

    def _finish(self) -> None:
        order = self._top()
        shown = self._shown()
        self._select(shown)
        self._sort(order, shown)

    def _top(self) -> list[str]:
        top = self.draft.top
        if top is None:
            return []
        by = self._top_order(top.by, is_descending=top.is_descending)
        per = [self._resolve(noun).name for noun in top.per]
        ties = [
            name for name in self.key if name not in per and name not in {item.removesuffix(" desc") for item in by}
        ]
        said = (
            [self._sort_item(key) for key in self.draft.sorts if key.noun is not None and per == []]
            if not self.draft.sorts
            else []
        )
        if ties:
            self.scope.dialog.assume(f"equal ranks are decided by {', '.join(ties)}")
        self.frames.add("top", f"top_{top.n}", n=top.n, order_by=[*by, *said, *ties], per=per)
        return [*per, *by, *ties]

    def _top_order(self, keys: list[SortKey], *, is_descending: bool) -> list[str]:
        if keys and keys[0].noun is not None:
            name = self._resolve(keys[0].noun).name
            return [f"{name} desc" if is_descending else name]
        measures = [made for made in self.made if made.is_measure]
        if not measures:
            raise Refused(
                "impossible", "it is not said by what the first rows are chosen", hint="add 'by' and a measure"
            )
        if len(measures) > 1:
            choices = [(m.name, m.name) for m in measures]
            name = self.scope.dialog.choose("rank_by", "Which measure decides?", choices)
            return [f"{name} desc" if is_descending else name]
        return [f"{measures[0].name} desc" if is_descending else measures[0].name]

    def _resolve(self, noun: Noun) -> Made:
        """The column of the current frame that a noun means."""
        found = find(noun, self.made)
        if found is not None:
            return found
        if noun.links and (link := self.scope.column(noun)):
            spot = ColumnLeaf(link.table, link.column)
            if spot in self.frames.where:
                return Made(self.frames.where[spot], frozenset(noun.words))
        names = [made.name for made in self.made if not made.is_hidden][:4]
        choices = (
            [(name, name) for name in names]
            if len(names) > 1
            else [("ignore", "leave it out"), *((n, n) for n in names)]
        )
        picked = self.scope.dialog.choose(f"what_{noun.text}", f"What is {noun.text!r}?", choices)
        return next((made for made in self.made if made.name == picked), Made(names[0] if names else "", frozenset()))

    def _shown(self) -> list[tuple[str, str]]:
        """``(new name, name in the frame)`` of the result's columns."""
        if not self.draft.outputs:
            return self._default_columns()
        shown: list[tuple[str, str]] = [] if self._lists_all() else self._default_columns()
        for output in self.draft.outputs:
            new, old = self._show(output)
            if old not in {o for _, o in shown} or output.name:
                shown = [pair for pair in shown if pair[1] != old]
                shown.append((new, old))
        return shown

    def _lists_all(self) -> bool:
        return any(not output.is_added for output in self.draft.outputs)

    def _default_columns(self) -> list[tuple[str, str]]:
        if not self.is_grouped:
            return [(name, name) for name in self.frames.schema.names]
        return [(self._nice(made.name), made.name) for made in self.made if not made.is_hidden]

    def _nice(self, name: str) -> str:
        """``name`` of a joined table becomes ``airline_name`` in the result."""
        for group in self.groups:
            if len(group.term.text) == 1 and group.term.render(self.frames.name_of).strip("`") == name:
                return group.name
        return name

    def _show(self, output: Output) -> tuple[str, str]:
        noun = output.noun
        if output.definition is not None:
            for measure in self.measures:
                if measure.item.expression is output.definition:
                    return output.name or measure.name, measure.name
        if (made := find(noun, self.made)) is not None:
            return output.name or self._nice(made.name), made.name
        link = self.scope.column(noun) if noun.links else None
        if link is None:
            made = self._resolve(noun)
            return output.name or noun.text, made.name
        spot = ColumnLeaf(link.table, link.column)
        if spot not in self.frames.where:
            self._look_up(link.table)
        name = self.frames.name_of(spot)
        return output.name or self._label_name(noun, link.table, link.column), name

    def _label_name(self, noun: Noun, table: TableRef, column: str) -> str:
        from datamorph.core.table import snake_case  # noqa: PLC0415

        if column.lower() in ("name", "title", "label", "description", "type"):
            return snake_case(noun.text) if len(noun.words) > 1 else column
        return column

    def _look_up(self, table: TableRef) -> None:
        """Bring in a table for its columns alone, after grouping: one row of it per row of the result."""
        for spot in list(self.frames.where):
            options = tuple(r for r in self.scope.relations.between(spot.table, table) if len(r.columns) == 1)
            usable = tuple(r for r in options if ColumnLeaf(spot.table, r.columns[0]) in self.frames.where)
            if usable:
                relation = self.joins.pick(usable)
                on = [(self.frames.where[ColumnLeaf(spot.table, relation.columns[0])], relation.target_columns[0])]
                if relation.coverage < 1:
                    self.scope.dialog.assume(
                        f"{relation.columns[0]} without a match in {table.name} is kept, with an empty {table.name} part (left join)"
                    )
                self.frames.lookup(self.frames.source(table), table, on, "left", base=f"with_{table.name}")
                return
        raise Refused("impossible", f"{table.name} cannot be reached from the result", hint="group by its key first")

    def _select(self, shown: list[tuple[str, str]]) -> None:
        names = [old for _, old in shown]
        if names == list(self.frames.schema.names) and all(new == old for new, old in shown):
            return
        columns = [new if new == old else {new: old} for new, old in shown]
        self.frames.add("select", "result", columns=columns)
        renamed = {old: new for new, old in shown}
        self.frames.where = {spot: renamed[name] for spot, name in self.frames.where.items() if name in renamed}
        self.made = [Made(renamed[m.name], m.words, m.is_measure) for m in self.made if m.name in renamed]
        self.key = tuple(renamed[k] for k in self.key) if all(k in renamed for k in self.key) else ()

    def _sort(self, order: list[str], shown: list[tuple[str, str]]) -> None:
        renamed = {old: new for new, old in shown}
        items = [self._sort_item(key) for key in self.draft.sorts]
        if not items:
            items = [_renamed(item, renamed) for item in order if item.removesuffix(" desc") in renamed]
        if not items:
            return
        ties = [name for name in self.key if name not in {item.removesuffix(" desc") for item in items}]
        if ties and self.draft.sorts:
            self.scope.dialog.assume(f"rows that sort equally are ordered by {', '.join(ties)}")
        self.frames.add("sort", "sorted", by=list(dict.fromkeys([*items, *ties])))

    def _sort_item(self, key: SortKey) -> str:
        if key.noun is not None:
            name = self._resolve(key.noun).name
        else:
            measures = [made.name for made in self.made if made.is_measure] or [made.name for made in self.made]
            name = measures[0]
        return f"{name} desc" if key.is_descending else name


def _renamed(item: str, names: dict[str, str]) -> str:
    bare = item.removesuffix(" desc")
    return names[bare] + item[len(bare) :]


def _in_and(text: str) -> str:
    return f"({text})" if " OR " in text else text


def aggregates_of(item: Item) -> list[Aggregate]:
    """Aggregates inside an item's expression."""
    expression = item.expression
    if isinstance(expression, Aggregate):
        return [expression]
    if isinstance(expression, Arithmetic):
        return [
            *aggregates_of(Item(expression.left, frozenset(), "")),
            *aggregates_of(Item(expression.right, frozenset(), "")),
        ]
    return []


def has_exists(condition: Condition) -> bool:
    """True for a condition that looks into another table."""
    if isinstance(condition, Negation):
        return has_exists(condition.part)
    if isinstance(condition, Both):
        return any(has_exists(part) for part in condition.parts)
    return isinstance(condition, Exists)


__all__ = ["Assembly", "Period", "has_exists"]
