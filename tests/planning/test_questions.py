"""Questions are read whole: every word has its meaning, or the planner asks."""

import pytest
from lake import plan, table

from datamorph.core.plan import Proposal
from datamorph.planning.offline.names import words_of


def ask(question, *domains):
    """The answer's rows as tuples."""
    return [tuple(row.values()) for row in table(plan(question, *domains, mode="question"), *domains)]


def test_rows_and_values_are_counted():
    assert ask("How many shops are there?") == [(4,)]
    assert ask("How many sales were made in total?") == [(8,)]
    assert ask("How many different cities are there?") == [(3,)]
    assert ask("Count the number of products in the category bread.") == [(2,)]


def test_measures_stand_beside_each_other():
    assert ask("What are the average, minimum and maximum amount of sales?") == [(8.125, 3.0, 20.0)]
    assert ask("What is the total quantity of all sales with channel online?") == [(10,)]


def test_columns_are_listed_in_the_order_that_is_asked_for():
    assert ask("What are the names and cities of all shops, sorted by name in descending order?") == [
        ("Station", "Leeds"), ("Old Town", "York"), ("Mill Lane", "Leeds"), ("Harbour", "Hull")]  # fmt: skip
    assert ask("List the names of shops in alphabetical order.") == [
        ("Harbour",), ("Mill Lane",), ("Old Town",), ("Station",)]  # fmt: skip


def test_the_id_of_a_table_is_its_key():
    assert sorted(ask("Show the ids and names of all products.")) == [
        (10, "Rye"), (11, "Baguette"), (12, "Eclair"), (13, "Scone")]  # fmt: skip


def test_names_are_found_however_they_are_written():
    assert sorted(ask("Show the IDs of all shops.")) == [(1,), (2,), (3,), (4,)]
    assert words_of("LName") == words_of("last_name") == ("last", "name")


def test_a_direction_may_be_spelled_out():
    assert ask("Show the name and price of products with category bread sorted by price from the lowest to the highest"
               ) == [("Baguette", 2.5), ("Rye", 4.0)]  # fmt: skip


def test_which_asks_for_the_label_of_rows_and_for_values_once():
    assert ask("Which product has the highest price?") == [("Rye",)]
    assert ask("Which product is the cheapest?") == [("Baguette",)]
    assert sorted(ask("Which cities have shops?")) == [("Hull",), ("Leeds",), ("York",)]


def test_the_most_of_another_table_is_a_count_of_its_rows():
    assert ask("Which product has the most sales?") in ([("Rye",)], [("Eclair",)])
    assert ask("What is the name of the shop with the largest number of sales?") == [("Mill Lane",)]
    assert ask("What is the most common channel?") == [("counter",)]


def test_groups_are_shown_beside_their_measure():
    assert sorted(ask("What is the average price for each category?")) == [(3.0, "pastry"), (3.25, "bread")]
    assert sorted(ask("Show the name of each shop and the number of sales.")) == [
        ("Mill Lane", 3), ("Old Town", 3), ("Station", 2)]  # fmt: skip
    assert sorted(ask("Please show each city and the corresponding number of shops in that city.")) == [
        (1, "Hull"), (1, "York"), (2, "Leeds")]  # fmt: skip


def test_groups_are_chosen_by_how_many_rows_they_have():
    assert sorted(ask("What are the names of shops with at least 3 sales?")) == [("Mill Lane",), ("Old Town",)]
    assert ask("Which cities have more than one shop?") == [("Leeds",)]


def test_values_find_their_columns():
    assert sorted(ask("What are the names of the shops in Leeds?")) == [("Mill Lane",), ("Station",)]
    assert sorted(ask("Show the names of shops whose city is Hull or York.")) == [("Harbour",), ("Old Town",)]
    assert sorted(ask("Show the names of shops whose city is not Leeds.")) == [("Harbour",), ("Old Town",)]
    assert ask('What is the city of the shop called "Harbour"?') == [("Hull",)]


def test_conditions_are_tied_and_compare_numbers():
    assert ask("What are the names of products with price over 2 and category pastry?") == [("Eclair",)]
    assert sorted(ask("What are the names of products with price between 2 and 3?")) == [("Baguette",), ("Eclair",)]
    assert ask("Find the names of products whose name starts with 'R'.") == [("Rye",)]


def test_conditions_reach_over_keys():
    assert sorted(ask("What is the amount of sales for the shop named Station?")) == [(5.0,), (20.0,)]
    assert ask("How many sales does the shop Harbour have?") == [(0,)]


def test_rows_without_a_match_are_found():
    assert ask("Which shops do not have any sales?") == [("Harbour",)]
    assert ask("What are the names of products without sales?") == [("Scone",)]


def test_all_columns_are_shown_where_all_information_is_asked_for():
    assert ask("Show all the information about products with category bread.")[0] == (10, "Rye", "bread", 4.0)


@pytest.mark.parametrize(
    "question",
    [
        "Which cities have both a shop older than 3 and a shop younger than 2?",
        "What are the names of shops in Leeds and in York?",
        "What are the names of the shops that were robbed?",
        "Show the names of the sad shops.",
    ],
)
def test_a_word_or_a_turn_without_a_certain_meaning_is_never_passed_over(question):
    assert not isinstance(plan(question, mode="question"), Proposal)


def test_the_same_question_has_the_same_answer_and_says_what_it_assumed():
    question = "Which shop has the most sales?"

    first, second = plan(question, mode="question"), plan(question, mode="question")

    assert first.spec == second.spec
    assert "equal ranks are decided by shop_id, name" in first.understanding.assumptions
    assert first.understanding.unexplained == ()
