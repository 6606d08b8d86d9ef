"""Bands may be asked for as texts, and a single one without a list."""

from __future__ import annotations

import pandas as pd
import pytest

from imgstats import BandRate, BandTable
from imgstats.errors import InputError

TABLE = BandTable.from_counts("attempts", [(1, 1, 60, 40), (2, None, 6, 14)])


@pytest.fixture(scope="module")
def fitted():
    return BandRate().fit(TABLE)


@pytest.mark.parametrize("bands", [["1", "2+"], [(1, 1), "2+"]])
def test_texts_are_bands(fitted, bands):
    pd.testing.assert_frame_equal(fitted.band_rates(bands), fitted.band_rates([(1, 1), (2, None)]))


@pytest.mark.parametrize("band", ["2+", (2, None)])
def test_a_single_band_is_a_list_of_one(fitted, band):
    pd.testing.assert_frame_equal(fitted.band_rates(band), fitted.band_rates([(2, None)]))


def test_what_is_no_band_is_refused(fitted):
    with pytest.raises(InputError, match="band is 'few'; allowed: "):
        fitted.band_rates(["few"])
