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
    """Gather what every form shows first, too; a report is drawn in a kernel of its own."""
    import_all()
    from imgstats.app.picture import picture_data

    picture_data(INTERNAL_MEDICINE)
