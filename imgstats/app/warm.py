"""What a kernel server imports before it forks the kernels of the served form."""

from __future__ import annotations

from importlib import import_module

from imgstats.reporting import warm
from imgstats.specialties import INTERNAL_MEDICINE

__all__ = ["WARM", "import_all", "prepare"]

# The name by which a server is asked for this module.
WARM = __name__


def import_all() -> None:
    """Import what a report and the form need."""
    warm.import_all()
    import_module("imgstats.app.form")


def prepare() -> None:
    """Draw a report to no effect but warmth, and gather what every form shows first."""
    import_all()
    warm.prepare()
    from imgstats.app.picture import picture_data

    picture_data(INTERNAL_MEDICINE)
