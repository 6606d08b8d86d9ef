"""Run the study and write its tables: ``python -m benchmarks.readiness.run`` (seconds)."""

from __future__ import annotations

from pathlib import Path

from benchmarks.readiness.study import CELLS, load, run_cell, write

__all__ = ["generated", "main"]

README = Path(__file__).with_name("README.md")
BEGIN, END = "<!-- generated: begin -->", "<!-- generated: end -->"
_HEAD = ("forms", "90 % interval held", "50 % interval held", "90 %, if all err alike", "bias")


def generated() -> str:
    """Return the tables of the README from the results."""
    found = list(load().values())
    holds = [each for each in found if not each.rise and not each.alike]
    rises = [each for each in found if each.rise]
    alike = [each for each in found if each.alike]
    parts = (
        ("Where the model holds", (), holds),
        ("Where the level rises and nobody said so", ("rise", "weeks"), rises),
        ("Where forms err alike in part", ("alike",), alike),
    )
    return "\n\n".join(_table(title, extra, rows) for title, extra, rows in parts)


def _table(title: str, extra: tuple[str, ...], rows: list) -> str:  # type: ignore[type-arg]
    words = {"rise": "points a week", "weeks": "weeks", "alike": "correlation"}
    head = [*(words[each] for each in extra), *_HEAD]
    lines = [f"### {title}", "", f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    for each in rows:
        cells = [f"{getattr(each, name):g}" for name in extra]
        shares = [f"{100 * x:.1f} %" for x in (each.holds_90, each.holds_50, each.together_90)]
        lines.append(f"| {' | '.join([*cells, str(each.forms), *shares, f'{each.bias:+.1f}'])} |")
    return "\n".join(lines)


def main() -> None:
    """Run every cell, write the results and the README's tables."""
    write(run_cell(cell) for cell in CELLS)
    text = README.read_text(encoding="utf-8")
    before, after = text.partition(BEGIN)[0], text.partition(END)[2]
    README.write_text(f"{before}{BEGIN}\n\n{generated()}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
