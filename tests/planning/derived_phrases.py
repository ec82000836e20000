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
