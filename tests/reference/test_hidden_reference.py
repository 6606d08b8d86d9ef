"""`LogisticRate` with hidden counts against the same likelihood worked out a second time.

hidden_reference.py made the file; it shares no code with the package.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from imgstats.estimators import LogisticRate
from imgstats.tables import Band, BandTable

REFERENCE = json.loads(Path(__file__).with_name("hidden_reference.json").read_text("utf-8"))
POINTS = (1, 2, 3, 4, 5)


def _band(x: int, row: dict[str, Any]) -> Band:
    names = {"matched": "matched", "others": "not_matched"}
    given = {
        f"{name}_range" if isinstance(row[key], list) else name: row[key]
        for key, name in names.items()
    }
    return Band(low=x, high=x, n=row["n"], **given)


@pytest.mark.parametrize("name", REFERENCE)
def test_hidden_counts_agree_with_the_second_implementation(name):
    rows = REFERENCE[name]["table"]
    bands = tuple(_band(x, row) for x, row in enumerate(rows, start=1))
    assert any(band.hidden for band in bands)
    fitted = LogisticRate().fit(BandTable(measure="x", bands=bands))
    ours = np.column_stack([fitted.predict_rate(POINTS), fitted.predict_interval(POINTS)])
    # Curvature by differences, and a grid: 1e-6 was found where n is known.
    np.testing.assert_allclose(ours, REFERENCE[name]["rates"], atol=1e-5)
