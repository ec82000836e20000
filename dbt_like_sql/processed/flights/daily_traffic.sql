/* ---
description: one row per airport of New York City and day, with what left and how late it was
owner: flights
grain: [origin, flown_on]
checks:
- expect_table_row_count_to_be_between: {min_value: 1}
- expect_column_values_to_be_between: {column: flights, min_value: 1}
columns:
  late: flights that left at least late_minutes after their time
  cancelled: flights that never left
tags: [daily]
--- */
SELECT
  origin,
  make_date(year, month, day) AS flown_on,
  COUNT(*) AS flights,
  COUNT_IF(dep_time IS NULL) AS cancelled,
  COUNT_IF(dep_delay >= {{ late_minutes }}) AS late,
  AVG(dep_delay) AS avg_dep_delay,
  AVG(arr_delay) AS avg_arr_delay,
  SUM(distance) AS miles
FROM raw.flights.flights
GROUP BY origin, make_date(year, month, day)
ORDER BY flown_on, origin
