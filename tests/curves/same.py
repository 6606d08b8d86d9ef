"""Whether two curves say the same."""

from __future__ import annotations

import numpy as np
import pytest

from imgstats.curves.record import LADDER_COLUMNS


def assert_same(found, expected, within=1e-6):
    """Assert that two curves agree in every word and, within a limit, in every number."""
    for name in ("key", "grade", "estimator", "level"):
        assert getattr(found, name) == getattr(expected, name)
    assert (found.p is None) == (expected.p is None)
    assert found.p == pytest.approx(expected.p, abs=within)
    np.testing.assert_array_equal(found.x, expected.x)
    near = {"rtol": 0, "atol": within}
    assert list(found.columns) == list(expected.columns)
    for name, numbers in expected.columns.items():
        # The end of a linear program is known to its solver's tolerance.
        least = 1e-4 if name in LADDER_COLUMNS else 0.0
        np.testing.assert_allclose(found.columns[name], numbers, rtol=0, atol=max(within, least))
    assert list(found.bands) == list(expected.bands)
    for name, numbers in expected.bands.items():
        # n of a band counts people and may be thousands: there the limit is relative.
        np.testing.assert_allclose(found.bands[name], numbers, rtol=within, atol=within)
    assert len(found.candidates) == len(expected.candidates)
    for one, other in zip(found.candidates, expected.candidates, strict=True):
        assert (one.name, one.words, one.reason) == (other.name, other.words, other.reason)
        assert (one.p is None) == (other.p is None)
        assert one.p == pytest.approx(other.p, abs=within)
        np.testing.assert_allclose(one.rate, other.rate, **near)
        np.testing.assert_allclose(one.band_rate, other.band_rate, **near)
