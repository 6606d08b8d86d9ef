"""What a notebook shows comes onto the page, or is named: nothing runs, nothing is fetched."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from io import BytesIO

import matplotlib as mpl
import nbformat
import pytest
from matplotlib.figure import Figure

from imgstats.reporting import sections
from imgstats.reporting.fragments import Fragment, bare
from imgstats.reporting.page import render_page
from imgstats.reporting.showing.formulas import mathml
from imgstats.reporting.showing.images import NotShownError, data_uri, picture_kind
from imgstats.reporting.showing.markup import Place, html_of_markdown, settled
from imgstats.reporting.showing.outputs import output_html
from tests.reporting.page_text import soup

PNG = b"\x89PNG\r\n\x1a\n" + b"rest"
JPEG, GIF, WEBP = b"\xff\xd8\xff\xe0rest", b"GIF89arest", b"RIFF1234WEBPrest"
SVG = b'<svg width="9" height="9"><circle r="4"/></svg>'
PICTURES = {"a.png": PNG, "a.jpeg": JPEG, "a.gif": GIF, "a.webp": WEBP, "a.svg": SVG}


def text64(data):
    return b64encode(data).decode()


@pytest.fixture
def said():
    return []


@pytest.fixture
def place(tmp_path, said):
    for name, data in PICTURES.items():
        (tmp_path / name).write_bytes(data)
    attachments = {
        "my seal.png": {"image/png": text64(PNG)},
        "mark": {"image/svg+xml": SVG.decode()},
        "paper.pdf": {"application/pdf": text64(b"%PDF")},
    }
    return Place(lost=said.append, folder=tmp_path, attachments=attachments)


def drawn(kind):
    figure = Figure(figsize=(1, 1))
    figure.subplots().plot([1, 2])
    buffer = BytesIO()
    figure.savefig(buffer, format=kind)
    return buffer.getvalue()


# --- pictures


@pytest.mark.parametrize(("name", "data"), PICTURES.items())
def test_a_picture_is_told_by_its_bytes(name, data):
    kind = str(picture_kind(data))
    assert kind.removeprefix("image/").removesuffix("+xml") == name.removeprefix("a.")
    assert data_uri(data).startswith(f"data:{kind};base64,")


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"<html><p>svg</p>", b"root:x:0:0", b"<svgx/>"])
def test_what_is_no_picture_is_refused_whatever_its_name(data):
    with pytest.raises(NotShownError, match="it is not a PNG, JPEG, GIF, WebP or SVG"):
        data_uri(data)


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_a_figure_of_matplotlib_is_a_picture(kind):
    with mpl.rc_context({"svg.hashsalt": "x"}):
        assert data_uri(drawn(kind)).startswith("data:image/")


@pytest.mark.parametrize(
    "svg",
    [
        '<svg><use xlink:href="#a"/></svg>',
        '\ufeff<svg viewBox="0 0 1 1"/>',
        '<?xml version="1.0"?><!-- made --><svg xmlns="http://www.w3.org/2000/svg"/>',
    ],
)
def test_an_svg_becomes_whole_as_a_file(svg):
    data = b64decode(data_uri(svg.encode()).partition(",")[2]).decode()
    assert data.count('xmlns="http://www.w3.org/2000/svg"') == 1
    assert ("xmlns:xlink=" in data) == ("xlink:" in svg)


@pytest.mark.parametrize(
    ("svg", "why"),
    [
        ("<svg><g></svg>", "mistake"),
        ('<svg><image href="https://example.org/x.png"/></svg>', "needs other files"),
        ("<svg><image xlink:href='x.png'/></svg>", "needs other files"),
        ('<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg>&a;</svg>', "mistake"),
    ],
)
def test_an_svg_that_cannot_stand_alone_is_refused(svg, why):
    with pytest.raises(NotShownError, match=why):
        data_uri(svg.encode())


# --- Markdown and HTML


@pytest.mark.parametrize(
    "source",
    [
        *(f"![x]({name})" for name in PICTURES),
        "![x](./a.png)",
        "![x](a.png?raw=true)",
        "![x](attachment:my%20seal.png)",
        "![x](attachment:mark)",
        '<img src="a.png" alt="x" width="40">',
        "text <img alt='x' src='attachment:my seal.png'> text",
        "| a |\n|---|\n| ![x](a.png) |",
        "[![x](a.png)](https://example.org)",
        f"![x](data:image/png;base64,{text64(PNG)})",
        '<picture><source srcset="https://example.org/b"><img src="a.png" alt="x"></picture>',
    ],
)
def test_a_local_picture_comes_into_the_page(place, said, source):
    page = soup(html_of_markdown(source, place))
    (image,) = page.select("img")
    assert image["src"].startswith("data:image/")
    assert image["alt"] == "x"
    assert page.select("source") == []
    assert said == []


@pytest.mark.parametrize("name", ["two words.png", "{2026}.png", "50%.png", "é.png", "a#b.png"])
def test_a_picture_may_have_any_name(place, said, name):
    (place.folder / name).write_bytes(PNG)
    assert 'src="data:image/png' in settled(f'<img src="{name}">', place)
    assert said == []


@pytest.mark.parametrize(
    ("source", "word"),
    [
        ("![seal](none.png)", "No such file"),
        ("![seal](https://example.org/a.png)", "on the network"),
        ("![seal](//example.org/a.png)", "on the network"),
        ("![seal](http://127.0.0.1/a.png)", "on the network"),
        ("![seal](attachment:none.png)", "no such attachment"),
        ("![seal](attachment:paper.pdf)", "application/pdf"),
        (f"![seal]({'../' * 40}etc/passwd)", "not a PNG"),
        ("![seal](data:text/html;base64,AAAA)", "not a picture"),
        ('<img alt="seal" src="">', "''"),
        ("![seal](.)", "folder"),
        (f"![seal]({'n' * 4000})", "File name too long"),
    ],
)
def test_a_picture_that_is_not_here_is_named_and_its_words_stay(place, said, source, word):
    page = soup(html_of_markdown(source, place))
    assert page.select("img") == []
    assert page.get_text().strip() == "seal"
    (line,) = said
    assert word in line
    assert len(line) < 500


def test_a_picture_of_many_megabytes_is_named(place, said):
    (place.folder / "large.png").write_bytes(PNG + bytes(11 * 1024**2))
    assert "<img" not in settled('<img src="large.png">', place)
    assert "larger than" in said[0]


def test_without_a_folder_only_attachments_are_found(place, said):
    nowhere = Place(lost=said.append, attachments=place.attachments)
    page = soup(html_of_markdown("![a](a.png) ![b](attachment:mark)", nowhere))
    assert [image["alt"] for image in page.select("img")] == ["b"]
    assert "does not know the notebook's folder" in said[0]


@pytest.mark.parametrize(
    ("html", "word"),
    [
        ("<script>alert(1)</script>", "a script"),
        ("<SCRIPT src=x.js></SCRIPT>", "a script"),
        ("<p onclick='x()'>a</p>", "a script"),
        ("<svg/onload=x()>", ""),
        ("<a href=' javascript:x()'>a</a>", "a script"),
        ("<iframe src='https://example.org'></iframe>", "another page"),
        ("<iframe srcdoc='<p>'></iframe>", "another page"),
        ("<video src='a.mp4'></video>", "a video"),
        ("<meta http-equiv='refresh' content='0;url=https://example.org'>", "instruction"),
        ("<base href='https://example.org'>", "address"),
        ("<link rel=stylesheet href=x.css>", "a style"),
        ("<style>@import 'x.css'; p { color: red }</style>", "a style that needs other files"),
        ("<p style='background: url(https://example.org/a)'>a</p>", "a style that needs"),
        ("<table background='https://example.org/a'></table>", "which the page does not fetch"),
        ("<svg><image href='https://example.org/a.png'/></svg>", "which the page does not fetch"),
        ("<svg><use href='other.svg#a'/></svg>", "which the page does not fetch"),
        ("<input type=image src='https://example.org/a'>", "which the page does not fetch"),
    ],
)
def test_what_runs_or_fetches_is_taken_out_and_named(place, said, html, word):
    page = soup(settled(html, place))
    assert page.select("script, iframe, video, meta, base, link, [onclick], [srcdoc]") == []
    loading = [tag.get(name, "#") for tag in page.find_all(True) for name in ("src", "background")]
    assert {each[:5] for each in loading} <= {"#"}
    if word:
        assert word in said[0]


@pytest.mark.parametrize("name", ["header", "headline", "where", "sources", "trend_table"])
def test_a_section_of_the_package_is_left_as_it_is(non_us, name, place, said):
    html = getattr(sections, name)(non_us).html
    assert settled(html, place) is html
    assert said == []


# --- formulas


@pytest.mark.parametrize(
    ("latex", "inside"),
    [
        (r"\frac{p}{1-p}", "<mfrac>"),
        (r"\sum_{i=1}^n x_i", "<munderover>"),
        (r"\begin{aligned} a &= b \\ c &= d \end{aligned}", "<mtable"),
        (r"x < 2", "&lt;"),
        (r"\text{<script>alert(1)</script>}", "&lt;script&gt;"),
        (r"\hat\beta \pm 1.96\,\sigma", "<mover"),
        (r"\href{javascript:x()}{x}", "<mi>x</mi>"),
    ],
)
def test_a_formula_is_set_without_script_or_link(latex, inside):
    html = mathml(latex, block=True)
    assert inside in html
    assert soup(html).select("script, [href], [style], [class]") == []


@pytest.mark.parametrize("latex", ["", " ", r"\foo{x}", r"\left( x", "a & b", "x" * 20_000])
def test_a_formula_that_is_not_understood_is_refused(latex):
    with pytest.raises(NotShownError):
        mathml(latex, block=False)


@pytest.mark.parametrize(
    ("source", "display"),
    [
        ("odds $x^2$ here", "inline"),
        (r"odds \\(x^2\\) here", "inline"),
        ("$$x^2$$", "block"),
        ("a\n\n$$\nx^2\n$$\n\nb", "block"),
        ("\\begin{equation}\nx^2\n\\end{equation}", "block"),
        ("| a |\n|---|\n| $x^2$ |", "inline"),
    ],
)
def test_formulas_are_found_where_jupyter_finds_them(place, said, source, display):
    (formula,) = soup(html_of_markdown(source, place)).select("math")
    assert formula["display"] == display
    assert said == []


def test_a_formula_that_is_not_understood_stands_as_typed_and_is_named(place, said):
    page = soup(html_of_markdown(r"so $\foo{<b>}$ it is", place))
    assert page.code.get_text() == r"\foo{<b>}"
    assert "stands there as typed" in said[0]


def test_an_amount_of_money_is_no_formula(place, said):
    page = soup(html_of_markdown("It costs $5.\n\nOr \\$5 and \\$6.", place))
    assert page.select("math, code") == []
    assert "Or $5 and $6." in page.get_text()
    assert said == []


# --- outputs


def display(data, metadata=None):
    return nbformat.v4.new_output("display_data", data=data, metadata=metadata or {})


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("image/png", text64(PNG)),
        ("image/jpeg", text64(JPEG) + "\n"),
        ("image/gif", text64(GIF)),
        ("image/webp", text64(WEBP)),
        ("image/svg+xml", SVG.decode()),
    ],
)
def test_a_picture_is_shown_by_whatever_kind(place, said, kind, data):
    for plain, css in (("<Figure size 9x9 with 1 Axes>", "chart"), ("<Image object>", "picture")):
        page = soup(output_html(display({kind: data, "text/plain": plain}), place))
        assert page.figure["class"] == [css]
        assert page.img["src"].startswith(f"data:{kind};base64,")
        assert page.get_text() == ""
    assert said == []


def test_the_size_that_was_asked_for_is_kept_and_nothing_else(place):
    about = {"image/png": {"width": 120, "height": "1' onload='x()", "alt": '"><b>'}}
    image = soup(output_html(display({"image/png": text64(PNG)}, about), place)).img
    assert image["width"] == "120"
    assert image["alt"] == '"><b>'
    assert set(image.attrs) == {"src", "alt", "width"}


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        ({"text/latex": r"$\displaystyle x^2$"}, "math"),
        ({"text/latex": r"so $x<2$ it is"}, "math"),
        ({"text/latex": "\\begin{align}a&=b\\end{align}"}, "math"),
        ({"text/markdown": "**b** ![](a.png)"}, "strong, img"),
        ({"text/html": "<b>b</b>"}, "b"),
        ({"application/json": {"a": [1]}}, "pre"),
        ({"text/plain": "<b>"}, "pre"),
    ],
)
def test_text_is_shown_in_its_richest_form(place, said, data, shown):
    page = soup(output_html(display({"text/plain": "plain", **data}), place))
    assert page.select(shown)
    assert "plain" not in page.get_text()
    assert said == []


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        ("application/vnd.jupyter.widget-view+json", "a widget"),
        ("application/javascript", "a script"),
        ("application/vnd.plotly.v1+json", "a figure that a script would draw"),
        ("application/vnd.vegalite.v5+json", "a figure that a script would draw"),
        ("application/pdf", "a PDF"),
        ("application/x-mystery", "'application/x-mystery'"),
    ],
)
@pytest.mark.parametrize(
    ("plain", "stays"),
    [
        ("<IPython.core.display.Thing object>", ""),
        ("Slider(value=3)", ""),
        ("two words", "two words"),
    ],
)
def test_what_cannot_be_shown_is_named_and_only_words_stay(place, said, kind, word, plain, stays):
    data = {kind: {} if kind.endswith("json") else "x"}
    html = output_html(display({**data, "text/plain": plain}), place)
    assert soup(html).get_text() == stays
    assert len(said) == 1
    assert word in said[0]
    assert output_html(display(data), place) == ""
    assert len(said) == 2


def test_another_form_of_the_same_is_no_loss(place, said):
    data = {"application/vnd.vegalite.v5+json": {}, "image/png": text64(PNG)}
    assert "<img" in output_html(display(data), place)
    assert said == []


def test_a_broken_picture_gives_way_to_the_next_form(place, said):
    data = {"image/png": "%%%", "text/html": "<b>b</b>", "text/plain": "<Image object>"}
    assert output_html(display(data), place) == "<b>b</b>"
    assert "base64" in said[0]


def test_colours_of_a_terminal_are_no_letters(place):
    output = nbformat.v4.new_output("stream", name="stdout", text="\x1b[1;31mred\x1b[0m <b>")
    assert output_html(output, place) == "<pre>red &lt;b&gt;</pre>"


def test_every_loss_names_its_cell_as_it_was_before_the_run():
    cell = nbformat.v4.new_code_cell
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [
        cell("x = 1", metadata={"tags": ["parameters"]}),
        cell("x = 2", metadata={"tags": ["injected-parameters"]}),
        nbformat.v4.new_markdown_cell("![](none.png)"),
        nbformat.v4.new_markdown_cell("![](none.png)", metadata={"tags": ["page-hidden"]}),
        nbformat.v4.new_raw_cell("raw"),
    ]
    said: list[str] = []
    render_page(notebook, title="t", made_on="d", version="0", lost=said.append)
    assert [line.partition(":")[0] for line in said] == ["cell 2", "cell 4"]


def test_the_policy_of_every_page_is_strict():
    html = render_page(nbformat.v4.new_notebook(), title="t", made_on="d", version="0")
    policy = soup(html).select_one("meta[http-equiv=Content-Security-Policy]")["content"]
    rules = {name: value for name, _, value in (x.partition(" ") for x in policy.split("; "))}
    assert rules == {
        "default-src": "'none'",
        "style-src": "'unsafe-inline'",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }


# --- a section that a notebook shows by itself


def test_a_fragment_alone_carries_its_colours(non_us):
    page = soup(sections.headline(non_us)._repr_html_())
    people = page.select("svg use")
    filled = {each["fill"] for each in people if each["class"] == ["matched"]}
    others = {each["fill"] for each in people if each["class"] == ["not-matched"]}
    assert len(filled) == len(others) == 1
    assert filled != others
    assert page.svg["width"] == "270"
    style = page.style.get_text()
    assert ".own" in style
    rules = re.findall(r"([^{}]+)\{[^{}]*\}", style)
    selectors = [each.strip() for rule in rules for each in rule.split(",")]
    assert {each.split()[0] for each in selectors} == {".imgstats-section"}
    box = float(page.svg["viewbox"].split()[2]) / float(page.svg["viewbox"].split()[3])
    assert float(page.svg["width"]) / float(page.svg["height"]) == pytest.approx(box)


def test_a_page_has_its_own_style_and_no_fragments(non_us):
    for name in ("header", "headline", "scenarios"):
        section = getattr(sections, name)(non_us)
        assert bare(section._repr_html_()) == section.html
        assert "style" not in repr(section)
    assert Fragment("")._repr_html_() == ""
    assert bare("<style>p{}</style><div>x</div>") == "<style>p{}</style><div>x</div>"
