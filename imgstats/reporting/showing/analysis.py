"""How the analyses show a sentence and a table, and how one of your own may."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from IPython.display import Markdown
    from pandas.io.formats.style import Styler

__all__ = ["say", "show"]


def say(text: str) -> Markdown:
    r"""Return a sentence as Jupyter shows it, with each figure and its unit on one line.

    Parameters
    ----------
    text : str
        Markdown.

    Examples
    --------
    >>> say("It is 45 %.").data
    'It is 45\xa0%.'
    """
    from IPython.display import Markdown

    return Markdown(text.replace(" %", "\N{NO-BREAK SPACE}%"))  # type: ignore[no-untyped-call]


def show(frame: pd.DataFrame, words: Sequence[str] = ()) -> Styler:
    """Return a frame as Jupyter shows it, without its index.

    Parameters
    ----------
    frame : pandas.DataFrame
        The table.
    words : sequence of str
        Columns of words: they and their heads stand on the left.

    Examples
    --------
    >>> import pandas as pd
    >>> "text-align: left" in show(pd.DataFrame({"who": ["all"], "n": [3]}), ["who"]).to_html()
    True
    """
    whole, left = {"white-space": "nowrap"}, {"text-align": "left", "white-space": "normal"}
    style = frame.style.hide(axis="index").set_properties(None, **whole)
    heads = [f"th.col{frame.columns.get_loc(word)}" for word in words]
    style.set_table_styles([{"selector": head, "props": "text-align: left"} for head in heads])
    return style.set_properties(list(words), **left)
