"""Jinja in models: variables, loops, and nothing that reaches outside."""

from __future__ import annotations

import time

import pytest

from datamorph.core.sql_template import MAX_LENGTH, TemplateMistake, render


def test_variables_lists_loops_and_conditions_make_text():
    source = (
        "{% set n = 2 %}{% for c in columns %}{{ c | upper }}{% if not loop.last %}, {% endif %}{% endfor %} {{ n }}"
    )

    assert render(source, {"columns": ["a", "b"]}).text == "A, B 2"


def test_every_place_of_the_text_is_one_of_the_source():
    source = "SELECT {{ x }},\n  {% for c in cs %}{{ c }} AS {{ c }}_1,\n  {% endfor %}last"

    rendered = render(source, {"x": "one\ntwo", "cs": ["a", "b"]})

    assert rendered.source_offset(rendered.text.index("last")) == source.index("last")
    assert rendered.source_offset(rendered.text.index("two")) == source.index("{{ x }}")
    second = rendered.text.index(" AS", rendered.text.index("b"))
    assert rendered.source_offset(second) == source.index(" AS")


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ x.__init__.__globals__ }}",
        "{{ x | attr('__class__') }}",
        "{{ config.items() }}",
        "{{ range(10) }}",
        "{{ x.upper() }}",
        "{{ 'a' * 1000000000 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ env('HOME') }}",
        "{% include '/etc/passwd' %}",
        "{% import 'os' as os %}",
        "{% from 'x' import y %}",
        "{% extends 'x' %}",
        "{% macro m() %}{% endmacro %}{{ m() }}",
        "{{ lipsum }}",
        "{{ namespace }}",
        "{% for a in x %}",
        "{{ unknown }}",
        "{{ 1 / 0 }}",
        "{{ x | tojson }}",
        "a\x01b",
    ],
)
def test_everything_else_is_refused_at_its_place(source):
    with pytest.raises(TemplateMistake) as caught:
        render(source, {"x": "text"})

    assert 0 <= caught.value.offset <= len(source)
    assert caught.value.hint


def test_what_grows_without_end_is_stopped():
    loops = "".join(f"{{% for a{i} in x %}}" for i in range(4)) + "word " * 10 + "{% endfor %}" * 4
    started = time.perf_counter()

    with pytest.raises(TemplateMistake, match="characters"):
        render(loops, {"x": list(range(12))})

    assert time.perf_counter() - started < 30
    assert MAX_LENGTH == 100_000
