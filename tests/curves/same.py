"""Whether two curves say the same."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest


def assert_same(found, expected, within=1e-6):
    """Assert that two curves agree in every word and, within a limit, in every number."""
    for name in ("key", "grade", "estimator", "level"):
        assert getattr(found, name) == getattr(expected, name)
    assert (found.p is None) == (expected.p is None)
    assert found.p == pytest.approx(expected.p, abs=within)
    np.testing.assert_array_equal(found.x, expected.x)
    near = {"rtol": 0, "atol": within}
    pd.testing.assert_frame_equal(found.columns, expected.columns, check_names=False, **near)
    # n of a band counts people and may be thousands: there the limit is relative.
    bands = {"rtol": within, "atol": within, "check_dtype": len(expected.bands) > 0}
    pd.testing.assert_frame_equal(
        found.bands, expected.bands, check_index_type=False, check_column_type=False, **bands
    )
    assert len(found.candidates) == len(expected.candidates)
    for one, other in zip(found.candidates, expected.candidates, strict=True):
        assert (one.name, one.words, one.reason) == (other.name, other.words, other.reason)
        assert (one.p is None) == (other.p is None)
        assert one.p == pytest.approx(other.p, abs=within)
        np.testing.assert_allclose(one.rate, other.rate, **near)
        np.testing.assert_allclose(one.band_rate, other.band_rate, **near)
