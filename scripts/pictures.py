"""Make the pictures of docs/images: every page the project makes, as a browser shows it.

Run it as ``.venv/bin/python scripts/pictures.py`` after a page's look has changed, and look at what
it made. Names may be given to make some only.
"""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from PIL import Image
from playwright.sync_api import sync_playwright

from imgstats.printing.browser import find_browser

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
EXAMPLES = ROOT / "examples"
SIZE = {"width": 1440, "height": 900}
COLORS = 96
MOST_BYTES = 150_000
SECONDS = 300
# That of the kept example report, so that a picture changes only when a page does.
DATE = "1793491200"
COMMAND = [sys.executable, "-m", "imgstats"]


def made(page: str, *words: str | Path) -> Callable[[Path], str]:
    """Return a function that runs a command in a folder and returns its page's address."""

    def make(folder: Path) -> str:
        subprocess.run(  # noqa: S603  this package's own command
            [*COMMAND, *map(str, words)],
            cwd=folder,
            env={**os.environ, "SOURCE_DATE_EPOCH": DATE},
            check=True,
            stdout=subprocess.DEVNULL,
            timeout=SECONDS,
        )
        return (folder / page).as_uri()

    return make


PAGES = {
    "report": made("mine/index.html", "report", EXAMPLES / "applicant.yml", "--out", "mine"),
    "cohort": made("all/index.html", "batch", EXAMPLES / "cohort.csv", "--out", "all"),
    "explore": made("explore.html", "explore", "--out", "explore.html"),
    "plan": made(
        "plan/plan.html",
        "plan",
        EXAMPLES / "plan.yml",
        "--practice",
        EXAMPLES / "practice.csv",
        "--today",
        "2026-12-01",
        "--out",
        "plan",
    ),
}


@contextmanager
def served() -> Iterator[str]:
    """Serve the form, and yield its address."""
    command = subprocess.Popen(  # noqa: S603  as above
        [*COMMAND, "app", "--port", "0"], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        assert command.stdout is not None  # noqa: S101  it is a pipe
        yield command.stdout.readline().strip()
    finally:
        os.killpg(command.pid, signal.SIGINT)
        command.wait(SECONDS)


def take(page: Page, address: str, name: str, shown: str = "main") -> None:
    """Show an address and keep a picture of it, with few colours.

    Raises
    ------
    SystemExit
        If the picture is larger than the repository takes.
    """
    page.goto(address)
    page.locator(shown).first.wait_for(timeout=SECONDS * 1000)
    image = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    out = IMAGES / f"{name}.png"
    image.quantize(COLORS, dither=Image.Dither.NONE).save(out, optimize=True)
    size = out.stat().st_size
    print(f"{out.relative_to(ROOT)}: {size / 1000:.0f} kB")  # noqa: T201  a script
    if size > MOST_BYTES:
        sys.exit(f"{out.name} is larger than {MOST_BYTES} bytes: give it fewer COLORS")


def main(names: list[str]) -> None:
    """Make the pictures that are named, all if none is."""
    wanted = names or [*PAGES, "app"]
    if unknown := sorted({*wanted} - {*PAGES, "app"}):
        sys.exit(f"no picture {unknown[0]}; there are {', '.join(PAGES)} and app")
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright, TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(
            executable_path=find_browser(), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        page = browser.new_page(viewport=SIZE, color_scheme="light")
        for name, make in PAGES.items():
            if name in wanted:
                take(page, make(Path(folder)), name)
        if "app" in wanted:
            with served() as address:
                take(page, address, "app", ".hero")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
