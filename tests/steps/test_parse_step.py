"""Step parse: texts become dates, money, phone numbers and addresses, or NULL."""

import datetime as dt
from decimal import Decimal

import duckdb
import pytest
from core_words import a_checked, codes, out, problems, pyspark_body, rows, types
from hypothesis import strategies as st

from datamorph.core.lineage import trace
from datamorph.core.spec import build_spec
from datamorph.core.table import TableSchema
from datamorph.core.texts.date_format import DateFormat
from datamorph.errors import SpecError

NBSP = "\u00a0"
TEXTS = TableSchema.of(id="bigint", text="string", n="int")
T = {"orders": TEXTS}
DATE = {"as": "date", "formats": ["yyyy-MM-dd", "dd.MM.yyyy", "M/d/yyyy", "d MMM yyyy", "dd-MM-yy", "yyyyMMdd"]}
TIME = {
    "as": "timestamp_ntz",
    "formats": ["yyyy-MM-dd HH:mm:ss", "dd.MM.yyyy H:mm", "yyyy-MM-dd'T'HH:mm:ss.SSS", "yyyyMMdd HH"],
}
POINT, COMMA = {"as": "money", "decimal": "point"}, {"as": "money", "decimal": "comma"}
PHONE, EMAIL = {"as": "phone", "country": 49}, {"as": "email"}

DATES = {
    "2024-01-31": dt.date(2024, 1, 31), "31.01.2024": dt.date(2024, 1, 31), "1/2/2024": dt.date(2024, 1, 2),
    "01/02/2024": dt.date(2024, 1, 2), "12/31/2024": dt.date(2024, 12, 31), "5 Jan 2024": dt.date(2024, 1, 5),
    "05 DEC 2024": dt.date(2024, 12, 5), "31 may 2024": dt.date(2024, 5, 31), "29-02-24": dt.date(2024, 2, 29),
    "20240229": dt.date(2024, 2, 29), "  2024-01-31 ": dt.date(2024, 1, 31), "9999-12-31": dt.date(9999, 12, 31),
    "1000-01-01": dt.date(1000, 1, 1), "29.02.2024": dt.date(2024, 2, 29), "11/1/2024": dt.date(2024, 11, 1),
}  # fmt: skip
NO_DATES = [
    "31.02.2024", "2024-02-30", "29.02.2023", "2024-1-31", "2024-01-31x", "2024-01-31 10:00:00", "",
    "   ", "2024-13-01", "0/1/2024", "1/32/2024", "00.01.2024", "0000-01-01", "0999-01-01", "12024-01-01", "+2024-01-01",
    "-2024-01-01", "\u0662\u0660\u0662\u0664-01-31", "\uff12\uff10\uff12\uff14-01-31", "2024\u201301\u201331", "5 Januar 2024", "5 Foo 2024", "2024-01-31\n", "\t2024-01-31",
    f"{NBSP}2024-01-31", "2024-01-31\u2028", "2024-01-31\u0085", "31.01.24", "today", "epoch", "2024-01", "1.1.2024",
    "2024-01-31T00:00:00Z", "2024-01-31+02:00", "'2024-01-31'", "45321", "29-02-23",
]  # fmt: skip
TIMES = {
    "2024-01-31 23:59:58": dt.datetime(2024, 1, 31, 23, 59, 58), "31.01.2024 7:05": dt.datetime(2024, 1, 31, 7, 5),
    "31.01.2024 17:05": dt.datetime(2024, 1, 31, 17, 5), "31.01.2024 07:05": dt.datetime(2024, 1, 31, 7, 5),
    "2024-01-31T01:02:03.045": dt.datetime(2024, 1, 31, 1, 2, 3, 45000), "20240131 00": dt.datetime(2024, 1, 31),
}  # fmt: skip
NO_TIMES = ["2024-01-31 24:00:00", "2024-01-31 23:60:00", "2024-01-31 23:59:60", "31.02.2024 7:05", "2024-01-31",
            "31.01.2024 7:5", "2024-01-31T01:02:03", "2024-01-31 01:02:03.5", "2024-01-31 1:02:03"]  # fmt: skip
MONEY = {
    "$1,234.50": "1234.50", "(12.00)": "-12.00", "($12.00)": "-12.00", "$(12.00)": "-12.00", "-5": "-5.00",
    "+5": "5.00", "5": "5.00", "EUR 5.1": "5.10", "5.1 EUR": "5.10", "€5": "5.00", "- 5": "-5.00", "-$5": "-5.00",
    "$-5": "-5.00", "1 234.50": "1234.50", f"1{NBSP}234.50 €": "1234.50", "1'234.50": "1234.50", ".5": "0.50",
    "1,234,567": "1234567.00", "1234567.891": "1234567.89", "1.005": "1.01", "-1.005": "-1.01", "0.125": "0.13",
    "007": "7.00", "5 euros": "5.00", "12 Dollars": "12.00", " 5 ": "5.00", "-0": "0.00",
    "9999999999999999.99": "9999999999999999.99", "0." + "1" * 50: "0.11", "0" * 60 + "1": "1.00",
}  # fmt: skip
NO_MONEY = [
    "", " ", "$", "-", "()", "1,23.4", "1,2345", ",123", "1,234,56", "12,34,567", "1.2.3", "5.", "1e3", "\u0661\u0662\u0663", "\uff11\uff12",
    "--5", "+-5", "(5", "5)", "(-5)", "5-", "12 apples", "5 eur", "NaN", "Infinity", "0x10", "1_000", "5\n", "5\u2028",
    "99999999999999999", "9999999999999999.999", "9" * 60, "1 2", "12 34", "5 EUR 5", "½", "5 %", "null",
]  # fmt: skip
COMMAS = {"1.234,50 €": "1234.50", "1.234": "1234.00", "1,5": "1.50", "-1.234.567,8": "-1234567.80", "(1,00)": "-1.00",
          f"1{NBSP}234,5": "1234.50", ",5": "0.50"}  # fmt: skip
NO_COMMAS = ["1,234.50", "1.5", "1.23,4", "1,234,567", "1'234,5", "5,"]
PHONES = {
    "+49 30 1234567": "+49301234567", "0049 30 1234567": "+49301234567", "030 1234567": "+49301234567",
    "030/123-45.67": "+49301234567", "(030) 1234567": "+49301234567", "+49 (0) 30 1234567": "+49301234567",
    "301234567": "+49301234567", "+1 (555) 123-4567": "+15551234567", "(0)30 1234567": "+49301234567",
    " 030 1234567 ": "+49301234567", "+123456789012345": "+123456789012345", "+1234567": "+1234567", "012345": "+4912345",
}  # fmt: skip
NO_PHONES = [
    "", " ", "+", "0", "00", "000 30 1234567", "+0 30 1234567", "01234", "+123456", "+1234567890123456", "12345678901234",
    "030 1234567 ext 5", "030 1234567 x5", "tel. 0301234567", "\u0660\u0663\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667", "030+1234567", "++4930123456",
    "030 1234567\n", f"030{NBSP}1234567", "9" * 40,
]  # fmt: skip
MAILS = {
    "Ann@Example.com": "ann@example.com", " bob.b+tag@sub.x-y.org ": "bob.b+tag@sub.x-y.org",
    "O'Neil_%@X.DE": "o'neil_%@x.de",
}  # fmt: skip
NO_MAILS = ["", "no-at", "a@b", "a@b.c", "a@@b.de", "a b@c.de", "a@b.de, c@d.de", "@b.de", "a@.de", "a@b..de", "ä@b.de",
            "a@bä.de", "a@b.de\n", "<a@b.de>", "a@b.123", "mailto:a@b.de", "a@b.de."]  # fmt: skip
BATTERIES = {
    "date": (DATE, [*DATES, *NO_DATES]), "timestamp_ntz": (TIME, [*TIMES, *NO_TIMES]),
    "timestamp": (TIME | {"as": "timestamp"}, [*TIMES, *NO_TIMES]), "money point": (POINT, [*MONEY, *NO_MONEY]),
    "money comma": (COMMA, [*COMMAS, *NO_COMMAS]), "phone": (PHONE, [*PHONES, *NO_PHONES]),
    "phone without trunk": (PHONE | {"country": 39, "trunk": ""}, [*PHONES, *NO_PHONES]),
    "phone in America": (PHONE | {"country": 1, "trunk": 1}, ["1-800-555-1234", "(800) 555 1234", *PHONES]),
    "email": (EMAIL, [*MAILS, *NO_MAILS]), "email domain": (EMAIL | {"lower": "domain"}, [*MAILS, *NO_MAILS]),
}  # fmt: skip


def a_case(parser, texts):
    """Texts in columns of six rows, the last one without, and what is read from each column."""
    columns = {}
    for start in range(0, len(texts), 5):
        whens = [
            f"when {i} then '{t.replace(chr(39), chr(39) * 2)}'" for i, t in enumerate(texts[start : start + 5], 1)
        ]
        columns[f"t{start}"] = f"case id {' '.join(whens)} end"
    return [
        {"name": "texts", "derive": {"from": "orders", "columns": columns}},
        {"name": "parsed", "parse": {"from": "texts", "columns": {f"p{t}": parser | {"of": t} for t in columns}}},
        {"name": "out", "select": {"from": "parsed", "columns": ["id", *columns, *(f"p{t}" for t in columns)]}},
    ]


EVERYTHING = list(dict.fromkeys(text for _, texts in BATTERIES.values() for text in texts))
CASES = {
    **{kind: a_case(parser, texts) for kind, (parser, texts) in BATTERIES.items()},
    **{f"{kind} of everything": a_case(BATTERIES[kind][0], EVERYTHING) for kind in ("date", "money point", "phone", "email")},
    "in place, beside others and with odd names": [
        {"name": "odd", "select": {"from": "orders", "columns": ["id", {"it's a \"b\"": "email"}, {"a.b": "shop"}]}},
        {"name": "out", "parse": {"from": "odd", "columns": {
            "It's a \"b\"": EMAIL, "back`tick": PHONE | {"of": "a.b"}, "A.B": POINT | {"type": "decimal(38,10)"}}}},
    ],
    "fail where all fit": [
        {"name": "good", "filter": {"from": "orders", "where": "id in (1, 3)"}},
        {"name": "out", "parse": {"from": "good", "columns": {"email": EMAIL}, "on_error": "fail"}},
    ],
    "fail over no rows": [
        {"name": "none", "filter": {"from": "orders", "where": "id < 0"}},
        {"name": "out", "parse": {"from": "none", "columns": {"email": DATE}, "on_error": "fail"}},
    ],
}  # fmt: skip


def random_step(draw, frames, frame, other):
    texts = [column.name for column in frames[frame] if column.type == "string"]
    if not texts:
        return None
    parser = draw(st.sampled_from([DATE, TIME, POINT, COMMA, PHONE, EMAIL]))
    new = draw(st.sampled_from(["new", "it's", *frames[frame].names]))
    return {"from": frame, "columns": {new: parser | {"of": draw(st.sampled_from(texts))}}}


def a_parse(parser, **more):
    return a_checked(out("parse", columns={"value": parser | {"of": "text"}}, **more), tables=T)


def read(parser, texts):
    found = rows(a_parse(parser), T, orders=[(i, text, 0) for i, text in enumerate(texts)])
    return dict(zip(texts, [row[-1] for row in sorted(found)], strict=True))


def amounts(texts):
    return {text: Decimal(value) for text, value in texts.items()}


@pytest.mark.parametrize(
    ("parser", "fitting", "others"),
    [(DATE, DATES, NO_DATES), (TIME, TIMES, NO_TIMES), (POINT, amounts(MONEY), NO_MONEY),
     (COMMA, amounts(COMMAS), NO_COMMAS), (PHONE, PHONES, NO_PHONES), (EMAIL, MAILS, NO_MAILS)],
    ids=["date", "time", "point", "comma", "phone", "email"],
)  # fmt: skip
def test_texts_that_fit_are_read_and_all_others_are_null(parser, fitting, others):
    assert read(parser, [*fitting, *others, None]) == {**fitting, **dict.fromkeys([*others, None])}


def test_the_first_format_that_yields_a_date_counts():
    both = {"as": "date", "formats": ["dd.MM.yyyy", "MM.dd.yyyy"]}

    assert read(both, ["01.02.2024", "12.31.2024"]) == {
        "01.02.2024": dt.date(2024, 2, 1), "12.31.2024": dt.date(2024, 12, 31)
    }  # fmt: skip


def test_a_trunk_prefix_is_the_countrys_own():
    assert read(PHONE | {"country": 1, "trunk": 1}, ["1-800-555-1234", "(800) 555 1234"]) == {
        "1-800-555-1234": "+18005551234", "(800) 555 1234": "+18005551234"
    }  # fmt: skip
    assert read(PHONE | {"country": 39, "trunk": ""}, ["06 698 12345"]) == {"06 698 12345": "+390669812345"}


def test_only_the_domain_may_be_put_in_lower_case():
    assert read(EMAIL | {"lower": "domain"}, ["Ann@Example.COM"]) == {"Ann@Example.COM": "Ann@example.com"}


def test_columns_are_read_in_place_or_anew_and_have_the_parsers_type():
    checked = a_checked(out("parse", columns={"TEXT": POINT | {"type": "Decimal(9, 3)"}, "on": DATE | {"of": "Text"},
                                              "at": TIME | {"of": "text", "as": "timestamp"}}), tables=T)  # fmt: skip

    assert types(checked) == {"id": "bigint", "text": "decimal(9,3)", "n": "int", "on": "date", "at": "timestamp"}
    assert rows(checked, T, orders=[(1, "2024-01-31", 0)])[0][:4] == (1, None, 0, dt.date(2024, 1, 31))


@pytest.mark.parametrize("parser", [DATE, POINT, PHONE, EMAIL])
def test_a_text_that_does_not_fit_fails_the_run_where_that_is_asked_for(parser):
    checked = a_parse(parser, on_error="fail")

    assert rows(checked, T, orders=[(1, None, 0)]) == [(1, None, 0, None)]
    with pytest.raises(duckdb.Error, match=r"text is not .*: nonsense"):
        rows(checked, T, orders=[(1, "nonsense", 0)])


@pytest.mark.parametrize(
    ("columns", "code"),
    [({"nope": EMAIL}, "unknown_column"), ({"new": EMAIL | {"of": "tex"}}, "unknown_column"), ({"n": EMAIL}, "type"),
     ({"text": EMAIL, "TEXT": PHONE | {"of": "text"}}, "duplicate_column"),
     ({"text": POINT | {"type": "money"}}, "unknown_type"), ({"text": POINT | {"type": "double"}}, "type"),
     ({"text": {"as": "date", "formats": ["yyyy-MM-dd HH:mm"]}}, "constant")],
)  # fmt: skip
def test_what_cannot_be_read_is_a_problem(columns, code):
    (problem,) = problems(out("parse", columns=columns), tables=T)

    assert problem.code == code
    assert problem.hint


@pytest.mark.parametrize(
    ("text", "problem"),
    [("YYYY-MM-dd", "'Y' is not part of a format"), ("yyyy-MM-ddThh:mm", "'h' is not part of a format"),
     ("yyyy-MM", "it has no day"), ("dd.MM", "it has no year"), ("yyyy-MM-dd M", "a part of the date stands twice"),
     ("yyyy-MM-dd mm:ss", "minutes need hours, and seconds need minutes"), ("", "it has no year"),
     ("dMyyyy", "M, d or H stands beside another number"), ("yyyyMMd", "M, d or H stands beside another number")],
)  # fmt: skip
def test_a_format_that_cannot_be_read_in_one_way_is_a_problem(text, problem):
    assert DateFormat(text).problem() == problem
    assert codes(out("parse", columns={"text": {"as": "timestamp", "formats": [text]}}), tables=T) == ["constant"]


def test_a_reader_that_does_not_exist_is_told_with_those_that_do():
    data = {"name": "t", "sources": {"orders": "raw.t.orders"}, "target": {"table": "curated.t.out"},
            "steps": [out("parse", columns={"text": {"as": "day"}})]}  # fmt: skip

    with pytest.raises(SpecError, match=r"'date'.*'money'.*'phone'.*'email'"):
        build_spec(data)


@pytest.mark.parametrize(
    ("parser", "code"),
    [({"as": "date", "formats": ["yyyy-MM-dd"]},
      r'F.when(F.trim("text").rlike(r"^([1-9][0-9]{3})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])\z"), '
      r'F.expr("TRY_CAST(TRIM(text) AS DATE)"))'),
     (EMAIL,
      r'''F.when(F.trim("text").rlike(r"^[A-Za-z0-9._%+'-]+@([A-Za-z0-9-]+[.]){1,30}[A-Za-z]{2,}\z"), '''
      r'F.lower(F.trim("text")))'),
     (PHONE,
      r'F.coalesce(F.when(F.regexp_replace("text", "[(]0[)]|[-()/. ]", "").rlike(r"^([+]|00)[1-9][0-9]{6,14}\z"), '
      r'F.concat(F.lit("+"), F.regexp_replace(F.regexp_replace("text", "[(]0[)]|[-()/. ]", ""), "^[+0]+", ""))), '
      r'F.when(F.regexp_replace("text", "[(]0[)]|[-()/. ]", "").rlike(r"^0?[1-9][0-9]{4,12}\z"), '
      r'F.concat(F.lit("+49"), F.regexp_replace(F.regexp_replace("text", "[(]0[)]|[-()/. ]", ""), "^0", ""))))')],
)  # fmt: skip
def test_pyspark_matches_and_rearranges_with_functions_that_every_engine_has(parser, code):
    assert pyspark_body(a_parse(parser)) == [f'return orders.withColumn("value", {code})']


def test_pyspark_says_what_did_not_fit():
    (line,) = pyspark_body(a_parse(EMAIL, on_error="fail"))

    assert line.endswith(
        'F.when(F.col("text").isNotNull(), F.raise_error(F.concat(F.lit("text is not an e-mail address: "), "text")))))'
    )


def test_lineage_leads_to_the_column_of_texts_and_no_row_depends_on_it():
    lineage = trace(a_parse(EMAIL))

    assert {name: {column for _, column in refs} for name, refs in lineage.columns.items()}["value"] == {"text"}
    assert lineage.rows == frozenset()


def test_an_order_over_other_columns_lasts():
    step = a_parse(EMAIL).spec.steps[0].step

    assert step.order({"orders": ("id", "value desc")}) == ("id",)


def test_parsing_is_explained():
    assert a_parse(DATE | {"formats": ["yyyy-MM-dd", "dd.MM.yyyy"]}).spec.steps[0].step.explain() == (
        "read value from text as a date (yyyy-MM-dd or dd.MM.yyyy)"
    )
