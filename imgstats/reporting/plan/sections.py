"""Sections of a plan as HTML fragments: they draw a `Plan` and compute nothing."""

from __future__ import annotations

from calendar import month_name
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from imgstats.reporting.fragments import Fragment, fragment
from imgstats.reporting.showing.glossary import TERMS
from imgstats.wording import day_words, number_words

if TYPE_CHECKING:
    from imgstats.strategy.plan import Plan
    from imgstats.strategy.rules import Rule

__all__ = [
    "actions",
    "advice",
    "calendar",
    "exam_record",
    "funnel",
    "glossary",
    "header",
    "limits",
    "low_score",
    "pathway",
    "readiness",
    "shortlist",
    "sources",
    "stand",
    "targets",
    "told",
]


_MONTH = "month of the year"


class _Told(Protocol):
    """A part of a plan that has sentences."""

    @property
    def sentences(self) -> tuple[str, ...]: ...


class _Graded(_Told, Protocol):
    """One whose first sentence has a grade and sources."""

    @property
    def grade(self) -> str: ...
    @property
    def sources(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """A sentence of the summary, with what it rests on."""

    words: str
    grade: str = ""
    sources: tuple[str, ...] = ()


def _render(template: str, plan: Plan, **more: object) -> Fragment:
    numbers = {each.key: i for i, each in enumerate(plan.sources, start=1)}
    parts = {name: getattr(plan, name) for name in plan.__dataclass_fields__ if name != "advice"}
    return fragment(
        template,
        **parts
        | {
            # Templates of a report ask these for sources and for whom it is about.
            "comparison": plan,
            "record": plan.comparison,
            "applicant": plan.situation.applicant,
            "source_number": numbers.__getitem__,
            "rule_figures": rule_figures,
            # Stands on the page before; on paper it is not said twice.
            "said": {each.words for each in _summary(plan)} | _reasons(plan),
        }
        | more,
    )


def rule_figures(rule: Rule) -> str:
    """Return the figures of a rule with their unit.

    Examples
    --------
    >>> from imgstats import PublishedTables
    >>> from imgstats.strategy.rules import rule
    >>> rule_figures(rule(PublishedTables(), "step1-months-recent"))
    '3 to 5 months'
    """
    word = _month if rule.unit == _MONTH else number_words
    low, high = (None if each is None else word(each) for each in (rule.low, rule.high))
    if low is None:
        words = f"up to {high}"
    elif high is None:
        words = f"{low} and more"
    else:
        words = low if low == high else f"{low} to {high}"
    return words if rule.unit == _MONTH else f"{words} {rule.unit}"


def _month(number: float) -> str:
    return month_name[int(number)]


def header(plan: Plan) -> Fragment:
    """Return the page's head: whose plan it is."""
    return _render("plan_header.html.j2", plan, target_words=_target(plan))


def _target(plan: Plan) -> str:
    return plan.situation.aim.replace("-", " to ")


def actions(plan: Plan) -> Fragment:
    """Return what to do next, by date."""
    return _render("actions.html.j2", plan)


def told(plan: Plan) -> Fragment:
    """Return what was said of the person, and what a plan is."""
    day = plan.situation.exam_date
    exam_date = "" if day is None else day_words(day)
    return _render("told.html.j2", plan, target_words=_target(plan), exam_date=exam_date)


def stand(plan: Plan) -> Fragment:
    """Return where the person stands, in a sentence from each part."""
    return _render("stand.html.j2", plan, summary=_summary(plan))


def _summary(plan: Plan) -> list[_Said]:
    return [
        _first(plan.targets, plan.targets.grade, plan.targets.sources),
        # What a filter does to this very score comes last of the targets.
        _Said(words="".join(plan.targets.sentences[1:][-1:]), sources=plan.targets.sources),
        _first(plan.exam_record),
        *(() if plan.readiness is None else (_of(plan.readiness),)),
        *(_Said(words=each) for each in plan.calendar.sentences[:2]),
        *((_first(plan.shortlist),) if plan.shortlist.given else ()),
        _of(plan.funnel),
    ]


def _reasons(plan: Plan) -> set[str]:
    """Return the advice that stands beside the choice to apply or to wait."""
    return {each.text for choice in plan.calendar.choices for each in choice.reasons}


def _of(part: _Graded) -> _Said:
    return _first(part, part.grade, part.sources)


def _first(part: _Told, grade: str = "", sources: tuple[str, ...] = ()) -> _Said:
    """Return the first sentence of a part, nothing where it has none."""
    return _Said(words="".join(part.sentences[:1]), grade=grade, sources=sources)


def targets(plan: Plan) -> Fragment:
    """Return scores from both sides: past rates, and whom a filter keeps."""
    return _render("targets.html.j2", plan)


def exam_record(plan: Plan) -> Fragment:
    """Return what is known of passes, failures and Step 3."""
    return _render("exam_record.html.j2", plan)


def readiness(plan: Plan) -> Fragment:
    """Return what practice tests say; nothing without any."""
    if plan.readiness is None:
        return Fragment("<p>No practice tests were given.</p>" if not plan.situation.scored else "")
    return _render("readiness.html.j2", plan)


def pathway(plan: Plan) -> Fragment:
    """Return the guide's sample pathway with the person's dates."""
    return _render("pathway.html.j2", plan)


def calendar(plan: Plan) -> Fragment:
    """Return the days that the plan counts back."""
    return _render("calendar.html.j2", plan)


def shortlist(plan: Plan) -> Fragment:
    """Return the programs of the person's file, or states."""
    return _render("shortlist.html.j2", plan)


def funnel(plan: Plan) -> Fragment:
    """Return the way from applications to a match."""
    return _render("funnel.html.j2", plan)


def low_score(plan: Plan) -> Fragment:
    """Return the file beside the score."""
    return _render("low_score.html.j2", plan)


def advice(plan: Plan, part: str, what: str = "", *, heading: bool = True) -> Fragment:
    """Return the guide's advice on a part that holds none itself.

    Parameters
    ----------
    plan : Plan
        The plan.
    part : str
        A key of `Plan.advice`.
    what : str
        What it is about, in a sentence.
    heading : bool
        Whether it has a heading of its own.
    """
    return _render("guide_part.html.j2", plan, advice=plan.advice[part], what=what, heading=heading)


def limits(plan: Plan) -> Fragment:
    """Return what the page cannot know."""
    return _render("plan_limits.html.j2", plan)


def sources(plan: Plan) -> Fragment:
    """Return every source with its birth certificate."""
    return _render("sources.html.j2", plan)


def glossary(plan: Plan) -> Fragment:
    """Return the terms that the page uses."""
    return _render("glossary.html.j2", plan, terms=TERMS)
