"""Cases of step window: every ranking, shift and frame."""

WINDOWS = {
    "row_number": "row_number()",
    "rank": "rank()",
    "dense_rank": "dense_rank()",
    "lag": "lag(id)",
    "lead": "lead(id, 2)",
}
CASES = {
    "windows": [{"name": "out", "window": {"from": "orders", "partition_by": ["shop"], "order_by": ["id desc"], "columns": {f"r_{k}": v for k, v in WINDOWS.items()}}}],
    "running": [{"name": "out", "window": {"from": "orders", "order_by": ["id"], "columns": {"total": "sum(quantity)", "mean": "avg(amount)"}, "rows": "running"}}],
    "moving": [{"name": "out", "window": {"from": "orders", "order_by": ["id"], "columns": {"mean": "avg(weight)"}, "rows": 2}}],
    "ranking beside a total": [{"name": "out", "window": {"from": "orders", "partition_by": ["shop"], "order_by": ["id"], "columns": {"n": "row_number()", "total": "sum(amount)", "before": "lag(id)"}}}],
    "ranking beside a moving mean": [{"name": "out", "window": {"from": "orders", "order_by": ["shop", "id"], "columns": {"n": "rank()", "mean": "avg(weight)"}, "rows": 1}}],
    "window over a frame called like its variable": [
        {"name": "out_window", "filter": {"from": "orders", "where": "id > 1"}},
        {"name": "out", "window": {"from": "out_window", "columns": {"n": "count(*)"}}},
    ],
    "share of total": [{"name": "out", "window": {"from": "orders", "columns": {"share": "quantity / sum(quantity)"}}}],
}  # fmt: skip
