"""One comparison, many faces: what history shows about an applicant's numbers."""

from imgstats.comparison.compare import compare
from imgstats.comparison.records import Comparison

__all__ = ["Comparison", "compare"]
