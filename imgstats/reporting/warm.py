"""What a kernel server imports and draws for reports before it forks their kernels."""

from __future__ import annotations

import contextlib
import gc
import warnings
from importlib import import_module
from typing import TYPE_CHECKING

from imgstats.errors import ImgstatsError
from imgstats.kernels import child

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

__all__ = ["WARM", "draw_all", "draw_reports", "drawing", "import_all", "prepare", "warm_module"]

# The name by which a server is asked for this module.
WARM = __name__
# As this one, for a batch whose reports have plans beside them.
_WITH_PLANS = "imgstats.reporting.plan.warm"


def warm_module(*, plans: bool) -> str:
    """Return the name by which a server is asked for what reports need, or reports and plans."""
    return _WITH_PLANS if plans else WARM


def import_all() -> None:
    """Import what a report needs; enough for a server that forks a single kernel."""
    child.import_all()
    for name in ("pictures", "sections"):
        import_module(f"imgstats.reporting.{name}")


def prepare() -> None:
    """Import what reports need and draw one, to no effect but warmth: worth it for a cohort.

    Nothing of an applicant is known here. Data that cannot be read stop no server: each report
    reads them itself and says what is wrong.
    """
    import_all()
    with drawing():
        draw_reports()


@contextlib.contextmanager
def drawing() -> Iterator[None]:
    """Keep what is drawn in the block from being seen, in any way but by its warmth."""
    import_module("seaborn")  # for a figure that few reports have; with pandas, which many use
    import matplotlib.pyplot as plt
    from matplotlib import font_manager

    with warnings.catch_warnings(), contextlib.suppress(ImgstatsError):
        warnings.simplefilter("ignore")
        yield
    plt.close("all")
    # Forks share the place where an open file is read next: two that read a font at the same time
    # would draw each other's letters.
    font_manager._get_font.cache_clear()  # type: ignore[attr-defined]  # noqa: SLF001
    gc.collect()


def draw_reports() -> None:
    """Draw a report, and what is the same for all applicants of the other specialties."""
    from imgstats import Applicant, compare
    from imgstats.reporting import pictures, sections

    pictures.trend_picture(
        compare(Applicant(group="us_img", step2_ck=240, specialty="Family Medicine"))
    )
    found = compare(Applicant(group="non_us_img", step2_ck=240, ranks=1))
    for each in found.factors:
        sections.factor(found, each.factor)
    draw_all(sections, found, but="factor")
    draw_all(pictures, found, but="Picture")


def draw_all(module: ModuleType, found: object, but: str = "") -> None:
    """Draw whatever a module offers for what was found, with the exception of one name."""
    for name in sorted({*module.__all__} - {but}):
        getattr(module, name)(found)
