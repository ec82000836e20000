/* ---
description: one row per airline and route, with what a model of delays learns from
owner: ml
grain: [carrier, origin, dest]
checks:
- expect_column_values_to_not_be_null: {column: distance}
- expect_column_values_to_be_between: {column: late_share, min_value: 0, max_value: 1}
columns:
  distance: {description: miles between the airports, type: bigint}
  seats: seats of an average plane on the route, of those that the register has
tags: [features]
--- */
SELECT
  flights.carrier,
  flights.origin,
  flights.dest,
  MAX(airlines.name) AS airline,
  COUNT(*) AS flights,
  AVG(planes.seats) AS seats,
  MAX(flights.distance) AS distance,
  AVG(flights.air_time) AS avg_air_time,
  COUNT_IF(flights.dep_delay >= {{ late_minutes }}) / COUNT(*) AS late_share
FROM raw.flights.flights AS flights
JOIN raw.flights.airlines AS airlines
  ON airlines.carrier = flights.carrier
LEFT JOIN raw.flights.planes AS planes
  ON planes.tailnum = flights.tailnum
GROUP BY flights.carrier, flights.origin, flights.dest
ORDER BY carrier, origin, dest
