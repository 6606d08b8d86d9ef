"""What `tests.looks` finds on a page that is right at some widths and in one scheme only."""

from __future__ import annotations

import pytest

from tests.browsing import visits
from tests.looks import found_in_all_looks, looks

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PAGE = """<html lang="en"><title>a</title><style>
main { width: 700px } p, b { color: #333 } b { display: none }
@media (max-width: 400px) { p { color: #ccc } }
@media (min-width: 1000px) { b { display: block; color: #ccc } }
@media (prefers-color-scheme: dark) { i { color: #ccc } }
</style><main><h1>Head</h1><p>pale if narrow</p><b>pale if wide</b><i>pale if dark</i></main>"""


def test_what_is_wrong_in_one_look_alone_is_found_in_it(chromium):
    with visits(chromium) as go:
        page = go("about:blank")
        page.set_content(PAGE)
        found = [each.partition(" (")[0] for each in found_in_all_looks(page)]
    contrast = [each for each in found if each.endswith("color-contrast")]
    assert [each for each in contrast if "light" in each] == [
        "360, light: color-contrast",
        "1440, light: color-contrast",
    ]
    assert {each.partition(":")[0] for each in contrast if "dark" in each} == {
        "360, dark",
        "768, dark",
        "1440, dark",
    }
    assert [each for each in found if each.endswith("pixels wide")] == [
        "360, light: 708 pixels wide",
        "360, dark: 708 pixels wide",
    ]


def test_a_page_is_shown_as_after_its_opening(chromium, tmp_path):
    place = tmp_path / "page.html"
    place.write_text(PAGE, encoding="utf-8")
    with looks(chromium) as look:
        first = look(place.as_uri(), 360)
        first.emulate_media(media="print", color_scheme="dark")
        again = look(place.as_uri())
        assert again is first
        assert again.evaluate("[innerWidth, matchMedia('screen').matches]") == [1440, True]
        assert not again.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
        assert look(place.as_uri(), java_script_enabled=False) is not first
