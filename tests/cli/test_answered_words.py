"""Words that are not understood, answered in words by an option."""

from __future__ import annotations

import shlex

PROMPT = "zapped orders, as curated.shop.zapped"


def test_the_option_that_answers_in_words_is_shown_and_leads_to_the_plan(shop):
    asked = shop("plan", PROMPT)
    planned = shop("plan", PROMPT, "--answer", "word_zapped=amount over 500")

    assert asked.code == 3
    assert "--answer 'word_zapped=OTHER WORDS'" in asked.err.replace('"', "'")
    assert planned.code == 0
    assert "'zapped' is read as 'amount over 500', as answered" in " ".join(planned.out.split())
    assert "amount > 500" in planned.out


def test_the_next_command_runs_what_was_planned(shop):
    planned = shop("plan", PROMPT, "--answer", "word_zapped=amount over 500", "--domain", "shop")
    told = planned.out.split("Next")[-1].split("--home", 1)[1]
    _, *command = shlex.split(told)

    assert command == ["run", PROMPT, "--domain", "shop", "--answer", "word_zapped=amount over 500"]
    assert shop(*command, "--yes").code == 0


def test_json_says_that_a_question_takes_words(shop):
    (question,) = shop("plan", PROMPT, "--json").document["questions"]

    assert (question["id"], question["takes_words"]) == ("word_zapped", True)


def test_several_words_are_answered_at_once(shop):
    prompt = "number of frobbed orders per customer, only grommeted customers"
    answers = ("--answer", "word_frobbed=completed", "--answer", "word_only_grommeted=city is Oslo")

    assert shop("plan", prompt).code == 3
    assert shop("plan", prompt, *answers[:2]).code == 3
    assert shop("plan", prompt, *answers).code == 0


def test_an_answer_is_remembered_for_the_prompts_to_come_and_the_file_keeps_its_lines(shop, home):
    written = "# ours\nterms:\n  revenue: sum(amount)  # net\n"
    (home / "glossary.yaml").write_text(written)

    kept = shop("plan", PROMPT, "--answer", "word_zapped=amount over 500", "--remember")
    later = shop("plan", "number of zapped orders per customer", "--json").document
    listed = shop("glossary", "--json").document

    assert kept.code == 0
    assert "'zapped' is 'amount over 500'" in " ".join(kept.err.split())
    assert (home / "glossary.yaml").read_text() == f"{written}\nwordings:\n  zapped: amount over 500\n"
    assert "'zapped' is read as 'amount over 500' (glossary.yaml)" in later["understanding"]["assumptions"]
    assert later["understanding"]["answered"] == []
    assert (listed["wordings"], listed["mistakes"]) == ({"zapped": "amount over 500"}, [])
    assert "amount over 500" in shop("glossary").out


def test_a_question_is_remembered_too_and_a_new_answer_takes_the_place_of_an_old_one(shop, home):
    (home / "glossary.yaml").write_text("wordings:\n  zapped: grommeted  # to be said better\n")

    asked = shop("run", PROMPT, "--json").document["questions"][0]
    answered = shop("run", PROMPT, "--yes", "--answer", f"{asked['id']}=amount over 500", "--remember", "--json")

    assert answered.code == 0
    assert (home / "glossary.yaml").read_text() == "wordings:\n  zapped: amount over 500  # to be said better\n"


def test_nothing_is_remembered_without_words(shop, home):
    kept = shop("plan", "count orders per status", "--remember")

    assert kept.code == 0
    assert "nothing to remember" in kept.err
    assert not (home / "glossary.yaml").exists()


def test_a_file_that_cannot_take_a_wording_is_an_error_with_what_to_write_and_stays(shop, home):
    written = "terms: {\n  revenue: sum(amount)\n}\n...\n"
    (home / "glossary.yaml").write_text(written)

    kept = shop("plan", PROMPT, "--answer", "word_zapped=amount over 500", "--remember")

    assert kept.code == 2
    assert "cannot take a wording" in kept.err
    assert "zapped: amount over 500" in kept.err
    assert (home / "glossary.yaml").read_text() == written
