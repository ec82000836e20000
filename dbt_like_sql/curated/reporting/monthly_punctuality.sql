/* ---
description: how punctual each airport of New York City was, month by month
owner: reporting
grain: [origin, month]
checks:
- expect_column_values_to_be_between: {column: late_share, min_value: 0, max_value: 1}
- expect_column_values_to_be_between: {column: cancelled_share, min_value: 0, max_value: 1}
tags: [monthly]
--- */
SELECT
  origin,
  CAST(DATE_TRUNC('month', flown_on) AS DATE) AS month,
  SUM(flights) AS flights,
  SUM(cancelled) / SUM(flights) AS cancelled_share,
  SUM(late) / SUM(flights) AS late_share
FROM processed.flights.daily_traffic
GROUP BY origin, CAST(DATE_TRUNC('month', flown_on) AS DATE)
ORDER BY month, origin
