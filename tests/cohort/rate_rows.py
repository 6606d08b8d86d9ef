"""What `Rates` says of every score of some groups and specialties, as a table."""

from __future__ import annotations

from dataclasses import asdict, fields

import pandas as pd

from imgstats import Applicant
from imgstats.applicant import LOWEST_SCORE
from imgstats.comparison.many import Rates
from imgstats.comparison.score.rate import ScoreRate
from imgstats.levels import LEVEL
from imgstats.measures import MEASURES

SCORES = range(LOWEST_SCORE, int(MEASURES["step2_ck"].high or 0) + 1)
RATE_COLUMNS = tuple(each.name for each in fields(ScoreRate))


def rate_table(pairs, *, scores=SCORES, tables=None, own=None, level=LEVEL):
    """Return a row for each pair of group and specialty and each score."""
    rates, rows = Rates(tables, own, level), []
    for group, specialty in pairs:
        for score in scores:
            said = {"group": group, "specialty": specialty, "step2_ck": score}
            rows.append(said | asdict(rates.of(Applicant.parse(said))))
    return pd.DataFrame(rows)
