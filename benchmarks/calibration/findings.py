"""What was found, in words. `benchmarks.calibration.summary` fills in the figures.

``cov``, ``band_cov``, ``error`` and ``width`` stand for the columns of the results; the key is
``cell/estimator``.
"""

from __future__ import annotations

__all__ = ["FINDINGS"]

_STRAIGHT = """\
**A straight line alone will not do.** Where the truth bends, the 95 % interval of degree 1 holds
{cov[summary-bend-normal-900/degree 1]:.0%} of the scores at n = 900,
{cov[summary-bend-normal-1500/degree 1]:.0%} at 1,500 and
{cov[summary-bend-normal-20000/degree 1]:.0%} at 20,000: more applicants make it surer of the wrong
curve. The default, degree 3 with a ridge, holds
{cov[summary-bend-normal-900/degree 3 ridge]:.1%},
{cov[summary-bend-normal-1500/degree 3 ridge]:.1%} and
{cov[summary-bend-normal-20000/degree 3 ridge]:.1%}. Where the truth is a line it pays for that with
a wider interval: {width[summary-line-normal-1500/degree 3 ridge]:.3f} instead of
{width[summary-line-normal-1500/degree 1]:.3f} at n = 1,500."""

_TAILS = """\
**Heavy tails and skewed scores are held.** With heavy tails, 5,000 applicants and a strong bend the
default holds {cov[summary-bend-heavy-5000/degree 3 ridge]:.1%}, with skewed scores and a line
{cov[summary-line-skewed-5000/degree 3 ridge]:.1%}. Degree 2 without a ridge has the nearer band
rates where the truth has one bend
({error[summary-bend-normal-1500/degree 2 free]:.3f} against
{error[summary-bend-normal-1500/degree 3 ridge]:.3f} at n = 1,500), and loses more where it has a
hump ({error[summary-hump-skewed-5000/degree 2 free]:.3f} against
{error[summary-hump-skewed-5000/degree 3 ridge]:.3f}) or where there are few applicants
({error[summary-line-normal-20/degree 2 free]:.3f} against
{error[summary-line-normal-20/degree 3 ridge]:.3f} at n = 20)."""

_RISING = """\
**A curve that may not fall is no default.** The rising spline is the nearest of all where the
truth is a line and applicants are few ({error[summary-line-normal-20/rising spline]:.3f} at
n = 20). Where the truth falls a little at the low end before it rises, it holds
{cov[summary-bend-normal-1500/rising spline]:.0%} at n = 1,500 and
{cov[summary-bend-normal-20000/rising spline]:.0%} at 20,000."""

_PLATEAU = """\
**A plateau in a large table is covered by nobody.** At n = 20,000 the default holds
{cov[summary-plateau-normal-20000/degree 3 ridge]:.0%}, the best rival
{cov[summary-plateau-normal-20000/rising spline]:.0%}; at 1,500 the default holds
{cov[summary-plateau-normal-1500/degree 3 ridge]:.0%}. Band rates are still near:
{error[summary-plateau-normal-20000/degree 3 ridge]:.3f} off. A hump is much the same
({cov[summary-hump-skewed-5000/degree 3 ridge]:.0%},
{error[summary-hump-skewed-5000/degree 3 ridge]:.3f}). The intervals speak of sampling and rounding
under a curve; that another curve may be true is why a report shows the range of curves."""

_MEDIAN = """\
**Quartiles and one median give a slope, hardly a bend.** At n = 900 the default's band rates are
{error[one_median-line-normal-900/degree 3 ridge]:.3f} off under a line,
{error[one_median-mild_bend-normal-900/degree 3 ridge]:.3f} under a mild bend and
{error[one_median-line-skewed-900/degree 3 ridge]:.3f} with skewed scores, all within the 0.05 asked
for. Under the strong bend they are
{error[one_median-bend-normal-900/degree 3 ridge]:.3f} off, beyond it, as is every rival: nothing in
these digits tells of the bend. The default's interval says so by its width and holds
{cov[one_median-bend-normal-900/degree 3 ridge]:.1%}. Two more quartiles mend it
({error[quartiles-bend-normal-900/degree 3 ridge]:.3f}), and the full summary more
({error[summary-bend-normal-900/degree 3 ridge]:.3f}). Degrees 2 and 3 without a ridge are refused
on so few digits."""

_BANDS = """\
**Bands can speak for themselves.** Each band's own interval holds
{cov[band_counts-hump-skewed-20000/bands, Jeffreys]:.1%} under a hump with 20,000 applicants and
{cov[band_percent-line-normal-900/bands, Jeffreys]:.1%} from whole per cents at n = 900. In large
tables the rounding to a per cent widens the intervals at both ends, so they hold more than they say
({cov[band_percent-plateau-normal-20000/bands, Jeffreys]:.1%} at 20,000). Jeffreys and
Wilson give the same rates and tie; with 20 applicants Wilson's interval is narrower
({width[band_counts-line-normal-20/bands, Wilson]:.3f} against
{width[band_counts-line-normal-20/bands, Jeffreys]:.3f}) and holds no less
({cov[band_counts-line-normal-20/bands, Wilson]:.1%} against
{cov[band_counts-line-normal-20/bands, Jeffreys]:.1%})."""

_CURVES = """\
**A curve through bands is sharper where it is right.** Under a line at n = 900 the logistic line is
{error[band_percent-line-normal-900/logistic line]:.3f} off where bands by themselves are
{error[band_percent-line-normal-900/bands, Jeffreys]:.3f} off. Under a plateau at 5,000 its interval
for band rates holds {band_cov[band_counts-plateau-normal-5000/logistic line]:.0%}, the spline's
{band_cov[band_counts-plateau-normal-5000/logistic spline]:.0%}. An order alone (isotonic) holds
{cov[band_counts-plateau-normal-5000/isotonic]:.1%} there, and
{cov[band_counts-hump-skewed-20000/isotonic]:.0%} where a hump breaks the order."""

_RANKS = """\
**Rank lists bend in the logarithm.** Where very long lists match less often, degree 1 holds
{cov[ranks-long_lists_fall-ranks-5000/degree 1]:.0%}, the default, degree 2 with a ridge,
{cov[ranks-long_lists_fall-ranks-5000/degree 2 ridge]:.1%}. Without the ridge degree 2 does as well;
the rule prefers the default by a hair."""

FINDINGS = (_STRAIGHT, _TAILS, _RISING, _PLATEAU, _MEDIAN, _BANDS, _CURVES, _RANKS)
