"""Sections: no figure is typed into a template, everything given is escaped."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib.resources import files

import pytest

from imgstats import Applicant
from imgstats.comparison.score.records import Ladder, Rung
from imgstats.own_tables import OwnTables
from imgstats.reporting import pictures, sections
from imgstats.wording import interval_words
from tests.reporting.page_text import numbers, soup, spoken

TEMPLATES = sorted(
    (each for each in (files("imgstats.reporting") / "templates" / "sections").iterdir()),
    key=lambda each: each.name,
)
LADDER = Ladder(
    rungs=(Rung(name="digits", low=0.0, high=1.0), Rung(name="smooth", low=0.11, high=0.73)),
    sentence="The figures alone allow much.",
    caption="What is assumed, from the top.",
)


def with_ladder(comparison):
    """Return a comparison with a ladder, whatever its curve holds."""
    return replace(comparison, headline=replace(comparison.headline, ladder=LADDER))


SECTIONS = [
    sections.header,
    sections.headline,
    sections.place,
    sections.doubt,
    sections.standing,
    sections.rests,
    sections.what_if,
    sections.where,
    sections.glossary,
    lambda comparison: sections.ladder(with_ladder(comparison)),
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


def test_a_ladder_stands_on_the_first_page_and_beside_its_figure(non_us):
    comparison = with_ladder(non_us)
    assert LADDER.sentence in repr(sections.standing(comparison))
    assert LADDER.caption in repr(sections.ladder(comparison))
    picture = pictures.ladder_picture(comparison)
    assert picture is not None
    alt = picture.alt
    assert "Step 2 CK 242, by" in alt
    for rung in LADDER.rungs:
        assert interval_words(rung.low, rung.high) in alt
    assert interval_words(non_us.headline.low, non_us.headline.high) in alt


@pytest.mark.parametrize(
    ("bands", "expected"),
    [
        ("low,high,matched,not_matched\n1,,20,80\n", "None: there is a single band"),
        (
            "low,high,matched,not_matched\n1,239,10,30\n240,,<5,30\n",
            "None: the counts of the band, of which one is hidden, allow 0 % to 12 %.",
        ),
        (
            "low,high,matched,not_matched\n1,229,10,30\n230,249,20,30\n250,,40,30\n",
            "Curves of other shapes were fitted",
        ),
    ],
)
def test_rates_that_are_counted_by_band_are_not_told_as_a_smooth_curve(
    tmp_path, compared, bands, expected
):
    file = tmp_path / "bands.csv"
    file.write_text(bands, encoding="utf-8")
    own = OwnTables(tmp_path / "own")
    own.add(
        file,
        kind="band",
        measure="step2_ck",
        source="a school",
        year=2026,
        group="non_us_img",
        specialty="Internal Medicine",
    )
    found = compared(Applicant(group="non_us_img", step2_ck=242), own=own)
    said = repr(sections.doubt(found)).replace("\xa0", " ")
    assert expected in said
    assert "All of them are smooth" not in said
    assert "counted in a table of this very group" in repr(sections.headline(found))


def test_without_a_ladder_nothing_stands_there(non_us):
    bare = replace(non_us, headline=replace(non_us.headline, ladder=None))
    assert repr(sections.ladder(bare)) == ""
    assert pictures.ladder_picture(bare) is None
    assert "without a smooth curve" not in repr(sections.standing(bare))


def test_the_curve_is_called_an_estimate_and_the_counts_a_record(non_us):
    said = repr(sections.header(non_us))
    assert "The counts are a record, a curve is an estimate." in said


def test_the_headline_curve_is_told_in_words_for_applicants(non_us):
    said = repr(sections.doubt(non_us))
    assert "bends as far as the printed figures ask" in said
    assert "how often such a curve would print figures that fit it as badly" in said
    assert "prior" not in said


def test_scores_that_the_figures_leave_out_have_a_row_of_their_own(non_us, us):
    said = spoken(sections.doubt(non_us).html)
    assert f"Whom the figures leave out {non_us.headline.consent.sentence}" in said
    assert "it leaves none for other scores of those whom the figures leave out" in said
    assert "leave out" not in repr(sections.doubt(us))
