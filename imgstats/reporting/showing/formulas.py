"""Formulas in LaTeX as MathML, which a browser sets by itself, without a script."""

from __future__ import annotations

import html
from functools import lru_cache
from xml.etree.ElementTree import Element, tostring

from imgstats.reporting.showing.images import NotShownError

__all__ = ["mathml"]

_LONGEST = 10_000
# fmt: off
_ELEMENTS = {
    "math", "menclose", "mfenced", "mfrac", "mi", "mmultiscripts", "mn", "mo", "mover", "mpadded",
    "mphantom", "mprescripts", "mroot", "mrow", "ms", "mspace", "msqrt", "mstyle", "msub",
    "msubsup", "msup", "mtable", "mtd", "mtext", "mtr", "munder", "munderover", "none",
}
_ATTRIBUTES = {
    "accent", "accentunder", "columnalign", "columnlines", "columnspacing", "depth", "display",
    "displaystyle", "fence", "form", "height", "largeop", "linebreak", "linethickness", "lspace",
    "mathcolor", "mathsize", "mathvariant", "maxsize", "minsize", "movablelimits", "notation",
    "rowlines", "rowspacing", "rspace", "scriptlevel", "separator", "stretchy", "symmetric",
    "voffset", "width", "xmlns",
}
# fmt: on
# What the converter does not know, and what it knows by another name.
_NAMES = {
    "{aligned}": "{align*}",
    "{gathered}": "{gather*}",
    "\\dfrac": "\\frac",
    "\\tfrac": "\\frac",
}


@lru_cache(maxsize=512)
def mathml(latex: str, *, block: bool) -> str:
    r"""Return a formula as MathML.

    Parameters
    ----------
    latex : str
        The formula without its dollars.
    block : bool
        Whether it stands on a line of its own.

    Returns
    -------
    str
        A ``math`` element. It holds no link, no style and no script, whatever the formula says.

    Raises
    ------
    NotShownError
        If the formula is not understood.

    Examples
    --------
    >>> mathml("x^2", block=False)[-53:]
    '<mrow><msup><mi>x</mi><mn>2</mn></msup></mrow></math>'
    """
    try:
        from latex2mathml.converter import convert_to_element
    except ImportError as e:
        raise NotShownError("latex2mathml is not installed") from e
    if not latex.strip() or len(latex) > _LONGEST:
        raise NotShownError("it is empty or very long")
    for name, known in _NAMES.items():
        latex = latex.replace(name, known)
    try:
        root: Element = convert_to_element(latex, display="block" if block else "inline")
        for each in root.iter():
            _clean(each)
        return tostring(root, encoding="unicode")
    except NotShownError:
        raise
    except Exception as e:  # the converter raises of all kinds
        raise NotShownError(f"it is not understood ({type(e).__name__})") from e


def _clean(element: Element) -> None:
    if element.tag not in _ELEMENTS:
        raise NotShownError("it is not understood")
    for name in set(element.attrib) - _ATTRIBUTES:
        del element.attrib[name]
    # The converter writes entities as text; the serializer escapes what they stand for.
    element.text = html.unescape(element.text) if element.text else element.text
    if element.tag in {"mi", "mo"} and element.text and element.text[:1] in {"\\", "&"}:
        raise NotShownError(f"{element.text} is not understood")
