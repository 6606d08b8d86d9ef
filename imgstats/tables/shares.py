"""`ShareTable`: shares of answers to one question."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Self

from imgstats.errors import TableError
from imgstats.tables.context import Context
from imgstats.tables.tidy import TidyTable, context_columns, one_context, one_value
from imgstats.tables.validation import number, optional_count, yes_or_no

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from imgstats.sources.tabular import Record

__all__ = ["Share", "ShareTable"]

# Each printed whole per cent may be off by half a point.
_SLACK_EACH = 0.00501


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One answer and its share, a fraction of the respondents."""

    answer: str
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareTable(TidyTable):
    """Shares of the answers to one question.

    Parameters
    ----------
    question : str
        The question in words.
    shares : sequence of Share
        Fractions of the respondents, in printed order.
    respondents : int or None
        Number of respondents, where printed.
    exclusive : bool
        Whether each respondent gave exactly one answer; the shares then add up to 1 within
        rounding.
    context : Context, optional
        Which people and which source.

    Raises
    ------
    TableError
        If a share is outside 0..1, or exclusive shares do not add up.

    Examples
    --------
    >>> table = ShareTable(
    ...     question="ever?", shares=[Share(answer="no", share=0.4), Share(answer="yes", share=0.6)]
    ... )
    >>> table.share("yes")
    0.6
    """

    _columns: ClassVar[tuple[str, ...]] = ("question", "answer", "share")

    question: str
    shares: tuple[Share, ...]
    respondents: int | None = None
    exclusive: bool = True
    context: Context = field(default_factory=Context)

    def __post_init__(self) -> None:
        """Check range and total."""
        object.__setattr__(self, "shares", tuple(self.shares))
        object.__setattr__(self, "respondents", optional_count(self.respondents, "respondents"))
        if not self.shares:
            raise TableError("no answer", "at least one answer with its share")
        for each in self.shares:
            if not 0 <= number(each.share, each.answer) <= 1:
                raise TableError(
                    f"{each.answer}: share {each.share:g}", "0 to 1", "give 18 % as 0.18"
                )
        answers = [each.answer for each in self.shares]
        if len(set(answers)) < len(answers):
            raise TableError(f"answers {', '.join(answers)}", "each answer once")
        total = sum(each.share for each in self.shares)
        if self.exclusive and abs(total - 1) > _SLACK_EACH * len(self.shares):
            raise TableError(
                f"shares add up to {total:.3f}", "1 within rounding", "or set exclusive=False"
            )

    def share(self, answer: str) -> float:
        """Return the share of an answer.

        Raises
        ------
        TableError
            If the answer is not in the table.
        """
        for each in self.shares:
            if each.answer == answer:
                return each.share
        raise TableError(f"answer {answer!r}", ", ".join(each.answer for each in self.shares))

    def to_frame(self) -> pd.DataFrame:
        """Return a row per answer: question, answer, share, respondents, exclusive."""
        import pandas as pd

        rows = [
            context_columns(self.context)
            | {
                "question": self.question,
                "answer": each.answer,
                "share": each.share,
                "respondents": self.respondents,
                "exclusive": self.exclusive,
            }
            for each in self.shares
        ]
        return pd.DataFrame(rows)

    @classmethod
    def from_records(cls, rows: Sequence[Record]) -> Self:
        """Make the table from a row per answer.

        Raises
        ------
        TableError
            If there is no row, a column is missing, or more than one question is there.
        """
        for row in rows:
            cls._need(row, cls._columns)
        question, first = one_value(rows, "question"), rows[0]
        exclusive = yes_or_no(first["exclusive"], "exclusive") if "exclusive" in first else True
        return cls(
            question=question,
            shares=tuple(
                Share(answer=str(row["answer"]), share=number(row["share"], "share"))
                for row in rows
            ),
            respondents=first.get("respondents"),
            exclusive=exclusive,
            context=one_context(rows),
        )
