"""Sentences about groups, and what people say for conditions on groups, orders, parts, shares and names."""

from __future__ import annotations

from composed import lines

# {m} a measure, {k} a grouping, {x} the key in words, {c} as it is written, {xs} several.
GROUPED = lines("""
    {m} {k}
    Show the {m} {k}.
    Give me the {m} {k}.
    I need the {m} {k}.
    What is the {m} {k}?
    Could you calculate the {m} {k}?
    Please compute the {m} {k}.
    Can I get the {m} {k}?
    We want to know the {m} {k}.
    Hi, can you tell me the {m} {k}? Thanks!
    My boss wants the {m} {k}.
    For a report I need the {m} {k}.
    Report the {m} {k}.
    calculate {m} {k}
    {m} {k}, one row per {x}
    Get the {m} {k} please
    I'd like to see the {m} {k}.
    Work out the {m} {k}.
    Let me know the {m} {k}.
    List the {m} {k}.
    Find the {m} {k}.
    Display the {m} {k}.
    Would you mind giving me the {m} {k}?
    Quick one: {m} {k}
    Return the {m} {k}.
""")
KEY_FIRST = lines("""
    For each {x}, show the {m}.
    For every {x} I want to see the {m}.
    Per {x}: {m}
    per {x} the {m}
    By {x}: {m}
    Group by {c}: {m}
    Group {many} by {c} and return the {m}.
    Aggregate {many} by {c}: {m}.
    I'd like a table with one row per {x} showing the {m}.
    One row per {x} with the {m}.
    One line per {x}: {x}, {m}.
    Summarize the {many} by {x}: {m}
    Pivot table with {x} as rows and {m} as values
    Break down the {m} by {x}.
    Split the {m} by {x}.
    List each {x} with its {m}.
    List all {xs} with their {m}.
    {x}, {m}
    Columns {x} and {m}, one row per {x}.
    Group the {many} by {x}. Show the {m} of each group.
    What is the {m} of each {x}?
    Take {many}, group by {c}, compute {m}.
    For all {xs}: the {m}.
    GROUP BY {c}, {m}
    select {c}, {m} from {many} group by {c}
    Show {x} and {m}, grouped by {x}.
    Which {xs} are there, and what is the {m} of each?
    Rows: {x}. Values: {m}.
    I want one record per {x} with the {m}.
    Group by {x} and calculate the {m}.
    Compute for every {x} the {m}.
    Tell me, for each {x}, the {m}.
""")
HOW_MANY = lines("""
    How many {t} are there {k}?
    How many {t} {k}?
    how many {t} do we have {k}
    Count the {t} {k}.
    Count {t} {k}
    Please count the {t} {k}.
    Can you count the {t} {k}?
    Tell me how many {t} there are {k}.
    I want to know how many {t} we have {k}.
    {t} {k}, counted
    Group {t} by {c} and count them.
    Count the rows of {t} {k}.
    Group {t} by {c}, count.
    Count how many {t} each {x} has.
    How often does each {x} occur among the {t}?
    {k}: how many {t}
    Frequency of each {x} among the {t}
    How are the {t} distributed over {xs}? Just counts.
    What is the count of {t} {k}?
    Give me a count of {t} {k}.
    Show how many {t} there are {k}.
""")
SEVERAL = lines("""
    {a} and {b}
    {a}, {b}
    {a} and the {b}
    {a} as well as the {b}
    {a} along with the {b}
    {a} & {b}
    {a} together with {b}
    {a}, and also the {b}
""")
THREE = lines("""
    {a}, {b} and {d}
    {a}, {b}, {d}
    {a}, the {b}, and the {d}
    {a}, {b} and the {d}
    {a} and {b} and {d}
""")
# Groups that are kept: {m} their measure, {n} a number, {xs} the groups.
OVER = lines("""
    only {xs} where the {m} is over {n}
    keep only {xs} with a {m} above {n}
    only those with a {m} of more than {n}
    having {m} > {n}
    where the {m} exceeds {n}
    but only if the {m} is greater than {n}
    only {xs} whose {m} is more than {n}
    leave out {xs} with a {m} of {n} or less
    restricted to {xs} with a {m} over {n}
    just the ones with a {m} above {n}
    limit this to {xs} whose {m} is higher than {n}
    show only groups with {m} > {n}
    drop {xs} whose {m} is {n} or lower
    filter out {xs} where the {m} is not above {n}
    I only want {xs} with a {m} over {n}
""")
AT_LEAST = lines("""
    only {xs} where the {m} is at least {n}
    keep only {xs} with a {m} of at least {n}
    having {m} >= {n}
    only {xs} whose {m} is {n} or more
    leave out {xs} with a {m} below {n}
    drop the {xs} with a {m} under {n}
    ignore {xs} whose {m} is less than {n}
    excluding {xs} with a {m} lower than {n}
    where the {m} is no less than {n}
    without {xs} whose {m} is below {n}
    skip {xs} with a {m} smaller than {n}
    only show {xs} whose {m} reaches {n}
    filtered to {m} >= {n}
""")
MORE_ROWS = lines("""
    only {xs} with more than {n} {many}
    keep only {xs} that have more than {n} {many}
    only those with over {n} {many}
    having more than {n} {many}
    having count(*) > {n}
    for {xs} with more than {n} {many}
    where there are more than {n} {many}
    leave out {xs} with {n} or fewer {many}
    drop {xs} that have {n} {many} or less
    just the {xs} which have more than {n} {many}
    only where the number of {many} is above {n}
    only {xs} having more than {n} {many}
""")
AT_LEAST_ROWS = lines("""
    only {xs} with at least {n} {many}
    keep only {xs} that have {n} or more {many}
    only those with {n}+ {many}
    having at least {n} {many}
    having count(*) >= {n}
    leave out {xs} with fewer than {n} {many}
    ignore {xs} that have less than {n} {many}
    excluding {xs} with under {n} {many}
    only {xs} with a minimum of {n} {many}
    skip {xs} with fewer than {n} {many}
""")
KEPT = lines("""
    {g}, {h}
    {g}; {h}
    {g} - {h}
    {g} ({h})
    Show the {g}, {h}.
    Give me the {g}, {h}.
    What is the {g}? {H}.
    I need the {g}, {h}.
    Show the {g}. {H}.
    Please compute the {g}, {h}.
""")
FALLING = lines("""
    sorted by {m} descending
    largest first
    highest first
    sort by {m} desc
    in descending order of {m}
    order by {m} descending
    ordered by the {m}, highest first
    from highest to lowest
    with the highest {m} on top
    biggest {m} first
    descending
    sorted from high to low
    ranked from highest to lowest
    {xs} with the highest {m} first
    sorted descending by the {m}
    order by {m} desc
    {m} descending
    highest at the top
    starting with the highest
""")
RISING = lines("""
    sorted by {m} ascending
    smallest first
    lowest first
    sort by {m} asc
    in ascending order of {m}
    from lowest to highest
    lowest {m} first
    ordered by the {m}, smallest first
    sorted from low to high
    ascending by {m}
""")
BY_KEY = lines("""
    sorted by {x}
    ordered by {c}
    alphabetically by {x}
    in alphabetical order of {x}
    sort by {c}
    order by {c} ascending
    sorted by {x} A to Z
    {x} ascending
    sorted alphabetically by {c}
    ordered by {x} from A to Z
    sorted by {x} name
    sort on {c}
""")
TOP = lines("""
    top {n} {xs} by {m}, with the {m}
    the {n} {xs} with the highest {m}: {x} and {m}
    Which {n} {xs} have the highest {m}? Show {x} and {m}, highest first.
    Show the {n} {xs} with the largest {m}, together with the {m}, largest first.
    {m} {k}, top {n} only
    {m} {k}, only the {n} highest
    {m} {k}, sorted descending, first {n} rows
    {m} {k}, descending, limit {n}
    Compute the {m} {k} and keep the {n} {xs} with the highest value.
    Give me the {m} {k}, but only for the {n} {xs} with the highest {m}.
    {m} {k}. Only show the top {n}, highest first.
    I need the top {n} {xs} by {m}; columns {x} and {m}.
    {m} {k} order by {m} desc limit {n}
    Rank the {xs} by {m} and return the best {n} with their {m}.
""")
PARTS = lines("""
    {k} the number of {many} and how many of them are {v}
    number of {many} {k}, and how many of those are {v}
    number of {many} {k}, of which {v}
    number of {many} and number of {v} {many} {k}
    {k}: number of {many}, number of {v} {many}
    Count the {many} {k}, and also the {v} ones.
    How many {many} are there {k}, and how many of them are {v}?
    For each {x}, count all {many} and the {v} {many}.
    For each {x} show the number of {many} and the number of {v} ones.
    total {many} and {v} {many} {k}
    count of {many} {k} and count of {v} {many}
    {k} the count of {many} and the count with {c} = '{v}'
    Group by {g}: count of all {many}, count of {many} where {c} is '{v}'
    I need the number of {many} {k} plus how many are {v}.
    Show {x}, number of {many}, number of {v} {many}.
    {many} {k}: total count, {v} count
    number of {many} {k} and the number that are {v}
    number of {many} {k}, including how many of them are {v}
    number of {many} and number of those that are {v} {k}
    How many {many} and how many {v} {many} are there {k}?
""")
SHARES = lines("""
    share of {many} per {x} in percent
    percentage of all {many} per {x}
    What percentage of all {many} falls into each {x}?
    each {x}'s share of all {many}, in percent
    For each {x}, the share of the total number of {many} in percent.
    percent of total {many} by {x}
    % of all {many} by {x}
    How many percent of the {many} does each {x} make up?
    {x} and its share of all {many} in %
    Show the share of each {x} in the number of {many} as a percentage.
    What share of {many} (in percent) does each {x} have?
    number of {many} per {x} as a percentage of all {many}
    Which percentage of the {many} belongs to each {x}?
    relative frequency of each {x} among the {many} in percent
""")
SUM_SHARES = lines("""
    share of total {x} per {k} in percent
    each {k}'s share of the total {x}, in percent
    For each {k}, its percentage of the total {x}.
    What percentage of the total {x} comes from each {k}?
    percent of total {x} by {k}
    Show each {k}'s share of the overall {x} in %.
    How much does each {k} contribute to the total {x}, in percent?
    {x} per {k} as a percentage of the total {x}
    contribution of each {k} to the total {x} in percent
    {k} and its share of the total {c} in percent
    sum of {c} per {k} as % of the overall sum
""")
ROUNDED = lines("""
    rounded to {d} decimals
    rounded to {d} decimal places
    round to {d} decimals
    round it to {d} digits after the point
    with {d} decimals
    to {d} decimal places
    rounded to {d} digits
    round the result to {d} decimals
    (round to {d} decimals)
""")
ROUNDED_WHOLE = lines("""
    rounded to whole numbers
    rounded to the nearest integer
    rounded to 0 decimals
    without decimals (rounded)
""")
ONE_ROW = lines("""
    {m}
    What is the {m}?
    Show me the {m}.
    the {m}, just one number
    Compute the {m} over all {many}.
    I need the {m} across all {many}.
    Give me the overall {m}.
    {m} (one row)
    Please calculate the {m} for the whole table.
    {m} over the whole {many} table
    {m}, not grouped by anything
    One row with the {m}.
    Just tell me the {m}.
    select {m} from {many}
""")
NAMED = lines("""
    {m} {k}, call it {name}
    {m} as {name} {k}
    {m} {k} as {name}
    {m} {k}. Name the column {name}.
    {m} {k}; the result column is called {name}
    Show the {m} {k} in a column called {name}.
    {m} {k}, columns {c} and {name}
    {m} {k} (columns: {c}, {name})
    Show the {m} {k}; call the columns {c} and {name}.
    {m} {k}, named {name}
    For each {x} the {m} as {name}.
    {c}, {m} as {name} {k}
    Give me the {m} (as {name}) {k}.
    {m} {k}. Columns: {c}, {name}.
    {name} = {m} {k}
    I need the {m} {k}, with the {m} named {name}.
    Return {c} and {name}, where {name} is the {m}, one row per {x}.
    {m} {k}; output columns {c}, {name}
    {m} {k}, alias {name}
""")
