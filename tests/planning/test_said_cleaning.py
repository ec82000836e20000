"""Cleaning in everyday words: what is done to a text, pieces of it, values with other names, what is missing."""

import pytest
from lake import plan, run

from datamorph.core.plan import Proposal

FIRST_SALES = {100: "counter", 101: "online", 103: "phone"}


def by_id(prompt, key="sale_id"):
    return {row[key]: row for row in run(prompt)}


def column(prompt, name):
    return [row[name] for row in run(prompt)]


EMAIL = [None, "ann@example.com", "ann@example.com", "cy@mail.test"]


@pytest.mark.parametrize(
    "prompt",
    [
        "member_id and mail_clean, i.e. the email in small letters with outer blanks off",
        "Members with member_id and mail_clean: trimmed, lower-case email",
        "Give me member_id and the email (no stray blanks, all lower case) as mail_clean",
        "mail_clean = lower(trim(email)). Members: member_id, mail_clean",
    ],
)
def test_text_is_cleaned_in_any_words(prompt):
    assert sorted(column(prompt, "mail_clean"), key=str) == sorted(EMAIL, key=str)


def test_a_cleaned_column_is_grouped_and_counted_by():
    prompt = "number of members per email, ignoring case and outer blanks, where email is not empty"

    assert {row["email"]: row["member_count"] for row in run(prompt)} == {"ann@example.com": 2, "cy@mail.test": 1}


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("member_id, initial: the first letter of last_name followed by a dot", {"L.", "R.", "O."}),
        ("member_id and ending, the last 2 letters of first_name in capitals", {"NN", "OB", "CY"}),
        ("member_id and host: whatever stands behind the @ of the trimmed email", {"Example.COM", "example.com", None,
                                                                                   "mail.test"}),
        ("member_id and sign: first_name, hyphen, last_name", {"Ann-Lee", "Ann-Leigh", "Bob-Ray", "Cy-Oh"}),
        ("member_id and badge, which is member_id padded with zeros to 4 digits", {"0001", "0002", "0003"}),
        ("member_id and hidden: the first letter of first_name, followed by '***'", {"A***", "B***", "C***"}),
    ],
)  # fmt: skip
def test_pieces_are_cut_and_put_together(prompt, expected):
    rows = run(prompt)

    assert {row[next(name for name in row if name != "member_id")] for row in rows} == expected


def test_a_prefix_and_a_sign_are_taken_away():
    rows = run("product_id and short_name: product_name without the leading 'Sc'")

    assert {row["short_name"] for row in rows} == {"Rye", "Baguette", "Eclair", "one"}
    assert set(column("shop_id and code: name of the shop in capitals with underscores instead of spaces", "code")) == {
        "MILL_LANE", "OLD_TOWN", "STATION", "HARBOUR"}  # fmt: skip


@pytest.mark.parametrize(
    "prompt",
    [
        "Translate channel of sales into words (counter: till, online: web, phone: call); list sale_id with way_name",
        "sale_id and way_name. way_name = recode(channel: counter, online and phone as till, web and call)",
    ],
)
def test_values_get_other_names(prompt):
    rows = by_id(prompt)

    assert {key: rows[key]["way_name"] for key in FIRST_SALES} == {100: "till", 101: "web", 103: "call"}


def test_values_that_are_not_named_stay_as_they_are():
    rows = by_id("sale_id and way. way = recode(channel: phone is called remote)")

    assert {key: rows[key]["way"] for key in FIRST_SALES} == {100: "counter", 101: "online", 103: "remote"}


def test_classes_need_no_quotes():
    prompt = "Sort sales into amount classes: below 5 small, 5 to 9 middling, 10 and up big. Then sales per class"

    assert {row["amount_class"]: row["sale_count"] for row in run(prompt.replace("per class", "per amount_class"))} == {
        "small": 2, "middling": 4, "big": 2}  # fmt: skip


@pytest.mark.parametrize(
    "prompt",
    [
        "sale_id and is_cheap, set when discount exceeds 0 and false otherwise",
        "sale_id and is_cheap: true if discount is over 0",
        "sales: sale_id and is_cheap, telling whether discount is over 0",
    ],
)
def test_flags_are_false_where_nothing_is_known(prompt):
    rows = by_id(prompt)

    assert [rows[key]["is_cheap"] for key in (100, 101, 102)] == [False, True, True]


@pytest.mark.parametrize(
    "prompt",
    [
        "Members per email, those with nobody on file shown under 'none'",
        "number of members per email (missing = 'none')",
        "number of members per email; where no email was given it should say 'none'",
    ],
)
def test_missing_keys_get_a_name(prompt):
    assert "none" in column(prompt, "email")


def test_missing_numbers_count_as_zero():
    prompt = "Average discount per channel of the sales, a blank discount counting as zero"

    assert {row["channel"]: row["avg_discount"] for row in run(prompt)}["phone"] == 0


def test_the_first_column_with_a_value_is_taken():
    rows = by_id("sale_id and cut; use discount and fall back on quantity where it's null")

    assert [rows[key]["cut"] for key in (100, 101)] == [2, 1]


def test_wrong_values_are_emptied():
    rows = by_id("set discount to null where it is above 1; show sale_id and discount")

    assert [rows[key]["discount"] for key in (101, 105)] == [1, None]


def test_conditions_see_the_cleaned_column():
    prompt = "email = lower(trim(email)). number of members with email 'ann@example.com'"
    found = plan(prompt.replace("'ann@example.com'", "cy@mail.test"))
    rows = run("email = lower(trim(email)). Members where email starts with 'ann': member_id, email")

    assert not isinstance(found, Proposal)
    assert [row["email"] for row in rows] == ["ann@example.com"] * 2


def test_a_new_name_is_never_the_raw_column():
    rows = run("last 3 letters of last_name with '*' in front, as name_masked, plus member_id")

    assert {row["name_masked"] for row in rows} == {"*Lee", "*igh", "*Ray", "*Oh"}
    assert set(rows[0]) == {"name_masked", "member_id"}


def test_spellings_are_one_only_where_case_or_blanks_tell_them_apart():
    assert isinstance(plan("count sales by channel, treating 'phone' and ' PHONE' as the same"), Proposal)
    assert not isinstance(plan("count sales by channel, treating 'phone' and 'online' as the same thing"), Proposal)


PER_EMAIL = {"ann@example.com": 2, "cy@mail.test": 1, None: 1}


@pytest.mark.parametrize("said", [
    "The email of the members is a mess. Trim it and lower-case it. Then per email the number of members.",
    "Emails in members differ in case and stray blanks, so trim and lower-case them. Number of members per email.",
    "Spelling of email in members is sloppy, so trim and lower-case. Number of members per email",
    "Number of members per email. email is typed in all sorts of ways: ignore case and outer blanks.",
    "Number of members per email; the email should be compared trimmed and in lower case",
    "email spelling varies in case and blanks - use it trimmed in lower case. Number of members per email",
    "Number of members per email. Email is spelled in several ways (case, blanks), so lower-case and trim the email.",
])  # fmt: skip
def test_a_sentence_about_spelling_says_what_is_done_to_the_column(said):
    assert {row["email"]: row["member_count"] for row in run(said)} == PER_EMAIL


def test_what_stands_for_a_missing_text_is_said_behind_it():
    said = "email: trim + lower-case, 'unknown' if missing. Then count members per email."
    assert {row["email"]: row["member_count"] for row in run(said)} == {
        (email or "unknown"): count for email, count in PER_EMAIL.items()
    }


@pytest.mark.parametrize("said", [
    "Number of members per email. The email is spelled in several ways.",
    "Number of members per email. The email of Leeds is a mess, so trim and lower-case it.",
    "The email of the members is a mess. Trim it and cut it to 3 letters. Number of members per email.",
    "The email is a mess. Trim it and the last_name. Number of members per email.",
])  # fmt: skip
def test_spelling_beside_other_things_is_no_order(said):
    found = plan(said)
    assert not isinstance(found, Proposal) or "cut" not in said
    assert not isinstance(found, Proposal) or "lower(" not in str(found.spec) or "Leeds" in str(found.spec)
