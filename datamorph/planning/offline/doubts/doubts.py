"""A second look at a finished plan, by other means than those that made it.

A plan that is doubted is shown with the doubt, and runs only when a person says that it is what was meant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from datamorph.core.plan import Choice, Proposal, Question, Questions, Refusal
from datamorph.planning.offline.doubts.conditions import (
    borrowed_events,
    borrowed_times,
    half_excluded,
    impossible,
    lost_absences,
    lost_first_days,
    lost_months,
    lost_wholes,
    shared_bounds,
)
from datamorph.planning.offline.doubts.defined import lost_definitions
from datamorph.planning.offline.doubts.evidence import Evidence
from datamorph.planning.offline.doubts.gaps import (
    dropped_and_filled,
    empty_operands,
    gaps_of_values,
    missing_zeros,
    particles_as_values,
)
from datamorph.planning.offline.doubts.lost import (
    lost_flags,
    lost_items,
    lost_marks,
    lost_order,
    lost_ties,
    strange_lists,
    strange_prefixes,
    strange_rest,
    unasked_columns,
)
from datamorph.planning.offline.doubts.measured import (
    limits_of_rows,
    loose_arithmetic,
    lost_counts,
    nested_functions,
    parts_of_wholes,
    totals_of_rows,
)
from datamorph.planning.offline.doubts.modifiers import lost_modifiers, lost_restrictions
from datamorph.planning.offline.doubts.nulls import lost_letters, strange_gaps
from datamorph.planning.offline.doubts.picked import (
    groups_of_picked,
    idle_columns,
    late_cleaning,
    lost_defaults,
    lost_numbers,
    lost_orders,
    mixed_runs,
)
from datamorph.planning.offline.doubts.renamed import empty_joins, lost_additions, strange_renames
from datamorph.planning.offline.doubts.rivals import rival_tables, rival_ways
from datamorph.planning.offline.doubts.said_cleaning import (
    kept_though_indifferent,
    lost_cleaning,
    lost_names,
    lost_neighbours,
    lost_pairs,
    lost_series,
    missing_absence,
    missing_dedupe,
    numbered_alone,
    strange_places,
)
from datamorph.planning.offline.doubts.said_columns import missing_columns, missing_items
from datamorph.planning.offline.doubts.said_groups import (
    bare_keys,
    columns_as_groups,
    counts_as_groups,
    hidden_keys,
    lost_owners,
    missing_groups,
    strange_counts,
    strange_groups,
    strange_orders,
)
from datamorph.planning.offline.doubts.said_values import missing_names, missing_numbers, missing_texts, missing_values
from datamorph.planning.offline.doubts.said_work import (
    lost_digits,
    missing_choice,
    missing_count,
    missing_digits,
    missing_direction,
    missing_rejection,
    missing_unit,
    missing_work,
)
from datamorph.planning.offline.doubts.shapes import (
    asked_whether,
    hidden_owners,
    limited_again,
    lone_partitions,
    lost_details,
    lost_difference,
    lost_entries,
    lost_periods,
    lost_rest,
    lost_second_counts,
    lost_second_parts,
    lost_spread,
    lost_states,
    lost_times,
    lost_totals,
    nested_rhythms,
    repeated_groups,
    unasked_groups,
)
from datamorph.planning.offline.doubts.strange import (
    chosen_early,
    empty_keys,
    merged_empties,
    open_ends,
    strange_codes,
    strange_keys,
    strange_limits,
    strange_moments,
    strange_names,
    strange_owners,
    strange_parts,
    strange_sets,
    strange_text,
    strange_years,
)
from datamorph.planning.offline.doubts.subjects import (
    days_as_rows,
    foreign_rows,
    lost_copies,
    lost_partners,
    lost_subjects,
    repeated_values,
)
from datamorph.planning.offline.doubts.turned import (
    counted_flags,
    lone_dates,
    lost_once,
    lost_parts,
    lost_unions,
    numbers_in_letters,
    ones_as_numbers,
    rows_of_others,
    split_parts,
    turned_orders,
    turned_values,
)
from datamorph.planning.offline.doubts.unasked import lost_calls, sums_unasked
from datamorph.planning.offline.doubts.units import (
    counts_of_itself,
    counts_of_one,
    counts_unasked,
    rows_as_amounts,
    strange_units,
    truth_as_text,
)
from datamorph.planning.offline.doubts.written import (
    lone_days,
    longer_spans,
    longer_texts,
    lost_both,
    lost_buts,
    lost_most,
    lost_sums_of_names,
    other_orders,
    picked_orders,
    strange_labels,
)
from datamorph.planning.offline.remainder import REPHRASE

TOPIC = "doubt"
MEANT = "as_planned"
_LOOKS: tuple[Callable[[Evidence], Iterator[str]], ...] = (
    missing_numbers,
    missing_texts,
    missing_names,
    missing_columns,
    missing_values,
    missing_work,
    missing_count,
    missing_direction,
    missing_digits,
    lost_digits,
    missing_rejection,
    missing_choice,
    missing_unit,
    missing_zeros,
    dropped_and_filled,
    empty_operands,
    particles_as_values,
    gaps_of_values,
    lost_flags,
    lost_modifiers,
    lost_restrictions,
    lost_marks,
    lost_cleaning,
    kept_though_indifferent,
    lost_names,
    lost_neighbours,
    lost_pairs,
    lost_series,
    missing_absence,
    missing_dedupe,
    numbered_alone,
    strange_places,
    lost_order,
    lost_ties,
    lost_items,
    missing_items,
    lost_definitions,
    strange_rest,
    unasked_columns,
    strange_lists,
    strange_prefixes,
    columns_as_groups,
    counts_as_groups,
    missing_groups,
    lost_owners,
    strange_groups,
    bare_keys,
    hidden_keys,
    strange_orders,
    strange_counts,
    strange_keys,
    strange_years,
    strange_text,
    strange_codes,
    strange_names,
    strange_parts,
    strange_sets,
    empty_keys,
    merged_empties,
    open_ends,
    chosen_early,
    strange_limits,
    strange_owners,
    strange_moments,
    counts_of_itself,
    counts_of_one,
    counts_unasked,
    sums_unasked,
    lost_calls,
    strange_renames,
    empty_joins,
    lost_additions,
    strange_gaps,
    lost_letters,
    rows_as_amounts,
    strange_units,
    truth_as_text,
    rival_tables,
    rival_ways,
    turned_values,
    ones_as_numbers,
    lost_unions,
    lost_parts,
    split_parts,
    counted_flags,
    turned_orders,
    numbers_in_letters,
    lone_dates,
    rows_of_others,
    lost_once,
    half_excluded,
    lost_absences,
    shared_bounds,
    impossible,
    borrowed_times,
    borrowed_events,
    lost_first_days,
    lost_wholes,
    lost_months,
    lost_subjects,
    foreign_rows,
    lost_partners,
    repeated_values,
    days_as_rows,
    lost_copies,
    nested_functions,
    parts_of_wholes,
    limits_of_rows,
    totals_of_rows,
    lost_counts,
    loose_arithmetic,
    groups_of_picked,
    lost_numbers,
    lost_orders,
    mixed_runs,
    late_cleaning,
    lost_defaults,
    idle_columns,
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
    other_orders,
    lost_buts,
    lost_both,
    lost_sums_of_names,
    strange_labels,
    lost_most,
    longer_texts,
    lone_days,
    unasked_groups,
    lost_rest,
    lost_second_parts,
    lost_states,
    limited_again,
    picked_orders,
    longer_spans,
    lost_states,
)


def find_doubts(evidence: Evidence) -> list[str]:
    """What speaks against the plan, each as the end of a sentence; nothing for a plan to trust."""
    return list(dict.fromkeys(doubt for look in _LOOKS for doubt in look(evidence)))


def is_narrowed(evidence: Evidence) -> bool:
    """True where the plan lacks a number that is asked for, or limits a key: single words may tell what is meant."""
    return any(any(look(evidence)) for look in (lost_calls, lost_parts, strange_keys))


def doubted(
    outcome: Proposal, evidence: Evidence, answers: Mapping[str, str], *more: str
) -> Proposal | Questions | Refusal:
    """The plan, or the question whether it is what was meant; so is one that leaves words unexplained, if confirmed.

    Args:
        more: what else speaks against it.
    """
    left = outcome.understanding.unexplained
    words = ", ".join(map(repr, left))
    doubts = [*([f"nothing in it is for {words}"] if left else []), *more, *find_doubts(evidence)]
    answer = answers.get(TOPIC)
    if left and answer == MEANT:
        assumptions = (*outcome.understanding.assumptions, f"{words}: nothing more to do, as answered")
        return Proposal(outcome.spec, replace(outcome.understanding, unexplained=(), assumptions=assumptions))
    if not doubts or answer == MEANT:
        return outcome
    prompt = outcome.spec.prompt
    if answer == REPHRASE:
        return Refusal(prompt, "impossible", f"the plan is not what was meant: {doubts[0]}", "say it in other words")
    steps = "; ".join(step.step.explain() for step in outcome.spec.steps)
    text = f"Is this what is meant? {steps}. ({'; '.join(doubts)})"
    choices = (Choice(MEANT, "yes, as planned"), Choice(REPHRASE, "no: I will say it in other words"))
    return Questions(prompt, (Question(TOPIC, text, choices),), outcome.understanding)
