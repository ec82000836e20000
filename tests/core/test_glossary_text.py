"""A wording more in glossary.yaml: what a person wrote there stays, line by line."""

from __future__ import annotations

import pytest

from datamorph.core.document import read_document
from datamorph.core.glossary_text import with_wording

COMMENTED = """\
# our words
terms:
  revenue: sum(amount)  # net

wordings:  # how people say it
  # late ones
  'arrived late': delivered_on is after due_on   # since 2023

tables:
  raw.shop.orders: orders  # all
"""


def wordings(text):
    return read_document(text, origin="the file")["wordings"]


def test_everything_else_stays_as_it_was_written():
    text = with_wording(COMMENTED, "big ones", "amount over 100")

    assert [line for line in text.splitlines() if line not in COMMENTED.splitlines()] == ["  big ones: amount over 100"]
    assert text.replace("  big ones: amount over 100\n", "") == COMMENTED
    assert list(wordings(text)) == ["arrived late", "big ones"]


def test_a_phrase_that_is_there_gets_the_new_words_in_its_line():
    text = with_wording(COMMENTED, "arrived late", "delay over 5")

    assert "  'arrived late': delay over 5   # since 2023\n" in text
    assert len(text.splitlines()) == len(COMMENTED.splitlines())


@pytest.mark.parametrize(
    "before",
    [
        "",
        "# nothing yet\n",
        "terms:\n  revenue: sum(amount)",
        "terms:\r\n  revenue: sum(amount)\r\n",
        "wordings:\n",
        "wordings: # empty\nterms: {a: sum(amount)}\n",
        "wordings: {}\n",
        "wordings: {old: amount over 5}\n",
        "wordings:\n  old: >\n    amount\n    over 5\nterms:\n  a: sum(amount)\n",
        "wordings:\n    old: amount over 5",
    ],
)
@pytest.mark.parametrize(
    ("phrase", "words"),
    [("big ones", "amount over 100"), ("yes", "status is 'a: b' # c"), ("10% off", 'name is "é"'), ("null", "{[")],
)
def test_what_was_there_and_what_is_new_are_read(before, phrase, words):
    old = read_document(before, origin="the file") or {}

    new = read_document(with_wording(before, phrase, words), origin="the file")

    assert new["wordings"] == {**(old.get("wordings") or {}), phrase: words}
    assert {name: part for name, part in new.items() if name != "wordings"} == {
        name: part for name, part in old.items() if name != "wordings"
    }


def test_line_ends_are_those_of_the_file():
    assert with_wording("wordings:\r\n  a: b c\r\n", "d", "e f") == "wordings:\r\n  a: b c\r\n  d: e f\r\n"
