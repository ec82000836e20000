"""Results with one row per group or period: what each listed column is, and the plan that makes them all."""
