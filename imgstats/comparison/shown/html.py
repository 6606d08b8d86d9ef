"""A comparison in few lines as HTML for a notebook's cell, every text escaped."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imgstats.comparison.shown.brief import Brief

__all__ = ["brief_html"]


def brief_html(shown: Brief) -> str:
    """Return a table of rates and a paragraph for each line, without style or script.

    Examples
    --------
    >>> from imgstats.comparison.shown.brief import Brief, Line
    >>> made = Brief(head="Step 2 CK 242", label="<b>", columns=(), rows=(), lines=())
    >>> brief_html(made)
    '<div><p><strong>Step 2 CK 242</strong> <em>&lt;b&gt;</em></p></div>'
    """
    label = f" <em>{escape(shown.label)}</em>" if shown.label else ""
    head = f"<p><strong>{escape(shown.head)}</strong>{label}</p>"
    return f"<div>{head}{_table(shown)}{''.join(_paragraphs(shown))}</div>"


def _table(shown: Brief) -> str:
    if not shown.rows:
        return ""
    heads = "".join(
        f'<th scope="col">{escape(each)}</th>' if each else "<td></td>" for each in shown.columns
    )
    rows = "".join(f"<tr>{_cells(first, rest)}</tr>" for first, *rest in shown.rows)
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def _cells(first: str, rest: Iterable[str]) -> str:
    cells = "".join(f"<td>{escape(each)}</td>" for each in rest)
    return f'<th scope="row">{escape(first)}</th>{cells}'


def _paragraphs(shown: Brief) -> Iterable[str]:
    for each in shown.lines:
        text = escape(each.text)
        yield f"<p><strong>{text}</strong></p>" if each.bold else f"<p>{text}</p>"
