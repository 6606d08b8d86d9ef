"""One page of a browser looked at in many ways: widths, colour schemes, media."""

from __future__ import annotations

from contextlib import contextmanager

from tests.browsing import WIDTHS, violations, visits, width_of

SCHEMES = ("light", "dark")
# What axe judges by colours alone, which takes nine tenths of its time.
_COLOURS = ("color-contrast", "link-in-text-block")
# All that axe asks of an element to judge its colours: what is seen, in which colours, how large
# the letters are for it, and whether the element may lie over others. After a frame, since a
# script may draw anew for another width.
_LOOK = """async () => {
    await new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)));
    const sees = { opacityProperty: true, visibilityProperty: true };
    return [...document.querySelectorAll("body, body *")].map((each, at) => {
        if (!each.checkVisibility(sees)) return "";
        const s = getComputedStyle(each), size = parseFloat(s.fontSize);
        return [at, s.color, s.backgroundColor, s.backgroundImage, s.opacity, s.textShadow,
            size >= 24 || (size >= 18.66 && s.fontWeight >= 700), s.position, s.float].join();
    }).join("|");
}"""


@contextmanager
def looks(browser):
    """Give a function that shows an address at a width: one page for all tests that alter nothing.

    It is as after its opening, of any width, on a screen, in light colours.
    """
    with visits(browser) as go:
        pages = {}

        def look(address, width=1440, **options):
            key = (address, *options.items())
            if key not in pages:
                pages[key] = go(address, width, **options)
            page = pages[key]
            page.emulate_media(media="screen", color_scheme="light", reduced_motion="no-preference")
            page.set_viewport_size({"width": width, "height": 900})
            return page

        yield look


def found_in_all_looks(page, widths=WIDTHS, motions=("no-preference", "no-preference")):
    """Return what axe finds at every width in both schemes, and where a page scrolls sideways.

    Colours are judged once for all widths at which they are the same.
    """
    seen, found = set(), []
    for scheme, motion in zip(SCHEMES, motions, strict=True):
        for width in widths:
            page.emulate_media(color_scheme=scheme, reduced_motion=motion)
            page.set_viewport_size({"width": width, "height": 900})
            look = page.evaluate(_LOOK)
            known = {each: {"enabled": False} for each in _COLOURS if look in seen}
            seen.add(look)
            options = {"rules": known, "resultTypes": ["violations"]}
            said = violations(page, options=options)
            if width_of(page) > width:
                said.append(f"{width_of(page)} pixels wide")
            found += [f"{width}, {scheme}: {each}" for each in said]
    return found
