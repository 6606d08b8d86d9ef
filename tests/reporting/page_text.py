"""Reading a page the way a person does: its text, and the numbers in it."""

from __future__ import annotations

import re
from functools import lru_cache

from bs4 import BeautifulSoup

NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
# Names that carry a digit and are no figure.
NAMES = re.compile(r"sha256|Step [123](?: CK)?|PGY-[12]|J-1|H-1B|Table[s]? [\dA-B, ]+")


def soup(html):
    return BeautifulSoup(html, "html.parser")


@lru_cache(maxsize=4)
def parsed(html):
    """Return a page for tests that take nothing out of it; the same one is parsed once."""
    return soup(html)


def spoken(page):
    """Return visible text with alternative texts and labels, without source links and hashes."""
    page = soup(str(page))
    for unwanted in page.select("head, sup.refs, code"):
        unwanted.decompose()
    said = [page.get_text(" ")]
    said += [tag["alt"] for tag in page.select("[alt]")]
    said += [tag["aria-label"] for tag in page.select("[aria-label]")]
    return " ".join(" ".join(said).replace("\u00a0", " ").split())


def numbers(text):
    """Return the numbers of a text as written, names such as Step 1 left out."""
    return [each.rstrip(",") for each in NUMBER.findall(NAMES.sub(" ", text))]


def cells(table):
    """Return a table's body as lists of text without the source links."""
    table = soup(str(table))
    for unwanted in table.select("sup.refs, .about, .own-mark"):
        unwanted.decompose()
    return [
        [
            " ".join(cell.get_text(" ").replace("\u00a0", " ").split())
            for cell in row.select("th, td")
        ]
        for row in table.select("tbody tr")
    ]
