"""Sections: no figure is typed into a template, everything given is escaped."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib.resources import files

import pytest

from imgstats import Applicant
from imgstats.reporting import pictures, sections
from tests.reporting.page_text import numbers, soup

TEMPLATES = sorted(
    (each for each in (files("imgstats.reporting") / "templates" / "sections").iterdir()),
    key=lambda each: each.name,
)
SECTIONS = [
    sections.header,
    sections.headline,
    sections.place,
    sections.doubt,
    sections.trend,
    sections.trend_table,
    sections.denominators,
    sections.limits,
    sections.sources,
    lambda comparison: sections.factor(comparison, "attempts"),
    lambda comparison: sections.factor(comparison, "usce"),
    lambda comparison: sections.factor(comparison, "ranks"),
]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda each: each.name)
def test_no_figure_is_typed_into_a_template(template):
    text = template.read_text(encoding="utf-8")
    prose = re.sub(r"\{[{%#].*?[#%}]\}", " ", text, flags=re.DOTALL)
    # A rate is shown as people of 100, and that 100 is no figure of the data.
    words = soup(prose).get_text(" ").replace("of 100", "")
    assert numbers(words) == []


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("name", ["non_us", "us"])
def test_a_section_is_whole_html(request, section, name):
    html = section(request.getfixturevalue(name))._repr_html_()
    opened = re.findall(
        r"<(p|div|table|tr|td|th|ul|ol|li|dl|dt|dd|section|figure|span|details)\b", html
    )
    closed = re.findall(
        r"</(p|div|table|tr|td|th|ul|ol|li|dl|dt|dd|section|figure|span|details)>", html
    )
    assert sorted(opened) == sorted(closed)


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_reads_as_text_in_a_terminal(non_us, section):
    text = repr(section(non_us))
    assert text
    assert "<" not in text


@pytest.mark.parametrize(
    "label", ["<b>x</b>", '"><img src=x onerror=alert(1)>', "{{ 7 * 7 }}", "&amp;"]
)
def test_a_label_is_text_in_the_head(compared, label):
    comparison = compared(Applicant(group="us_img", step2_ck=230, label=label))
    head = soup(sections.header(comparison)._repr_html_())
    assert head.select_one(".label").get_text() == label
    assert head.select("b, img, script") == []


@pytest.mark.parametrize("section", SECTIONS)
def test_words_of_the_data_are_escaped_too(non_us, section):
    evil = "<script>1</script>"
    comparison = replace(
        non_us,
        notes=(evil,),
        not_in_data=(evil,),
        trend=replace(non_us.trend, sentence=evil, outcome=evil),
        sources=tuple(replace(each, title=evil, caveats=evil) for each in non_us.sources),
        factors=tuple(
            replace(
                each,
                sentence=evil,
                evidence=tuple(replace(one, finding=evil, note=evil) for one in each.evidence),
            )
            for each in non_us.factors
        ),
    )
    assert soup(section(comparison)._repr_html_()).select("script") == []


def test_an_unknown_factor_is_a_key_error(non_us):
    with pytest.raises(KeyError, match="luck"):
        sections.factor(non_us, "luck")


@pytest.mark.parametrize(
    ("months", "words"), [(1, "1 month"), (2.5, "2.5 months"), (0, "0 months")]
)
def test_units_agree_with_their_number(compared, months, words):
    comparison = compared(Applicant(group="us_img", step2_ck=230, usce_months=months))
    given = soup(sections.factor(comparison, "usce")._repr_html_()).select_one(".given")
    assert given.get_text().strip() == f"This applicant: {words}"


def test_a_picture_has_its_words_beside_it(non_us):
    picture = pictures.rate_picture(non_us)
    assert picture is not None
    data, metadata = picture._repr_mimebundle_()
    assert metadata["image/png"]["alt"] == data["text/plain"] == repr(picture)
    assert picture.png.startswith(b"\x89PNG")


def test_a_refused_group_has_no_picture_of_a_rate(compared):
    refused = compared(Applicant(group="us_img", step2_ck=230, specialty="Pediatrics"))
    assert pictures.rate_picture(refused) is None
    assert pictures.score_picture(refused) is None


def test_a_borrowed_curve_is_drawn_and_no_scores_are(us):
    picture = pictures.rate_picture(us)
    assert picture is not None
    assert "borrowed match rate" in picture.alt
    assert pictures.score_picture(us) is None
