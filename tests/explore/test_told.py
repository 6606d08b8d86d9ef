"""The page's own functions in a real browser, against `compare`, at every score of every table."""

from __future__ import annotations

import json
import random
import warnings
from dataclasses import replace

import pytest

from imgstats import Applicant, PublishedTables, compare
from imgstats.comparison.compare import make_request
from imgstats.comparison.records import Refusal
from imgstats.comparison.score.ways import score_way
from imgstats.curves.screen import stored_screen_shares
from imgstats.errors import InputError
from imgstats.evidence import Scenario, shift
from imgstats.explore.page import SCRIPTS, script_source
from imgstats.explore.scores import SCORES
from imgstats.own_tables import OwnTables
from imgstats.wording import interval_words, of_hundred, percent

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TABLES = PublishedTables()
GROUPS = ("non_us_img", "us_img")


@pytest.fixture(scope="module")
def asked(chromium, page_data):
    """Return a function that evaluates an expression of the page's functions, `m`, and data."""
    context = chromium.new_context(offline=True)
    page = context.new_page()
    source = script_source(SCRIPTS[:-1])

    def ask(expression, given=None):
        return page.evaluate(
            "async ([source, data, given]) => {"
            " const m = await import(URL.createObjectURL("
            "new Blob([source], { type: 'text/javascript' })));"
            f" const book = m.reader(data); return ({expression})(m, book, data, given); }}",
            [source, page_data, given],
        )

    yield ask
    context.close()


def _who(**known):
    usual = {
        "group": "non_us_img",
        "specialty": "Internal Medicine",
        "denominator": "preferred",
        "score": 242,
        "ranks": None,
        "factor": "",
        "odds": None,
    }
    return usual | known


TOLD = (
    "(m, book, data, given) => given.map((who) => { const t = m.told(book, who); return {"
    " reason: t.reason, known: (t.known ?? []).map((k) => k.sentence), lead: t.lead,"
    " exact: t.exact, grade: t.grade, place: t.place, between: t.between, hundred: t.hundred,"
    " passing: t.passing, notes: t.notes, rate: t.rate, low: t.low, high: t.high,"
    " how: t.how, letter: t.letter, assumed: (t.assumed ?? []).map((k) => k.sentence),"
    " lent: t.lent && [t.lent.sentence, t.lent.steps.map((s) => [s.label, s.words]),"
    " t.lent.taus.map((r) => r.words), t.lent.against],"
    " bands: (t.bands ?? []).map((r) => [r.low, r.high, m.percent(r.rate),"
    " m.percent(r.rate_low), m.percent(r.rate_high), r.own]) }; })"
)


def _number(text):
    """Return what was typed as the number that it is, or as text."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _expected(part):
    """Return what the page should say, from a comparison's own score part."""
    if isinstance(part, Refusal):
        return {"reason": part.reason, "known": [each.sentence for each in part.known]}
    head, place, lent = part.headline, part.place, part.headline.borrowed
    return {
        "lead": head.sentence,
        "exact": head.score_sentence,
        "grade": head.grade,
        "letter": head.table_sentence,
        "hundred": of_hundred(head.band.rate) if head.in_record else None,
        "rate": head.rate,
        "low": head.low,
        "high": head.high,
        "place": place.sentence if place else "",
        "between": place.interval_sentence if place else "",
        "notes": list(part.notes),
        "assumed": [each.sentence for each in part.assumptions],
        "lent": lent
        and [
            lent.sentence,
            [[each.label, each.words] for each in lent.steps],
            [interval_words(each.low, each.high) for each in lent.over_tau],
            list(lent.against),
        ],
        "bands": [
            [
                each.low,
                each.high,
                percent(each.rate),
                percent(each.rate_low),
                percent(each.rate_high),
                each.own,
            ]
            for each in (part.curve.bands if part.curve else ())
        ],
    }


@pytest.mark.parametrize("denominator", ["preferred", "any-pgy1"])
@pytest.mark.parametrize("group", GROUPS)
def test_every_score_of_every_table_is_told_as_compare_tells_it(
    asked, page_data, tmp_path, group, denominator
):
    wanted, whos = [], []
    for specialty in page_data["specialties"]:
        applicant = Applicant(group=group, step2_ck=242, specialty=specialty)
        request = make_request(applicant, TABLES, denominator=denominator, own=OwnTables(tmp_path))
        way = score_way(request)
        for score in SCORES:
            at = replace(request, applicant=applicant.model_copy(update={"step2_ck": score}))
            wanted.append(_expected(way.tell(at)))
            whos.append(
                _who(group=group, specialty=specialty, denominator=denominator, score=score)
            )
    found = asked(TOLD, whos)
    assert len(found) == len(page_data["specialties"]) * len(SCORES)
    for who, here, there in zip(whos, found, wanted, strict=True):
        assert {key: here.get(key) for key in there} == there, who


def test_sampled_scores_are_told_as_the_whole_answer_has_them(asked, page_data, tmp_path):
    draw = random.Random(2026)  # noqa: S311  which cells are looked at
    whos = [
        _who(
            group=draw.choice(GROUPS),
            specialty=draw.choice(page_data["specialties"]),
            score=draw.choice(SCORES),
            ranks=draw.choice([None, 0, *range(1, 30)]),
            denominator=draw.choice(["preferred", "preferred", "any-pgy1"]),
            factor=draw.choice(["attempts", "usce", "visa"]),
            odds=sorted([round(draw.uniform(0.05, 4), 2), round(draw.uniform(0.05, 4), 2)]),
        )
        for _ in range(150)
    ]
    found = asked(
        "(m, book, data, given) => given.map((who) => { const t = m.told(book, who); return ["
        "t.reason ?? t.lead, t.exact ?? '', t.ranks.sentence, t.ranks.rate,"
        " t.scenario?.sentence ?? '', [t.passing, ...(t.notes ?? [])].filter(Boolean)]; })",
        whos,
    )
    for who, said in zip(whos, found, strict=True):
        applicant = Applicant(
            group=who["group"],
            step2_ck=who["score"],
            specialty=who["specialty"],
            ranks=who["ranks"],
        )
        scenario = Scenario(
            factor=who["factor"], odds_ratio_low=who["odds"][0], odds_ratio_high=who["odds"][1]
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            whole = compare(
                applicant,
                TABLES,
                scenarios=[scenario],
                denominator=who["denominator"],
                own=OwnTables(tmp_path),
            )
        answer = json.loads(whole.to_json())
        head, ranks = answer["headline"], whole.factor("ranks")
        assert said[0] == (head["sentence"] if head else answer["refusal"]["reason"]), who
        assert said[1] == (head["score_sentence"] if head else "")
        assert said[2:4] == [ranks.sentence, ranks.rate.sentence if ranks.rate else ""], who
        assumed = whole.factor(who["factor"]).scenario
        assert said[4] == (assumed.sentence if assumed else ""), who
        assert head is None or said[5] == answer["notes"]


def test_every_filter_says_the_stored_shares(asked, page_data):
    cuts = list(range(200, 301))
    for specialty in page_data["specialties"]:
        found = asked(
            "(m, book, data, [specialty, cuts]) => cuts.map((cut) =>"
            " m.screened(book, { group: 'non_us_img', specialty }, cut))",
            [specialty, cuts],
        )
        table = TABLES.outcome_summary(group="non_us_img", year="2026", specialty=specialty)
        if table.extremes is None or "shares" not in found[0]:
            assert all("not printed" in each["sentence"] for each in found)
            continue
        shares = {(each.cut, each.outcome): each for each in stored_screen_shares(table)}
        for each in found:
            one, two = (shares[each["cut"], name] for name in ("matched", "not_matched"))
            assert each["sentence"] == (
                f"A filter at {each['cut']} keeps {percent(one.share)} of those who matched in "
                f"2026 (95 % interval {interval_words(one.low, one.high)}) and "
                f"{percent(two.share)} of those who did not ({interval_words(two.low, two.high)})."
            )


def test_the_one_formula_is_the_librarys(asked):
    draw = random.Random(7)  # noqa: S311  as above
    pairs = [[draw.random(), draw.choice([0.05, 0.3, 1, 2.5, 40])] for _ in range(2000)]
    pairs += [[0, 0.3], [1, 0.3], [0.0049999, 1], [0.995, 1], [0.445, 1], [0.005, 1]]
    found = asked(
        "(m, book, data, given) => given.map(([r, o]) =>"
        " [m.shift(r, o), m.percent(m.shift(r, o)), m.ofHundred(r)])",
        pairs,
    )
    for (rate, ratio), (moved, words, hundred) in zip(pairs, found, strict=True):
        assert moved == shift(rate, ratio)
        assert (words, hundred) == (percent(moved), of_hundred(rate))


@pytest.mark.parametrize("value", ["99", "301", "0", "-5", "abc", "", "100.5", "12"])
def test_a_refused_score_is_refused_in_the_validators_words(asked, value):
    found = asked("(m, book, data, given) => m.judged(data, 'score', given)", value)
    with pytest.raises(InputError) as caught:
        Applicant.parse({"group": "us_img", "step2_ck": _number(value)})
    assert found == {"problem": str(caught.value)}


@pytest.mark.parametrize("value", ["1000", "-1", "x", "2.5"])
def test_refused_ranks_are_refused_in_the_validators_words(asked, value):
    found = asked("(m, book, data, given) => m.judged(data, 'ranks', given)", value)
    with pytest.raises(InputError) as caught:
        Applicant.parse({"group": "us_img", "step2_ck": 242, "ranks": _number(value)})
    assert found == {"problem": str(caught.value)}


@pytest.mark.parametrize("ends", [("0", "1"), ("3", "2"), ("x", "1")])
def test_refused_odds_ratios_are_refused_in_the_scenarios_words(asked, ends):
    found = asked(
        "(m, book, data, [low, high]) => m.judgedOdds(data, 'visa', low, high)", list(ends)
    )
    with pytest.raises(InputError) as caught:
        Scenario.parse(f"visa={'..'.join(ends)}")
    refused = str(caught.value).replace("'x..1'", "'x'")  # two fields, each judged by itself
    assert found == {"problem": refused}


def test_a_state_comes_back_from_its_address(asked):
    state = {
        "who": [
            _who(ranks=5, factor="visa", odds=[0.3, 0.9]),
            _who(group="us_img", specialty="Dermatology", score=231),
        ],
        "show": "ranges",
        "cut": 233,
    }
    found = asked("(m, book, data, s) => m.fromAddress(data, m.toAddress(s))", state)
    assert found == state


@pytest.mark.parametrize(
    "text", ["g=x&s=<script>&c=9999&r=-3&i=none&f=abc&x=visa", "x=visa=0..0", "%", "g2=&c2="]
)
def test_an_address_that_was_tampered_with_gives_what_is_allowed(asked, text):
    found = asked("(m, book, data, text) => m.fromAddress(data, text)", text)
    for who in found["who"]:
        assert 100 <= who["score"] <= 300
        assert who["group"] in GROUPS
        assert who["odds"] is None
    assert found["show"] == "bars"


def test_no_saved_cell_is_a_formula_and_every_row_is_one_that_is_shown(asked):
    state = {"who": [_who(), _who(group="us_img", specialty="Dermatology")]}
    text = asked("(m, book, data, s) => m.rowsOf(book, s)", state)
    lines = text.strip().split("\r\n")
    assert len(lines) == 1 + 9 + 1
    assert lines[-1].split(",")[-2] == "no rate"
    assert "0 %" not in lines[-1]
    evil = asked(
        "(m, book, data, s) => m.rowsOf({ ...book, data: { ...data,"
        " groups: [['non_us_img', '=1+1'], ['us_img', 'US']] } }, s)",
        {"who": [_who()]},
    )
    assert evil.split("\r\n")[1].startswith("'=1+1,")
