"""Patterns that every engine reads alike."""

import pytest

from datamorph.core.pattern import (
    check_date_pattern,
    check_like,
    check_regex,
    check_replacement,
    re2_replacement,
    strftime_pattern,
)


@pytest.mark.parametrize("pattern", ["[^0-9]", r"\.", "a|b", "(?:a)(b)", r"\(\?", "x{2,3}", "^a.*$", r"[\]a]", "[a-z-]",
                                     r"\t\\", "ä€😀", r"\$", ".", "a}"])  # fmt: skip
def test_plain_patterns_are_fine(pattern):
    assert check_regex(pattern) == ""


@pytest.mark.parametrize(
    "pattern",
    [
        "(",
        "[a",
        "*",
        "a**",
        r"\d+",
        r"\w",
        r"[\s]",
        r"\bx",
        "(?i)a",
        "(?=a)",
        "(?<!a)b",
        "(?P<n>a)",
        "a++",
        "a{2}+",
        r"\1",
        "[[:alpha:]]",
        "[a&&b]",
        "[]a]",
        "{",
        "a{,2}",
        "a{1001}",
        r"\p{L}",
        "\\",
        r"\<a",
        r"\_",
        r"\ä",
        "[z-a]",
        "(" * 200,
    ],
)
def test_patterns_that_are_wrong_or_differ_between_engines_say_what_to_write(pattern):
    assert check_regex(pattern)


@pytest.mark.parametrize(
    ("replacement", "pattern", "is_fine"),
    [("", "a", True), ("x", "a", True), ("$1-$2", "(a)(b)", True), ("$1", "a", False), ("$", "a", False),
     ("$1x", "(a)", False), ("${1}", "(a)", False), ("\\1", "(a)", False), ("$0", "a", False), ("x", "a*", False),
     ("$$", "a", False), ("$1 x", "(a)", True)],
)  # fmt: skip
def test_replacements_name_groups_that_exist(replacement, pattern, is_fine):
    assert (check_replacement(replacement, pattern) == "") is is_fine


@pytest.mark.parametrize(("pattern", "is_fine"), [("a%", True), (r"50\%", True), (r"\\", True), ("\\", False),
                                                  (r"\d", False), ("", True)])  # fmt: skip
def test_a_backslash_in_like_escapes_something(pattern, is_fine):
    assert (check_like(pattern) == "") is is_fine


@pytest.mark.parametrize(
    ("pattern", "is_fine"),
    [("yyyy-MM-dd", True), ("HH:mm:ss", True), ("yyyyMMdd", True), ("yy", False), ("d.M.yyyy", False), ("MMM", False),
     ("yyyy'x'", False), ("%Y", False), ("", False), ("YYYY", False), ("yyyyy", False), ("dd/MM/yyyy", True)],
)  # fmt: skip
def test_date_patterns_hold_whole_fields(pattern, is_fine):
    assert (check_date_pattern(pattern) == "") is is_fine


def test_patterns_are_translated_for_other_engines():
    assert strftime_pattern("yyyy/MM/dd HH:mm:ss") == "%Y/%m/%d %H:%M:%S"
    assert re2_replacement("$1-$2") == r"\1-\2"
