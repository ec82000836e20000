"""How people say which column is to be made: {x} a column in words, {c} as it is written, {name} what it is called."""

from __future__ import annotations

from composed import lines

# Whole sentences: {t} the rows, {cols} columns as they are, {item} the made column with its name.
WITH_NEW = lines("""
    {t}: {cols}, {item}
    Show {cols} and {item} of {t}.
    Show {cols} and {item} for {t}.
    For all {t} show {cols} and {item}.
    I need {cols} plus {item} for all {t}.
    List {t} with {cols} and {item}.
    Please list {cols} and {item} for {t}.
    Could you give me {cols} along with {item} for {t}?
    From {table} select {cols}, {item}.
    {cols}, {item} from {table}
    For each {one} show {cols} and {item}.
    For every {one} I want {cols} and {item}.
    Give me {t} with {cols} and {item}.
    Return {cols}, {item} for {t}.
    Output {cols} and {item} for {t}.
    Add {item} to {t}. Output: {cols}, {name}.
    Add {item} to {t}; keep {cols} and {name}.
    Compute {item} for {t}. Columns: {cols}, {name}.
    Take {t}, add {item}, keep only {cols} and {name}.
    We need a list of {t}: {cols} and {item}.
    Can I get {cols} and {item} for {t}?
    {cols} and {item} for {t}
    Hi, I'd like a table of {t} with {cols} and {item}.
    Create a table from {table} with {cols} and {item}.
    Build a report of {t}: {cols}, {item}.
    Per {one}: {cols}, {item}
    {t}. Columns: {cols}, {item}.
""")
WHOLE = lines("""
    Add {item} to {t}, keep all columns.
    All columns of {t} plus {item}
    {t}: all columns and {item}
    Add {item} to {table}.
    Take {t} and add {item}.
    Keep every column of {t} and add {item}.
    Extend {table} with {item}.
    I need {t} with all their columns and additionally {item}.
    Append {item} to {table}, leaving everything else as it is.
    Give me all columns of {t} together with {item}.
    Show every {one} with all columns and {item}.
""")
# A made column in a list.
ITEMS = lines("""
    {noun} as {name}
    {name} = {noun}
    {noun} called {name}
    {name} ({noun})
    {noun} (as {name})
    {noun} named {name}
    a column {name} with {noun}
    a column called {name} holding {noun}
    a new column {name} = {noun}
    {name} (= {noun})
    {noun} AS {name}
    {noun} in a column {name}
""")
BANDS = {
    "three": lines("""
        {l1} under {a}, {l2} {a} to under {b}, {l3} from {b}
        {l1} below {a}, {l2} from {a} to below {b}, {l3} from {b} up
        {l1} if below {a}, {l2} if below {b}, otherwise {l3}
        under {a} = {l1}, {a} to under {b} = {l2}, {b} and above = {l3}
        <{a} {l1}, {a} to <{b} {l2}, >={b} {l3}
        {l1} (< {a}), {l2} ({a} to < {b}), {l3} (>= {b})
        '{l1}' when {c} < {a}, '{l2}' when {c} < {b}, else '{l3}'
        case when {c} < {a} then '{l1}' when {c} < {b} then '{l2}' else '{l3}' end
        {l1} for {x} below {a}, {l2} for {a} up to but not including {b}, {l3} for {b} or more
        less than {a} -> {l1}, less than {b} -> {l2}, rest -> {l3}
        < {a} → {l1}, {a} to below {b} → {l2}, {b} or more → {l3}
        {l1}: below {a}, {l2}: {a} to under {b}, {l3}: {b} and over
        {l3} from {b}, {l2} from {a} to under {b}, {l1} below {a}
        {l3} if {c} >= {b}, {l2} if {c} >= {a}, {l1} otherwise
        {l1} if {x} is under {a}, {l2} if it is under {b}, {l3} for the rest
        if {c} < {a} then {l1}, if {c} < {b} then {l2}, else {l3}
        {l1} is under {a}, {l2} is {a} to under {b}, {l3} is {b} or more
        below {a} '{l1}', at least {a} but below {b} '{l2}', at least {b} '{l3}'
        {l1} = less than {a}, {l2} = {a} to less than {b}, {l3} = {b} or higher
    """),
    "two": lines("""
        {l1} below {a}, else {l3}
        {l1} under {a}, {l3} from {a}
        {l3} if at least {a}, otherwise {l1}
        '{l3}' when {c} >= {a}, else '{l1}'
        {l1} if {x} is less than {a}, {l3} otherwise
        < {a} {l1}, >= {a} {l3}
        less than {a} -> {l1}, otherwise -> {l3}
        {a} or more = {l3}, below = {l1}
        case when {c} < {a} then '{l1}' else '{l3}' end
        {l3} from {a} upwards, {l1} below that
    """),
}
BARE_BANDS = lines("""
    {name} by {x} ({d})
    {name} from {x} ({d})
    {name} of {x} ({d})
    a {x} class called {name} ({d})
    a column {name} based on {x} ({d})
    {name} depending on {x} ({d})
    the {x} as {name} ({d})
    {x} banded as {name} ({d})
    a column {name} for the {x} ({d})
    the class of {x} as {name} ({d})
    {name} according to the {x} ({d})
    {x} put into classes as {name} ({d})
""")
# What holds: the first letters tell the column that it is about.
FLAGGED = {
    "tn{c} > {n}": lines("""
        {x} is over {n}
        {c} > {n}
        {x} is above {n}
        {x} exceeds {n}
        {x} is more than {n}
        {x} is greater than {n}
    """),
    "tn{c} >= {n}": lines("""
        {x} is at least {n}
        {c} >= {n}
        {x} is {n} or more
        {x} is not below {n}
    """),
    "tn{c} < {n}": lines("""
        {x} is below {n}
        {c} < {n}
        {x} is less than {n}
        {x} is under {n}
    """),
    "tg{c} is null": lines("""
        {x} is missing
        {c} is null
        {x} is empty
        there is no {x}
        {x} is not filled in
    """),
    "tg{c} is not null": lines("""
        {x} is known
        {c} is not null
        {x} is filled
        there is a {x}
        {x} is not empty
    """),
    "tt{c} = '{v}'": lines("""
        {x} is {v}
        {c} = '{v}'
        the {x} equals {v}
    """),
    "td{c} >= date '{y}-07-01'": lines("""
        {c} >= '{y}-07-01'
        {x} is on or after {y}-07-01
        {x} is not before {y}-07-01
    """),
    "td{c} < date '{y}-07-01'": lines("""
        {x} is before {y}-07-01
        {c} < '{y}-07-01'
        {x} is earlier than {y}-07-01
    """),
}
TRUTHS = {
    "words": lines("""
        {name} ({yes} if {holds}, else {no})
        {name} = {yes} if {holds}, otherwise {no}
        a flag {name} ({yes} if {holds}, {no} otherwise)
        {name} ({yes}/{no}) telling whether {holds}
        a {yes}/{no} column {name} that says whether {holds}
        {name}: {yes} when {holds}, otherwise {no}
        a column {name} that is {yes} where {holds} and {no} everywhere else
        {name} ({yes} when {holds}, {no} when not)
        {name} = {yes} where {holds}, {no} otherwise
        {name} ({yes}/{no}: {holds})
        a column {name} with {yes} if {holds} and {no} if not
        a {yes}/{no} flag {name} for whether {holds}
        {yes} or {no} as {name} depending on whether {holds}
    """),
    "truth": lines("""
        {name} (true if {holds}, else false)
        {name} = true if {holds}, otherwise false
        a boolean {name} telling whether {holds}
        a true/false column {name} that says whether {holds}
        a true/false flag {name} for whether {holds}
        {name} (true/false: {holds})
        whether {holds} as {name} (true/false)
        a boolean column {name}, true when {holds}
        a flag {name} (true/false) if {holds}
        {name} = ({holds}), true or false
    """),
}
CODED = {
    "pair": lines("""
        (k) = (v)
        (k) -> (v)
        (k) → (v)
        (k) is (v)
        (k) means (v)
        (k) as (v)
        (v) for (k)
        (k): (v)
        '(k)' = '(v)'
        (k) becomes (v)
        (k)=(v)
        (k) to (v)
    """),
    "rest": lines("""
        , otherwise other
        , anything else other
        , everything else 'other'
        , else other
        , all others = other
        , the rest 'other'
    """),
    "whole": lines("""
        {name} from {c} ({said})
        {c} in words as {name} ({said})
        {c} mapped as {name} ({said})
        {c} translated as {name} ({said})
        {c} spelled out as {name} ({said})
        {name} based on {c} ({said})
        a column {name} with {c} decoded ({said})
        the {c} written out as {name} ({said})
        a readable {name} from {c} ({said})
        {name} by {c} ({said})
    """),
}
RECKONED = {
    "{a} - {b}": lines("""
        {x} minus {y}
        {a} - {b}
        the difference between {x} and {y}
        {x} less {y}
        {y} subtracted from {x}
        {x} reduced by {y}
        {x} after subtracting {y}
        what is left of {x} after {y}
        the {x} minus the {y}
    """),
    "{a} + {b}": lines("""
        {x} plus {y}
        {a} + {b}
        the sum of {x} and {y}
        {x} and {y} added up
        {x} and {y} together
        {x} and {y} combined
        the total of {x} and {y}
    """),
    "{a} * {b}": lines("""
        {x} times {y}
        {a} * {b}
        the product of {x} and {y}
        {x} multiplied by {y}
    """),
    "{a} / {b}": lines("""
        {x} divided by {y}
        {a} / {b}
        the ratio of {x} to {y}
        {x} over {y}
    """),
    "100.0 * {b} / {a}": lines("""
        {y} as a percentage of {x}
        {y} in percent of {x}
        100 * {b} / {a}
        {y} as % of {x}
        the share of {y} in {x} in percent
        the percentage of {y} in {x}
        {y} divided by {x} in percent
        {y} as percent of {x}
    """),
    "{a} / 2.0": lines("""
        half the {x}
        half of {x}
        {a} / 2
        {x} divided by 2
        50% of {x}
        {x} halved
    """),
    "({a} + {b}) / 2.0": lines("""
        the average of {x} and {y}
        the mean of {x} and {y}
        ({a} + {b}) / 2
        the midpoint between {x} and {y}
        half of the sum of {x} and {y}
    """),
    "{a} * {up}": lines("""
        {x} plus {n}%
        {x} increased by {n} percent
        {x} with {n}% added
        {x} raised by {n}%
        {x} plus {n} percent
    """),
    "{a} * {down}": lines("""
        {x} minus {n}%
        {x} reduced by {n} percent
        {x} less {n}%
        {x} with {n}% taken off
        {x} lowered by {n}%
    """),
    "greatest({a}, {b})": lines("""
        the larger of {x} and {y}
        greatest({a}, {b})
        the maximum of {x} and {y}
        the higher of {x} and {y}
        whichever is larger of {x} and {y}
    """),
    "least({a}, {b})": lines("""
        the smaller of {x} and {y}
        least({a}, {b})
        the minimum of {x} and {y}
        the lower of {x} and {y}
    """),
    "abs({a} - {b})": lines("""
        the absolute difference between {x} and {y}
        abs({a} - {b})
        the absolute difference of {x} and {y}
    """),
    "{a} * 1000": lines("""
        {x} times 1000
        {a} * 1000
        {x} multiplied by 1000
        1000 times the {x}
    """),
}
ROUNDED = lines("""
    rounded to {n} decimal{s}
    rounded to {word} decimal{s}
    rounded to {n} decimal place{s}
    (rounded to {n} digit{s} after the point)
    rounded to {word} decimal place{s}
""")
CLEANED = {
    "*trim({c})": lines("""
        {x} trimmed
        the trimmed {x}
        trim({c})
        {x} without leading and trailing spaces
        {x} without spaces at both ends
        {x} with surrounding spaces removed
        {x} stripped of leading and trailing blanks
    """),
    "*lower({c})": lines("""
        {x} in lower case
        lower({c})
        the lowercase {x}
        {x} lowercased
        {x} in lowercase
        {x} converted to lower case
        {x} in small letters
    """),
    "*upper({c})": lines("""
        {x} in upper case
        upper({c})
        {x} uppercased
        {x} in capitals
        the uppercase {x}
        {x} in capital letters
        {x} all caps
    """),
    "*lower(trim({c}))": lines("""
        {x} trimmed and in lower case
        lower(trim({c}))
        the trimmed, lowercased {x}
        {x} trimmed and lowercased
        {x} in lower case without leading and trailing spaces
        the trimmed {x} in lower case
    """),
    "hreplace({c}, '-', '')": lines("""
        {x} without hyphens
        {x} without dashes
        replace({c}, '-', '')
        {x} with hyphens removed
        {x} with all hyphens stripped
        {x} minus its hyphens
        {x} with dashes taken out
    """),
    "wreplace({c}, ' ', '')": lines("""
        {x} without spaces
        {x} with all spaces removed
        replace({c}, ' ', '')
        {x} without any blanks
        {x} with every space taken out
    """),
    "hreplace({c}, '-', '_')": lines("""
        {x} with hyphens replaced by underscores
        replace({c}, '-', '_')
        {x} with _ instead of -
        {x} with every - replaced by _
        {x} with underscores instead of hyphens
    """),
    "wsplit_part(trim({c}), ' ', 1)": lines("""
        the first word of the trimmed {x}
        the first word of {x} after trimming
    """),
    "hsplit_part({c}, '-', 1)": lines("""
        the part of {x} before the first hyphen
        {x} up to the first hyphen
        everything before the first '-' in {x}
        the text before the first - of {x}
        the part before the first dash of {x}
        {x} cut off at the first hyphen
        what comes before the first '-' in {x}
    """),
    "msplit_part({c}, '@', 2)": lines("""
        the domain of {x}
        the part of {x} after the @
        everything after the @ in {x}
        the mail domain from {x}
        what follows the @ in {x}
        the part after '@' of {x}
    """),
    "msplit_part({c}, '@', 1)": lines("""
        the part of {x} before the @
        everything before the @ in {x}
        the text in front of the @ of {x}
        {x} up to the @
        what stands before '@' in {x}
    """),
    "*left({c}, {n})": lines("""
        the first {n} character{s} of {x}
        left({c}, {n})
        the leading {n} character{s} of {x}
        {x} cut to {n} character{s}
        {x} shortened to {n} character{s}
        the first {n} letter{s} of {x}
    """),
    "*right({c}, {n})": lines("""
        the last {n} character{s} of {x}
        right({c}, {n})
        the final {n} character{s} of {x}
    """),
    "*length({c})": lines("""
        the length of {x}
        length({c})
        the number of characters in {x}
        how many characters {x} has
        the character count of {x}
    """),
}
JOINED = lines("""
    {a} and {b} joined with {word}
    {a} and {b} with {word} between
    {a}, {word} and {b} as one text
    {a} and {b} concatenated with {word} in between
    {a} and {b} separated by {word}
    {a} followed by {word} and {b}
    {a} and {b} put together with {word} between them
    {a} and {b} glued together with {word}
    {a} and {b} in one text, separated by {word}
""")
DATED = {
    "year({c})": lines("""
        the year of {x}
        year of {c}
        year({c})
        {x} year
        the year of the {x}
        the calendar year of {x}
        the year from {x}
    """),
    "strftime({c}, '%Y-%m')": lines("""
        the month of {x} as YYYY-MM
        {x} as YYYY-MM
        {x} as year-month (like 2024-03)
        the month of {x} (like 2024-03)
        the month of {x} as 2024-03
        {x} formatted as YYYY-MM
        year and month of {x} as yyyy-mm
    """),
    "strftime({c}, '%A')": lines("""
        the weekday name of {x}
        the name of the weekday of {x}
        the day of the week of {x} by name
        the weekday of {x} as a name
        the weekday of {x} (Monday, Tuesday, ...)
    """),
    "month({c})": lines("""
        the month number of {x}
        month({c})
        the month of {x} as a number
        the month of {x} (1 to 12)
        the month of {x} as a number from 1 to 12
    """),
    "quarter({c})": lines("""
        the quarter of {x} as a number
        quarter({c})
        the quarter number of {x}
        the quarter of {x} (1 to 4)
    """),
    "strftime({c}, '%d.%m.%Y')": lines("""
        {x} as DD.MM.YYYY
        {x} formatted as dd.mm.yyyy
        {x} in the format DD.MM.YYYY
        {x} written as dd.mm.yyyy
    """),
    "date_trunc('month', {c})": lines("""
        the first day of the month of {x}
        date_trunc('month', {c})
        the start of the month of {x}
        the month start of {x}
        {x} truncated to the month
    """),
    "{c} + interval 30 day": lines("""
        {x} plus 30 days
        {c} + 30 days
        30 days after {x}
        the date 30 days after {x}
        the day 30 days later than {x}
    """),
}
DISTANCES = {
    "date_diff('day', {a}, {b})": lines("""
        the days between {x} and {y}
        the number of days between {x} and {y}
        the number of days from {x} to {y}
        days from {a} to {b}
        {b} - {a} in days
        {b} minus {a} in days
        how many days lie between {x} and {y}
        days between {x} and {y}
        datediff(day, {a}, {b})
        the time between {x} and {y} in days
        how many days passed from {x} to {y}
        the gap between {x} and {y} in days
    """),
    "date_diff('day', {a}, date '2025-06-30')": lines("""
        the days from {x} to 2025-06-30
        the number of days between {x} and 2025-06-30
        days from {a} until 2025-06-30
        how many days passed from {x} to 2025-06-30
        the age in days at 2025-06-30 counted from {x}
        2025-06-30 minus {a} in days
    """),
}
FILLED = lines("""
    {c} with empty values as {v}
    {x} ({v} where missing)
    coalesce({c}, {v})
    {c} (empty = {v})
    {x} with gaps filled with {v}
    {c} with nulls replaced by {v}
    {c}, {v} if empty
    {c} with {v} for missing values
    {c} ({v} if null)
    {x} with {v} instead of blanks
    {c} (use {v} when empty)
    {c} filled with {v} where empty
    {x} (missing ones as {v})
    ifnull({c}, {v})
    {c} or {v} where it is empty
    {c} defaulting to {v}
    {c} (default {v})
""")
TEXTED = {
    "dcast({c} as integer)": lines("""
        {c} as a number
        {c} as an integer
        {c} cast to integer
        {c} converted to a number
        {c} as a whole number
        cast({c} as integer)
        {c} turned into a number
        {c} in numeric form
        numeric {c}
    """),
    "kcast({c} as varchar)": lines("""
        {c} as text
        {c} as a string
        {c} cast to text
        {c} converted to text
        cast({c} as varchar)
        {c} turned into text
    """),
    "rround({c})": lines("""
        {x} rounded to a whole number
        {x} rounded
        {x} rounded to the nearest whole number
        {x} rounded to zero decimals
        round({c})
    """),
    "rceil({c})": lines("""
        {x} rounded up
        {x} rounded up to the next whole number
        ceil({c})
        {x} rounded up to a whole number
    """),
    "rfloor({c})": lines("""
        {x} rounded down
        {x} rounded down to a whole number
        floor({c})
    """),
}
