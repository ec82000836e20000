/* ---
description: departures by strength of the wind, to see what the weather does to delays
owner: analytics
grain: wind
checks:
- expect_column_values_to_be_in_set: {column: wind, value_set: [calm, breeze, strong, unknown]}
--- */
WITH hours AS (
  SELECT
    CASE
      WHEN wind_speed IS NULL THEN 'unknown'
      WHEN wind_speed < 8 THEN 'calm'
      WHEN wind_speed < 20 THEN 'breeze'
      ELSE 'strong'
    END AS wind,
    flights,
    late
  FROM processed.flights.hourly_departures
)
SELECT wind, COUNT(*) AS hours, SUM(flights) AS flights, SUM(late) / SUM(flights) AS late_share
FROM hours
GROUP BY wind
ORDER BY late_share DESC
