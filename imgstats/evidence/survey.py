"""What internal-medicine programs answered in the 2020 program director survey."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgstats.evidence.records import Evidence
from imgstats.wording import listed, number_words, percent

if TYPE_CHECKING:
    from imgstats.tables.published import PublishedTables

__all__ = ["cited_factor", "consideration", "requirement", "score_filters"]

_TABLE = "program_survey"
_SCORE = "Step 2 CK score"
_CUTS = {
    "below which programs generally do not grant interviews": "generally grant no interview below",
    "above which programs almost always grant interviews": "almost always grant one above",
}
_CITED = "factor cited in selecting applicants to interview"
_QUARTILES = ("q1", "median", "q3")
_POPULATION = "internal-medicine programs that answered"


def consideration(tables: PublishedTables, factor: str, question: str) -> Evidence:
    """Return how often programs say they consider applicants of a kind.

    Raises
    ------
    TableError
        If the survey has no such question.
    """
    return _answered(
        tables,
        factor,
        question,
        asked=f": \u201c{question}\u201d",
        about=f"whether a program {question}",
    )


def cited_factor(tables: PublishedTables, factor: str, category: str) -> Evidence:
    """Return how many programs cite a factor when they choose whom to interview.

    Raises
    ------
    TableError
        If the survey does not list that factor.
    """
    rows = tables.rows(_TABLE, question=_CITED, category=category)
    by_unit = {row["unit"]: row for row in rows}
    cited, weight = by_unit["programs_citing_pct"], by_unit["mean_importance_1_to_5"]
    return Evidence(
        factor=factor,
        statement=(
            f"Programs asked for factors in choosing whom to interview: \u201c{category}\u201d"
        ),
        finding=(
            f"cited by {percent(float(cited['value']) / 100)} of "
            f"{number_words(int(cited['respondents_n']))} programs, mean importance "
            f"{number_words(float(weight['value']))} on a scale of 1 to 5"
        ),
        population=_POPULATION,
        year=_survey_year(tables),
        n=int(cited["respondents_n"]),
        grade=str(cited["trust"]),
        source=str(cited["source"]),
        dataset=str(cited["dataset"]),
        note=_response(tables),
        sentence=(
            f"In {_survey_year(tables)}, {percent(float(cited['value']) / 100)} of "
            f"{number_words(int(cited['respondents_n']))} internal-medicine programs cited "
            f"\u201c{category}\u201d in choosing whom to interview, with a mean importance of "
            f"{number_words(float(weight['value']))} on a scale of 1 to 5."
        ),
    )


def score_filters(tables: PublishedTables) -> tuple[Evidence, ...]:
    """Return what programs say of filters by the Step 2 CK score.

    Returns
    -------
    tuple of Evidence
        How many cite the score, how many have a target, and under and over which scores programs
        say that they grant none or almost always an interview.

    Raises
    ------
    TableError
        If the survey does not hold one of these.
    """
    return (
        cited_factor(tables, "score", "USMLE Step 2 CK score"),
        requirement(tables, "score", "Step 2 CK"),
        *(_cut(tables, question, verb) for question, verb in _CUTS.items()),
    )


def requirement(tables: PublishedTables, factor: str, exam: str) -> Evidence:
    """Return which result of an exam programs require.

    Raises
    ------
    TableError
        If the survey did not ask for that exam.
    """
    about = f"what {exam} result they require"
    return _answered(tables, factor, f"USMLE {exam} required", asked=f" {about}", about=about)


def _answered(
    tables: PublishedTables, factor: str, question: str, *, asked: str, about: str
) -> Evidence:
    """Return the answers to a question; `asked` stands in the statement, `about` in a sentence."""
    table = tables.answers(question)
    shares = listed([f"{each.answer} {percent(each.share)}" for each in table.shares])
    year, n = _survey_year(tables), number_words(table.respondents or 0)
    return Evidence(
        factor=factor,
        statement=f"Programs asked{asked}",
        finding=f"{shares} of {n} programs",
        population=_POPULATION,
        year=year,
        n=table.respondents,
        grade=table.context.trust,
        source=table.context.source,
        dataset=table.context.dataset,
        note=_response(tables),
        sentence=(f"Asked in {year} {about}, {n} internal-medicine programs answered: {shares}."),
    )


def _cut(tables: PublishedTables, question: str, verb: str) -> Evidence:
    rows = {row["category"]: row for row in tables.rows(_TABLE, question=f"{_SCORE} {question}")}
    low, middle, high = (number_words(float(rows[name]["value"])) for name in _QUARTILES)
    first = rows[_QUARTILES[0]]
    year, n = _survey_year(tables), int(first["respondents_n"])
    return Evidence(
        factor="score",
        statement=f"Programs asked for the {_SCORE} {question}",
        finding=f"middle half {low} to {high}, median {middle}, of {n} programs",
        population=_POPULATION,
        year=year,
        n=n,
        grade=str(first["trust"]),
        source=str(first["source"]),
        dataset=str(first["dataset"]),
        note=f"read off a box plot; {_response(tables)}",
        sentence=(
            f"In {year}, {n} internal-medicine programs named a {_SCORE} that they {verb}: the "
            f"middle half of them named {low} to {high}, with a median of {middle}."
        ),
    )


def _survey_year(tables: PublishedTables) -> str:
    return tables.sources[tables.rows(_TABLE)[0]["source"]].year


def _response(tables: PublishedTables) -> str:
    """Say how few programs answered."""
    values = {row["category"]: row["value"] for row in tables.rows(_TABLE, question="response")}
    asked, answered = values["programs surveyed"], values["programs responding"]
    return (
        f"{number_words(answered)} of {number_words(asked)} programs took part, so this is the "
        "word of few; it predates Step 1 being reported as pass or fail"
    )
