"""`TiltRate()` and `RankListRate()` against the same model worked out a second time.

walk_reference.py made the file; it shares no code with the package. Its digits are pinned, so this
test needs no published table.
"""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from imgstats.errors import ImgstatsWarning
from imgstats.estimators import RankListRate, TiltRate
from imgstats.tables import OutcomeSummary, Rounding, Summary

REFERENCE = json.loads(Path(__file__).with_name("walk_reference.json").read_text(encoding="utf-8"))
# Derivatives by differences and another solver: 2e-6 was found.
TOLERANCE = 2e-5


def _summary(digits: dict[str, float]) -> Summary:
    return Summary(n=int(digits["n"]), **{k: v for k, v in digits.items() if k != "n"})


def _fit(table: dict[str, Any]) -> TiltRate:
    kind, measure = (RankListRate, "contiguous_ranks") if table["log"] else (TiltRate, "step2_ck")
    return kind().fit(
        OutcomeSummary(
            measure=measure,
            matched=_summary(table["matched"]),
            not_matched=_summary(table["not_matched"]),
            group_counts=tuple(table["group_counts"]),
            scale=tuple(table["grid"]),
            rounding=Rounding(mean=table["unit"], sd=table["unit"]),
        )
    )


@pytest.mark.parametrize("name", REFERENCE)
def test_the_walk_agrees_with_the_second_implementation(name):
    case = REFERENCE[name]
    fitted = _fit(case["table"])
    rows = np.array(case["rows"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ImgstatsWarning)
        ours = np.column_stack(
            [fitted.predict_rate(rows[:, 0]), fitted.predict_interval(rows[:, 0])]
        )
    weights = fitted.components_["weight"]
    np.testing.assert_allclose(weights, case["weights"], atol=TOLERANCE)
    inside = (rows[:, 0] >= fitted.ends_[0]) & (rows[:, 0] <= fitted.ends_[1])
    assert inside.sum() >= 6
    np.testing.assert_allclose(ours[inside], rows[inside, 1:], atol=TOLERANCE)
