/* ---
description: one row per airport of New York City and hour, with what left in it and the weather it met
owner: flights
grain: [origin, time_hour]
write: replace_partitions
partition: [time_hour]
incremental:
  raw.flights.flights: {by: time_hour, read: partitions, lookback: 1 day}
checks:
- expect_column_values_to_be_between: {column: flights, min_value: 1}
- expect_column_values_to_be_between: {column: humid, min_value: 0, max_value: 100, mostly: 0.99}
tags: [hourly]
--- */
WITH departures AS (
  SELECT
    origin,
    time_hour,
    COUNT(*) AS flights,
    COUNT_IF(dep_delay >= {{ late_minutes }}) AS late,
    AVG(dep_delay) AS avg_dep_delay
  FROM raw.flights.flights
  GROUP BY origin, time_hour
)
SELECT
  departures.origin,
  departures.time_hour,
  departures.flights,
  departures.late,
  departures.avg_dep_delay,
  weather.temp,
  weather.humid
  {%- for column in weather_columns %},
  weather.{{ column }}
  {%- endfor %}
FROM departures
LEFT JOIN raw.flights.weather AS weather
  ON weather.origin = departures.origin AND weather.time_hour = departures.time_hour
