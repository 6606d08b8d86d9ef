"""From practice tests to a distribution of the real score, the guide's criteria and two choices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgstats.comparison.citations import merged
from imgstats.errors import InputError
from imgstats.evidence.pass_rates import EXAMS
from imgstats.grades import ASSUMED, CARRIED_OVER, weakest
from imgstats.strategy.practice_file import UNSCORED, scale_of
from imgstats.strategy.readiness import step1, words
from imgstats.strategy.readiness.choices import goals, postpone, sit
from imgstats.strategy.readiness.criteria import Facts, criteria
from imgstats.strategy.readiness.forms import NBME, Form
from imgstats.strategy.readiness.model import agreement, combine, outlook
from imgstats.strategy.readiness.passing import passing_on
from imgstats.strategy.readiness.records import Part, Readiness, Taken
from imgstats.strategy.readiness.shares import item_shares
from imgstats.strategy.readiness.sizes import Sizes, official_form
from imgstats.strategy.rules import LABEL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from imgstats.strategy.practice_file import PracticeTest, PracticeTests
    from imgstats.strategy.readiness.model import Combined
    from imgstats.strategy.readiness.records import Agreement, Outlook, Planned
    from imgstats.strategy.readiness.sizes import FormSize
    from imgstats.tables.published import PublishedTables

__all__ = ["readiness"]

_WEEK = 7
_MOST_DRIFT = 20


def readiness(
    situation: Planned,
    practice: PracticeTests,
    tables: PublishedTables,
    *,
    exam: str = "step2_ck",
    errors: Mapping[str, float] | None = None,
    drift: float = 0.0,
) -> Readiness:
    """Return what practice tests say of the real score.

    The real score lies around the combined practice score with the variance of the exam's own
    error, which is there once, and of what the forms add, weighed by their precision. A test of
    weeks ago weighs as much as one of yesterday; its age enters through `drift` alone.

    Parameters
    ----------
    situation : Situation or Sitting
        Day of the exam, target and today.
    practice : PracticeTests
        At least one test; none is later than today.
    tables : PublishedTables
        Where errors, passing scores and the guide's rules stand.
    exam : str
        A name of `EXAMS`.
    errors : mapping of str to float, optional
        Standard deviation of form minus real score by name of a form, for those without a
        published one; assumed.
    drift : float
        Points a week that the level is assumed to rise until the exam.

    Raises
    ------
    InputError
        If there is no test, a form has no error, a given error or drift is not allowed, or the
        exam is past.

    Examples
    --------
    >>> from datetime import date
    >>> from imgstats import PublishedTables
    >>> from imgstats.strategy.practice_file import PracticeTest, PracticeTests
    >>> from imgstats.strategy.readiness.forms import form_of
    >>> from imgstats.strategy.readiness.records import Sitting
    >>> taken = PracticeTest(line=2, day=date(2027, 5, 1), form=form_of("NBME 9"), score=240.0)
    >>> sitting = Sitting(target=(245, 245), exam_date=date(2027, 6, 1), today=date(2027, 5, 2))
    >>> found = readiness(sitting, PracticeTests(tests=(taken,)), PublishedTables())
    >>> found.outlook.mean, round(found.outlook.sd, 1), found.grade
    (240.0, 10.2, 'B, carried over')
    """
    if not practice.tests:
        raise InputError(
            "no practice test is given",
            "one or more, each with date, form and score",
            "take a practice form and write it into the file",
        )
    _check_days(situation, practice, drift)
    practice = practice.first_sittings(official_form(tables, exam))
    if exam == UNSCORED:
        return step1.readiness_of_step1(situation, practice, tables, errors or {}, drift)
    sizes = Sizes(tables, exam, errors or {})
    found = [sizes.find(each) for each in practice.scored]
    sizes.refuse_unused()
    if not found:
        raise InputError(
            f"{practice.tests[0].form.name} alone: a share of items has no published way to a "
            "score",
            "at least one form with a three-digit score",
            "add an NBME form",
        )
    return _of_forms(situation, practice, tables, sizes, found, drift)


def _check_days(situation: Planned, practice: PracticeTests, drift: float) -> None:
    day, today = situation.exam_date, situation.today
    if day is not None and day < today:
        raise InputError(
            f"the exam was on {day}", f"a day from {today}", "give the day of the next sitting"
        )
    if last := [each for each in practice.tests if each.day > today]:
        raise InputError(f"line {last[0].line}: {last[0].day} is after today", f"until {today}")
    if not -_MOST_DRIFT <= drift <= _MOST_DRIFT:
        raise InputError(
            f"drift is {drift:g} points a week", f"from -{_MOST_DRIFT} to {_MOST_DRIFT}"
        )
    if drift and day is None:
        raise InputError(
            "a drift without the day of the exam",
            "both, or neither",
            "give the day, such as --date 2027-06-15",
        )


def _of_forms(
    situation: Planned,
    practice: PracticeTests,
    tables: PublishedTables,
    sizes: Sizes,
    found: Sequence[FormSize],
    drift: float,
) -> Readiness:
    exam, day = sizes.exam, situation.exam_date
    rows, combined, agreed = _combined(practice.scored, found, day, drift)
    _check_moved(rows, exam, drift)
    passing = passing_on(tables, exam, day or situation.today)
    bar = passing.score if passing else None
    aims = goals(bar, situation.target[0] if situation.target else None)
    apart, together, by_spread = _outlooks(combined, agreed, sizes, aims)
    judged = criteria(tables, _facts(situation, practice, sizes, found, combined, bar, drift))
    parts = _parts(sizes, combined, found, drift, _widened(agreed))
    shares = item_shares(practice)
    one_more = min(each.adds for each in found)
    return Readiness(
        exam=exam,
        exam_name=EXAMS[exam],
        exam_date=day,
        today=situation.today,
        target=situation.target,
        passing=passing,
        drift=drift,
        tests=rows,
        shares=shares,
        outlook=apart,
        together=together,
        by_spread=by_spread,
        parts=parts,
        agreement=agreed,
        criteria=judged,
        advice_label=LABEL,
        sit=sit(apart, together, aims, day, by_spread),
        postpone=postpone(combined, sizes.of_exam, one_more, aims, _ends(exam), _widened(agreed)),
        refusal="",
        notes=practice.said,
        sentences=(
            words.score_sentence(EXAMS[exam], len(rows), apart, together, by_spread),
            words.doubt_sentence(apart, together, len(rows), by_spread),
            *words.agreement_sentences(agreed),
            *words.passing_sentences(passing, EXAMS[exam]),
            words.drift_sentence(tables, drift, practice.scored[0].day),
            *(words.share_sentence(each) for each in shares),
        ),
        grade=_grade(found, drift),
        sources=merged(
            *(each.sources for each in parts),
            passing.sources if passing else (),
            *(each.sources for each in judged),
        ),
    )


def _combined(
    counted: Sequence[PracticeTest], found: Sequence[FormSize], day: date | None, drift: float
) -> tuple[tuple[Taken, ...], Combined, Agreement | None]:
    """Return the tests as they count, what they come to, and whether they agree."""
    moved = [
        each.score + (drift * (day - each.day).days / _WEEK if day else 0.0) for each in counted
    ]
    adds = [each.adds for each in found]
    combined = combine(moved, adds)
    rows = tuple(
        Taken(
            day=test.day,
            form=test.form.name,
            score=test.score,
            moved=to,
            error=size.error,
            adds=size.adds,
            weight=weight,
            grade=size.grade,
        )
        for test, to, size, weight in zip(counted, moved, found, combined.weights, strict=True)
    )
    return rows, combined, agreement(moved, adds, combined)


def _check_moved(rows: Sequence[Taken], exam: str, drift: float) -> None:
    low, high = _ends(exam)
    for each in rows:
        if not low <= each.moved <= high:
            raise InputError(
                f"a drift of {drift:+g} points a week moves {each.form} of {each.day} from "
                f"{each.score:g} to {each.moved:.0f} by the exam",
                f"scores from {low:g} to {high:g}",
                "give a smaller drift, or leave it out",
            )


def _widened(agreed: Agreement | None) -> float:
    """Return the Birge ratio: how many times their errors contradictory forms lie apart, else 1."""
    if agreed is None or not agreed.contradictory:
        return 1.0
    return float((agreed.chi_square / agreed.degrees) ** 0.5)


def _ends(exam: str) -> tuple[float, float]:
    """Return the ends of the scale of an exam's score, which are those of its forms."""
    return scale_of(exam, Form(NBME))[:2]


def _outlooks(
    combined: Combined, agreed: Agreement | None, sizes: Sizes, aims: Mapping[str, int]
) -> tuple[Outlook, Outlook, Outlook | None]:
    """Return the real score if forms err apart, alike, and by a spread that contradicts them."""

    def made(error: float) -> Outlook:
        return outlook(
            combined.mean,
            (error**2 + sizes.of_exam**2) ** 0.5,
            passing=aims.get("passing score"),
            target=aims.get("target"),
            ends=_ends(sizes.exam),
        )

    by_spread = None
    if agreed and agreed.contradictory:
        by_spread = made(combined.apart * _widened(agreed))
    return made(combined.apart), made(combined.alike), by_spread


def _facts(
    situation: Planned,
    practice: PracticeTests,
    sizes: Sizes,
    found: Sequence[FormSize],
    combined: Combined,
    bar: float | None,
    drift: float,
) -> Facts:
    counted = practice.scored
    return Facts(
        days=tuple(each.day for each in counted),
        scores=tuple(each.score for each in counted),
        errors=tuple(each.error for each in found),
        adds=tuple(each.adds for each in found),
        official=sum(each.form.kind in (NBME, sizes.official) for each in counted),
        bar=bar,
        bar_name="the passing score",
        target=situation.target,
        mean=combined.mean,
        drift=drift,
    )


def _parts(
    sizes: Sizes, combined: Combined, found: Sequence[FormSize], drift: float, widened: float
) -> tuple[Part, ...]:
    """Return the parts of the variance: the exam's own, and of the forms by their kind of error."""
    parts = [
        Part(
            name="error of the exam itself",
            size=sizes.of_exam,
            variance=sizes.of_exam**2,
            grade=sizes.exam_grade,
            note=sizes.exam_note,
            sources=sizes.exam_sources,
        )
    ]
    for size in dict.fromkeys(found):
        mine = [
            weight * each.adds
            for weight, each in zip(combined.weights, found, strict=True)
            if each == size
        ]
        variance = sum(each**2 for each in mine)
        many = "one form" if len(mine) == 1 else f"{len(mine)} forms"
        each_of = "" if len(mine) == 1 else " each"
        parts.append(
            Part(
                name=f"error of {many}, {size.adds:.1f} points{each_of}",
                size=variance**0.5,
                variance=variance,
                grade=size.grade,
                note=size.note,
                sources=size.sources,
            )
        )
    if widened > 1:
        variance = combined.apart**2 * (widened**2 - 1)
        parts.append(
            Part(
                name="how far the forms lie apart beyond their errors",
                size=variance**0.5,
                variance=variance,
                grade=_grade(found, drift),
                note="read off the forms themselves, which contradict each other",
                sources=(),
            )
        )
    parts.append(
        Part(
            name="drift until the exam",
            size=0.0,
            variance=0.0,
            grade=ASSUMED,
            note=words.drift_note(drift),
            sources=(),
        )
    )
    return tuple(parts)


def _grade(found: Sequence[FormSize], drift: float) -> str:
    """Return the grade of the distribution, by the weakest of what it rests on."""
    grades = [each.grade for each in found]
    if ASSUMED in grades or drift:
        return ASSUMED
    letter = weakest(*(each.partition(",")[0] for each in grades))
    return f"{letter}{CARRIED_OVER}" if any(CARRIED_OVER in each for each in grades) else letter
