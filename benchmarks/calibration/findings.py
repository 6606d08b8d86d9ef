"""What was found, in words. `benchmarks.calibration.summary` fills in the figures.

``cov``, ``band_cov``, ``error``, ``width``, ``worst`` and ``worst_at`` stand for the columns of the
results; the key is ``cell/estimator``. ``mean`` is the mean band error on the first tables; the key
is ``shape/estimator``. The sentences say what was asked and give the figures; which is larger, the
reader sees.
"""

from __future__ import annotations

__all__ = ["FINDINGS"]

_STRAIGHT = """\
**A straight line alone.** Where the truth bends, the 95 % interval of degree 1 holds
{cov[summary-bend-normal-900/degree 1]:.0%} of the scores at n = 900,
{cov[summary-bend-normal-1500/degree 1]:.0%} at 1,500 and
{cov[summary-bend-normal-20000/degree 1]:.0%} at 20,000: more applicants make it surer of the wrong
curve. The default, a mixture over how strongly the curve may bend, holds
{cov[summary-bend-normal-900/mixture]:.1%}, {cov[summary-bend-normal-1500/mixture]:.1%} and
{cov[summary-bend-normal-20000/mixture]:.1%}."""

_OUTSIDE = """\
**Outside the family.** The default was the cubic before. With a floor and a ceiling the cubic's
interval holds {cov[summary-floor_ceiling-normal-3000/cubic]:.0%} of the scores, the mixture's
{cov[summary-floor_ceiling-normal-3000/mixture]:.0%}; with two kinds of applicants
{cov[summary-classes-two_normals-3000/cubic]:.0%} and
{cov[summary-classes-two_normals-3000/mixture]:.0%}; where skewed scores meet a steep middle
{cov[summary-tanh-skewed_1.35-4000/cubic]:.0%} and
{cov[summary-tanh-skewed_1.35-4000/mixture]:.0%}; under a plateau with 20,000 applicants
{cov[summary-plateau-normal-20000/cubic]:.0%} and
{cov[summary-plateau-normal-20000/mixture]:.0%}; under a hump
{cov[summary-hump-skewed-5000/cubic]:.0%} and {cov[summary-hump-skewed-5000/mixture]:.0%}."""

_PRICE = """\
**What it costs.** At n = 1,500 the mixture's interval is
{width[summary-line-normal-1500/mixture]:.3f} wide under a line and
{width[summary-bend-normal-1500/mixture]:.3f} under a bend; the cubic's
{width[summary-line-normal-1500/cubic]:.3f} and {width[summary-bend-normal-1500/cubic]:.3f}, that of
degree 1 {width[summary-line-normal-1500/degree 1]:.3f} and
{width[summary-bend-normal-1500/degree 1]:.3f}. Band rates are
{error[summary-line-normal-1500/mixture]:.3f} off under the line
(cubic {error[summary-line-normal-1500/cubic]:.3f}, degree 1
{error[summary-line-normal-1500/degree 1]:.3f}) and {error[summary-bend-normal-1500/mixture]:.3f}
under the bend (cubic {error[summary-bend-normal-1500/cubic]:.3f}, degree 1
{error[summary-bend-normal-1500/degree 1]:.3f})."""

_STEP = """\
**A step and a wave.** Digits do not tell where a step stands. Where the rate jumps at 240 the
mixture holds {cov[summary-threshold-normal-1500/mixture]:.0%} of the scores at n = 1,500 and
{cov[summary-threshold-normal-6992/mixture]:.0%} at 6,992 (cubic
{cov[summary-threshold-normal-6992/cubic]:.0%}), and at its worst score,
{worst_at[summary-threshold-normal-6992/mixture]:.0f},
{worst[summary-threshold-normal-6992/mixture]:.0%}. Under a wave it holds
{cov[summary-wave-normal-8000/mixture]:.0%} (cubic {cov[summary-wave-normal-8000/cubic]:.0%}), and
at its worst score, {worst_at[summary-wave-normal-8000/mixture]:.0f},
{worst[summary-wave-normal-8000/mixture]:.0%}. An average over scores hides such places: the tables
below name the worst."""

_RISING = """\
**A curve that may not fall.** The rising spline is
{error[summary-line-normal-20/rising spline]:.3f} off where the truth is a line and n = 20 (mixture
{error[summary-line-normal-20/mixture]:.3f}). Where the truth falls a little at the low end before
it rises, it holds {cov[summary-bend-normal-1500/rising spline]:.0%} at n = 1,500 and
{cov[summary-bend-normal-20000/rising spline]:.0%} at 20,000."""

_PRINT = """\
**Heaps, pass marks and coarse quartiles.** Where scores heap at fives the mixture holds
{cov[summary-line-heaped-2000/mixture]:.1%}, where everybody below a pass mark is missing
{cov[summary-line-pass_mark-2500/mixture]:.1%}. Where quartiles are rounded to fives and the table
does not say so, it holds {cov[summary-line-in_fives-1500/mixture]:.1%} from the full summary and
{cov[quartiles-line-in_fives-1500/mixture]:.1%} from quartiles alone."""

_SKEWED = """\
**Quartiles alone, skewed scores.** The truth is a line, n = 1,500. With a skewness of -0.5, -0.8
and -1.35 the mixture holds {cov[quartiles-line-skewed_0.5-1500/mixture]:.1%},
{cov[quartiles-line-skewed_0.8-1500/mixture]:.1%} and
{cov[quartiles-line-skewed_1.35-1500/mixture]:.1%}, with heavy tails
{cov[quartiles-line-heavy-1500/mixture]:.1%}. At -1.35 it is
{error[quartiles-line-skewed_1.35-1500/mixture]:.3f} off, normals with one sd
{error[quartiles-line-skewed_1.35-1500/normals, one sd]:.3f}; under a bend and -0.8
{error[quartiles-bend-skewed_0.8-1500/mixture]:.3f} and
{error[quartiles-bend-skewed_0.8-1500/normals, one sd]:.3f}."""

_MEDIAN = """\
**Quartiles and one median.** At n = 900 the default's band rates are
{error[one_median-line-normal-900/mixture]:.3f} off under a line,
{error[one_median-mild_bend-normal-900/mixture]:.3f} under a mild bend,
{error[one_median-line-skewed-900/mixture]:.3f} with skewed scores and
{error[one_median-bend-normal-900/mixture]:.3f} under the strong bend, of which these digits hardly
tell. Two more quartiles give {error[quartiles-bend-normal-900/mixture]:.3f} there, the full summary
{error[summary-bend-normal-900/mixture]:.3f}. Degrees 2 and 3 without a ridge are refused on so few
digits."""

_PUBLISHED = """\
**Published methods on the same digits.** Over the cells' first tables of full summaries the default
is {mean[summary/mixture]:.4f} off on average, the cubic {mean[summary/cubic]:.4f}, maximum entropy
{mean[summary/maximum entropy]:.4f}, normals with one sd {mean[summary/normals, one sd]:.4f}, two
normals with the printed mean and sd {mean[summary/normals, mean and sd]:.4f}, Box-Cox
{mean[summary/Box-Cox]:.4f}, quantile estimation {mean[summary/quantile estimation]:.4f}. From
quartiles alone the default is {mean[quartiles/mixture]:.4f} off, normals with one sd
{mean[quartiles/normals, one sd]:.4f}, Box-Cox {mean[quartiles/Box-Cox]:.4f}, quantile estimation
{mean[quartiles/quantile estimation]:.4f}, maximum entropy
{mean[quartiles/maximum entropy]:.4f}."""

_BANDS = """\
**Bands speak for themselves.** Each band's own interval holds
{cov[band_counts-hump-skewed-20000/bands, Jeffreys]:.1%} under a hump with 20,000 applicants and
{cov[band_percent-line-normal-900/bands, Jeffreys]:.1%} from whole per cents at n = 900. In large
tables the rounding to a per cent widens the intervals at both ends, so they hold more than they say
({cov[band_percent-plateau-normal-20000/bands, Jeffreys]:.1%} at 20,000). Jeffreys and Wilson give
the same rates and tie; with 20 applicants Wilson's interval is
{width[band_counts-line-normal-20/bands, Wilson]:.3f} wide and holds
{cov[band_counts-line-normal-20/bands, Wilson]:.1%}, Jeffreys'
{width[band_counts-line-normal-20/bands, Jeffreys]:.3f} and
{cov[band_counts-line-normal-20/bands, Jeffreys]:.1%}."""

_CURVES = """\
**A curve through bands.** Under a line at n = 900 the logistic line is
{error[band_percent-line-normal-900/logistic line]:.3f} off where bands by themselves are
{error[band_percent-line-normal-900/bands, Jeffreys]:.3f} off. Under a plateau at 5,000 its interval
for band rates holds {band_cov[band_counts-plateau-normal-5000/logistic line]:.0%}, the spline's
{band_cov[band_counts-plateau-normal-5000/logistic spline]:.0%}. An order alone (isotonic) holds
{cov[band_counts-plateau-normal-5000/isotonic]:.1%} there, and
{cov[band_counts-hump-skewed-20000/isotonic]:.0%} where a hump breaks the order."""

_RANKS = """\
**Counts.** Where very long lists match less often, degree 1 holds
{cov[ranks-long_lists_fall-ranks-5000/degree 1]:.0%}, the mixture
{cov[ranks-long_lists_fall-ranks-5000/mixture]:.1%}. Where every rank is one chance, the mixture
holds {cov[ranks-one_chance-geometric-900/mixture]:.1%} at n = 900 and
{cov[ranks-one_chance-geometric-6992/mixture]:.1%} at 6,992, degree 2 with a ridge
{cov[ranks-one_chance-geometric-6992/degree 2 ridge]:.1%}; under a plateau from six ranks on
{cov[ranks-count_plateau-geometric-3000/mixture]:.1%} and
{cov[ranks-count_plateau-geometric-3000/degree 2 ridge]:.1%}. Where any publication counts and the
second no more than the first, a step again, the mixture holds
{cov[ranks-any-publications-1500/mixture]:.1%}, and at its worst number,
{worst_at[ranks-any-publications-1500/mixture]:.0f},
{worst[ranks-any-publications-1500/mixture]:.0%}."""

FINDINGS = (
    _STRAIGHT,
    _OUTSIDE,
    _PRICE,
    _STEP,
    _RISING,
    _PRINT,
    _SKEWED,
    _MEDIAN,
    _PUBLISHED,
    _BANDS,
    _CURVES,
    _RANKS,
)
