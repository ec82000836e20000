"""How people say what a column is computed from: {x} and {y} columns in words, {a}, {b} and {c} as they are written."""

from __future__ import annotations

from composed import lines

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
