"""Cases of step aggregate: every aggregate function."""

AGGREGATES = {
    "count": "count(*)",
    "count_column": "count(weight)",
    "count_distinct": "count(distinct email)",
    "count_if": "count_if(weight > 1)",
    "sum_int": "sum(quantity)",
    "sum_bigint": "sum(id)",
    "sum_decimal": "sum(amount)",
    "sum_double": "sum(weight)",
    "avg": "avg(weight)",
    "avg_int": "avg(quantity)",
    "avg_decimal": "avg(amount)",
    "min": "min(ordered_on)",
    "max": "max(email)",
    "median": "median(weight)",
    "percentile": "percentile(weight, 0.9)",
    "share": "sum(case when is_gift then 1 else 0 end) / count(*)",
    "list": "text_list(email, ', ')",
    "list_of_numbers": "text_list(quantity, ';')",
    "list_of_dates": "text_list(ordered_on, '+')",
    "list_of_some": "text_list(case when weight > 1 then upper(shop) end, '/')",
    "sum_distinct": "sum(distinct amount)",
    "median_decimal": "median(amount)",
    "percentile_decimal": "percentile(amount, 0.3)",
    "cut_mean": "cast(avg(amount) as int)",
}
CASES = {
    "aggregates": [{"name": "out", "aggregate": {"from": "orders", "by": ["shop"], "measures": {f"r_{k}": v for k, v in AGGREGATES.items()}}}],
    "aggregate all": [{"name": "out", "aggregate": {"from": "orders", "measures": {"n": "count(*)", "s": "sum(amount)"}}}],
    "aggregate nothing": [
        {"name": "none", "filter": {"from": "orders", "where": "id < 0"}},
        {"name": "out", "aggregate": {"from": "none", "measures": {"n": "count(*)", "s": "sum(amount)", "l": "text_list(email, ',')"}}},
    ],
}  # fmt: skip
