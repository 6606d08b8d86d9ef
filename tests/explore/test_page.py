"""The explore page opened from disk with the network off, and the command that writes it."""

from __future__ import annotations

import json
import re

import pytest

from imgstats import Applicant, compare
from imgstats.cli.main import _run
from imgstats.errors import InputError
from imgstats.explore.packing import packed
from imgstats.explore.page import _used, explore_page, style_source, write_explore
from imgstats.explore.phrases import PhraseBook
from tests.browsing import WIDTHS
from tests.explore.reading import unpacked
from tests.looks import found_in_all_looks

MOST_BYTES = 150_000
browser = [pytest.mark.browser, pytest.mark.slow]
STATES = [
    "",
    "g=us_img&s=Internal+Medicine&c=231&x=attempts%3D0.3..0.9",
    "g=us_img&s=Pediatrics",
    "s=Dermatology&c=215&g2=non_us_img&c2=299&i=ranges",
]


@pytest.fixture(scope="module")
def small_page():
    """Return the text of a page of one specialty, the first of the page of all."""
    return explore_page(["Internal Medicine"], made_on="1 March 2026")


@pytest.fixture
def page_text(page_file):
    """Return the text of the page of all specialties."""
    return page_file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "values", [[], [0] * 50, [3, -700, 8_000_000, -8_000_000], list(range(100)), [100, 0, 101, -1]]
)
def test_packed_numbers_come_back(values):
    assert unpacked(packed(values)) == values


def test_names_and_figures_that_are_known_take_no_room():
    book = PhraseBook()
    said = [f"At {score} of surgery about {2 * score} matched." for score in (7, 8)]
    book.add(said, {"s": [7, 8]}, {"{n}": "surgery"})
    templates, columns = book.written()
    assert templates == ["At {s} of {n} about {} matched."]
    assert columns[0][:2] == [2, 0]
    numbers = columns[0][2]
    assert isinstance(numbers, str)
    assert unpacked(numbers) == [14, 16]


@pytest.mark.slow
def test_a_page_of_one_specialty_is_written_and_written_over(tmp_path):
    out = tmp_path / "page.html"
    first = write_explore(out, ["dermatology"]).read_bytes()
    assert write_explore(out, ["derm"]).read_bytes() == first
    assert out.stat().st_mode & 0o077 == 0


def test_what_is_not_ours_is_not_written_over(tmp_path):
    out = tmp_path / "page.html"
    out.write_text("<p>mine</p>", encoding="utf-8")
    with pytest.raises(InputError, match="was not made by imgstats"):
        write_explore(out, ["Dermatology"])
    assert out.read_text(encoding="utf-8") == "<p>mine</p>"


def test_an_unknown_specialty_names_the_closest_three(tmp_path, capsys):
    out = tmp_path / "page.html"
    assert _run(["explore", "--out", str(out), "--specialty", "dermatolgy"]) == 2
    said = capsys.readouterr().err
    assert "such as Dermatology," in said
    assert said.count("\n") == 1
    assert not out.exists()


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match="is not a folder"):
        write_explore(tmp_path / "none" / "page.html", ["Dermatology"])


def test_a_folder_that_cannot_be_written_is_refused_before_any_work(monkeypatch):
    def work(*_, **__):
        raise AssertionError("the page would be made")

    monkeypatch.setattr("imgstats.explore.page.explore_page", work)
    with pytest.raises(InputError, match=r"/proc cannot be written .* choose another file"):
        write_explore("/proc/page.html", ["Dermatology"])


@pytest.mark.slow
def test_the_page_of_everything_is_small_and_names_its_sources_by_hash(page_text):
    assert len(page_text.encode()) <= MOST_BYTES
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page_text)
    assert policy is not None
    assert policy.group(1).startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy.group(1)


@pytest.mark.slow
def test_the_same_day_gives_the_same_bytes(small_page):
    assert explore_page(["Internal Medicine"], made_on="1 March 2026") == small_page


def _text(page, selector):
    return page.inner_text(selector).replace("\u00a0", " ")


@pytest.mark.browser
@pytest.mark.slow
class TestInABrowser:
    """What a student does."""

    def test_it_asks_for_nothing_and_says_nothing(self, opened, page_file):
        page = opened(STATES[3])
        page.get_by_label("Step 2 CK", exact=True).first.fill("250")
        asked = [url for url in page.asked if not url.startswith("data:")]
        assert [url.partition("#")[0] for url in asked] == [page_file.resolve().as_uri()]
        assert page.said == []

    def test_the_slider_by_keyboard_moves_everything_that_is_shown(self, opened):
        page = opened("c=242")
        slider = page.get_by_label("Step 2 CK, slider")
        slider.focus()
        before = page.locator(".plot").first.inner_html()
        for _ in range(9):
            page.keyboard.press("ArrowRight")
        wanted = json.loads(compare(Applicant(group="non_us_img", step2_ck=251)).to_json())[
            "headline"
        ]
        assert wanted["sentence"] in _text(page, ".sentence")
        assert wanted["score_sentence"] in _text(page, ".hero-words")
        filled = page.locator(".people .matched:not(.key)").count()
        assert filled == int(_text(page, ".big-number"))
        assert f"about {filled} matched" in wanted["sentence"]
        assert page.get_by_label("Step 2 CK", exact=True).input_value() == "251"
        assert page.locator(".plot").first.inner_html() != before
        page.wait_for_url("**#*c=251*")
        assert slider.evaluate("node => node === document.activeElement")

    def test_a_new_sentence_is_said_once(self, opened):
        page = opened()
        page.evaluate(
            "() => { window.heard = []; new MutationObserver((all) => all.forEach(() =>"
            " window.heard.push(document.querySelector('[aria-live]').textContent)))"
            ".observe(document.querySelector('[aria-live]'), { childList: true }); }"
        )
        page.get_by_label("Step 2 CK, slider").evaluate(  # at once: keys of a busy machine pause
            "(slider) => { for (let at = 0; at < 12; at += 1) { slider.stepUp();"
            " slider.dispatchEvent(new Event('input', { bubbles: true })); } }"
        )
        page.wait_for_selector("[aria-live]:not(:empty)", state="attached")
        page.wait_for_timeout(600)
        heard = page.evaluate("window.heard")
        assert len(heard) == 1
        assert heard[0].replace("\u00a0", " ") in _text(page, ".sentence")

    @pytest.mark.parametrize("state", STATES)
    def test_axe_finds_nothing_and_nothing_scrolls_sideways(self, looked, state):
        page = looked(state)
        assert found_in_all_looks(page, motions=("no-preference", "reduce")) == []
        for width in WIDTHS:  # also under 820 px
            assert looked(state, width).locator("nav.jump a").first.is_visible()

    def test_every_stop_of_the_tab_key_shows_where_it_is(self, opened):
        page = opened()
        unseen = []
        for _ in range(30):
            page.keyboard.press("Tab")
            style = page.evaluate(
                "() => { const s = getComputedStyle(document.activeElement);"
                " return [document.activeElement.outerHTML.slice(0, 80), s.outlineStyle,"
                " parseFloat(s.outlineWidth)]; }"
            )
            if style[1] == "none" or style[2] < 1:
                unseen.append(style)
        assert unseen == []

    def test_nothing_is_told_to_the_mouse_alone(self, looked):
        page = looked()
        assert page.locator("#explore [title], #explore title").count() == 0
        source = page.locator("script[type=module]").inner_text()
        assert not re.search(r"mouse|hover|pointerenter", source)

    def test_no_words_lie_over_a_band_of_a_picture(self, opened):
        page = opened(STATES[0], 360)
        over = page.evaluate(
            "() => [...document.querySelectorAll('.plot')].flatMap((plot) => {"
            " const area = plot.querySelector('path').getBoundingClientRect();"
            " return [...plot.querySelectorAll('text')].map((t) => t.getBoundingClientRect())"
            " .filter((t) => t.right > area.left && t.left < area.right"
            " && t.bottom > area.top && t.top < area.bottom); })"
        )
        assert over == []

    def test_what_is_refused_or_not_printed_is_no_zero(self, looked):
        page = looked(STATES[2])
        assert "No rate is given." in _text(page, ".refused")
        assert page.locator(".people, .plot, .bands").count() == 0
        assert not re.search(r"(?<![\d.])0 %", _text(page, "#explore"))
        page = looked(STATES[1])
        assert "borrowed" in _text(page, ".chip >> nth=0")
        assert "US IMGs" in _text(page, ".sentence")

    def test_a_wrong_value_is_answered_beside_its_field(self, opened):
        page = opened()
        field = page.get_by_label("Step 2 CK", exact=True)
        shown = _text(page, ".sentence")
        field.fill("99")
        described = field.get_attribute("aria-describedby")
        assert "this looks like a two-digit score" in _text(page, f"#{described}")
        assert field.get_attribute("aria-invalid") == "true"
        assert _text(page, ".sentence") == shown
        field.fill("205")
        assert "under the passing score" in _text(page, f"#{described}")
        assert field.get_attribute("aria-invalid") is None

    def test_a_filter_says_what_it_keeps(self, opened):
        page = opened()
        assert "A filter at 240 keeps 76 % of those who matched" in _text(page, ".screened")
        page.get_by_label("Filter at a Step 2 CK score of", exact=True).fill("250")
        assert "A filter at 250 keeps" in _text(page, ".screened")

    def test_the_interval_is_shown_in_every_way(self, looked):
        for show in ("words", "bars", "ranges"):
            page = looked(f"c=242&i={show}")
            assert re.search(r"42.*48", _text(page, ".hero .beside")), show
            assert re.search(r"42.*48", _text(page, "tr.own")), show

    def test_two_applicants_stand_beside_each_other(self, opened):
        page = opened()
        page.get_by_role("button", name="Set a second applicant beside").click()
        assert page.locator(".panel").count() == 2
        page.wait_for_url("**#*c2=252*")
        one, two = (page.locator(".panel").nth(at).bounding_box() for at in (0, 1))
        assert two["x"] > one["x"] + one["width"] - 1

    def test_rows_are_saved(self, opened):
        page = opened()
        with page.expect_download() as caught:
            page.get_by_role("button", name="Save the shown rows").click()
        lines = caught.value.path().read_text(encoding="utf-8").splitlines()
        assert len(lines) == page.locator(".bands tbody tr").count() + 1
        assert page.said == []

    def test_it_prints_what_was_chosen_without_the_fields(self, opened):
        page = opened("c=251")
        page.emulate_media(media="print")
        assert not page.locator(".fields").first.is_visible()
        assert page.locator("h2").first.inner_text().startswith("Step 2 CK 251")
        assert re.match(rb"%PDF-1\.\d", page.pdf(format="A4"))

    def test_without_a_script_it_says_what_to_do(self, looked):
        page = looked(java_script_enabled=False)
        assert "scripts are switched off" in _text(page, "main")
        assert page.locator("table.bands").is_visible()


@pytest.mark.parametrize("made", ["small_page", pytest.param("page_text", marks=pytest.mark.slow)])
def test_the_style_has_the_rules_of_what_stands_on_the_page(request, made):
    style, _, rest = request.getfixturevalue(made).partition("</style>")
    assert ".hero" in style
    assert "table:not(.evidence)" in style
    assert "glossary" not in style
    classes = {name for each in re.findall(r'class="([\w -]+)"', rest) for name in each.split()}
    rules = style_source()
    lost = {each for each in classes if f".{each}" in rules and f".{each}" not in style}
    assert not lost


@pytest.mark.parametrize(
    ("rule", "left"),
    [
        (".a, .b { c: d }", ".a{ c: d }"),
        (".b .a { c: d }", ""),
        (":is(.a, .b) i, .b { c: d }", ":is(.a, .b) i{ c: d }"),
        (".a:not(.b) { c: d }", ".a:not(.b){ c: d }"),
        ("@media print { .b { c: d } }", "@media print { }"),
    ],
)
def test_a_rule_is_left_out_where_a_class_of_it_stands_nowhere(rule, left):
    assert _used(rule, '<p class="a">') == left
