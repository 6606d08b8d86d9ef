"""Small disks that fill at random moments of a batch, and grow."""

from __future__ import annotations

from contextlib import suppress
from random import Random

from tests.batch.disks import COUNT, FULL, ROOMY, Bench, Disk, unmount


def filled(folder, fills, seed):
    """Fill a disk so many times, each at another moment, and return how many reports it then had.

    Checks that one line says so, that nothing is half-written, and that more space goes on with
    exactly what is missing.
    """
    random = Random(seed)  # noqa: S311  no secret
    found = []
    for number in range(fills):
        place = folder / f"fill-{number}"
        place.mkdir()
        disk = Disk(place / "disk")
        try:
            disk.begin(f"{random.randrange(48, 460, 4)}k")
            bench = Bench(place, disk.place / "out")
            before = bench.stops(FULL)
            disk.resize(ROOMY)
            bench.goes_on(before)
            assert len(before) <= COUNT
            found.append(len(before))
        finally:
            with suppress(OSError):
                while unmount(disk.place):
                    pass
    return found
