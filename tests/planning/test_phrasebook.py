"""The phrase book puts wordings into plain words; what was understood as it stands is never touched."""

import pytest
from lake import catalog, plan, run

from datamorph.core.plan import Proposal
from datamorph.planning.offline.indexes import Indexes
from datamorph.planning.offline.phrasebook.pattern import PatternError, parse_pattern
from datamorph.planning.offline.phrasebook.rewording import reword
from datamorph.planning.offline.phrasebook.rules import load_rules, parse_rules
from datamorph.planning.offline.rephrasing.said import Said


def said(prompt):
    lake = catalog("bakery")
    return Said(prompt, lake, *Indexes().of(lake))


def matched(pattern, prompt, place=0):
    """What the pattern matches there, and its slots; None where it does not match."""
    words = said(prompt)
    found = next(iter(parse_pattern(pattern, {}).match(words, place, {})), None)
    return found and (words.text(place, found[0]), {name: words.text(*span) for name, span in found[1].items()})


@pytest.mark.parametrize(
    ("pattern", "prompt", "text", "slots"),
    [
        ("per (shop | city)", "per city of shops", "per city", {}),
        ("per [each] city", "per city", "per city", {}),
        ("no blanks in {column}", "no blanks in channel please", "no blanks in channel", {"column": "channel"}),
        ("{number_column:measure} of {table}", "amount of sales", "amount of sales",
         {"measure": "amount", "table": "sales"}),
        ("above {number} {word:unit} ~", "above 5 euros, then", "above 5 euros", {"number": "5", "unit": "euros"}),
        ("{names} please", "shop_id, total and name please", "shop_id, total and name please",
         {"names": "shop_id, total and name"}),
        (r"{column} \( {text} \)", "channel ('online')", "channel ('online')",
         {"column": "channel", "text": "'online'"}),
        ("^ only {value}", "only online sales", "only online", {"value": "online"}),
        ("{clause} $", "every word up to here. Not this", "every word up to here", {"clause": "every word up to here"}),
    ],
)  # fmt: skip
def test_a_pattern_matches(pattern, prompt, text, slots):
    assert matched(pattern, prompt) == (text, slots)


@pytest.mark.parametrize(
    ("pattern", "prompt", "place"),
    [
        ("{number_column}", "channel", 0),
        ("^ only", "show only", 1),
        ("{text}", "channel", 0),
        ("{column} and {column}", "channel and amount", 0),
        ("total $", "total of sales", 0),
    ],
)
def test_a_pattern_does_not_match(pattern, prompt, place):
    assert matched(pattern, prompt, place) is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a (b", "a.txt:1: '(' is not closed in 'a ( b'"),
        ("a b)\n-> c", "a.txt:1: ')' closes nothing in 'a b)'"),
        ("{colour}\n-> c", "no slot {colour}: there are "),
        ("<missing>\n-> c", "no class <missing>"),
        ("a b", "a.txt:1: no '->' below this pattern"),
        ("<x> = a\n<x> = b", "a.txt:2: <x> is defined already"),
        ("{word}\n-> {words}", "a.txt:2: {words} is in no pattern above"),
    ],
)
def test_a_rule_that_cannot_be_read_is_told_with_its_line(text, problem):
    with pytest.raises(PatternError) as error:
        list(parse_rules(text, "a.txt", {}))

    assert problem in str(error.value)


def test_every_rule_of_the_book_can_be_read():
    assert len(load_rules()) > 1


def test_a_rule_applies_only_to_words_that_were_not_understood():
    prompt = said("number of sales per shop whatever the channel")
    start = prompt.prompt.index("whatever")

    assert reword(prompt, {start}).prompt == "number of sales per shop"
    assert reword(prompt, {0}) is None


def test_marks_go_with_the_words_and_quoted_text_stays():
    prompt = said("sales (whatever the channel), with ' ; ' between shop_id and product_id")

    assert reword(prompt, None).prompt == "sales, with ' ; ' between shop_id and product_id"


def test_what_was_put_into_other_words_is_stated():
    outcome = plan("number of sales per shop, whatever the channel", "bakery")

    assert isinstance(outcome, Proposal)
    assert outcome.spec.prompt == "number of sales per shop, whatever the channel"
    assert "', whatever the channel' asks for nothing" in outcome.understanding.assumptions
    assert outcome.spec.assumptions == outcome.understanding.assumptions
    told = {phrase.text: phrase.meaning for phrase in outcome.understanding.phrases}
    assert told[", whatever the channel"] == "asks for nothing"
    assert all(text in outcome.spec.prompt for text in told)


def test_a_prompt_in_other_words_gives_the_same_rows():
    rows = run("number of sales per shop, whatever the channel")

    assert sorted(map(str, rows)) == sorted(map(str, run("number of sales per shop")))
