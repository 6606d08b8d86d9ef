"""How soon the explore page shows its first picture, and how long a move of its slider takes.

Run: python -m benchmarks.explore
"""

from __future__ import annotations

from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

from imgstats.explore.page import write_explore
from imgstats.printing.browser import find_browser

_MOVES = """
() => {
  const slider = document.querySelector("input[type=range]");
  const took = [];
  for (let score = 100; score <= 300; score += 1) {
    slider.value = score;
    const start = performance.now();
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    document.body.getBoundingClientRect();
    took.push(performance.now() - start);
  }
  return took;
}
"""
_PAINT = 'performance.getEntriesByName("first-contentful-paint")[0]?.startTime'


def main() -> None:
    """Print the size of the page, its first paint and the times of 201 moves."""
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = write_explore(Path(folder) / "explore.html")
        browser = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(path.as_uri())
        page.wait_for_selector(".plot")
        page.wait_for_timeout(500)
        drawn = page.evaluate("document.querySelectorAll('.plot').length")
        paint = page.evaluate(_PAINT)
        cuts = quantiles(page.evaluate(_MOVES), n=20)
        browser.close()
        print(f"size {path.stat().st_size:,} bytes")
    print(f"first picture {paint:.0f} ms, {drawn} plots drawn")
    print(f"slider move: median {cuts[9]:.1f} ms, 95th percentile {cuts[18]:.1f} ms")


if __name__ == "__main__":
    main()
