"""One group and specialty's sentences and sources, on their way into the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from imgstats.comparison.score.records import Fact
    from imgstats.explore.phrases import PhraseBook

__all__ = ["Telling"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """Where sentences go, whose names are in them, and how sources are numbered.

    Attributes
    ----------
    book : PhraseBook
        Takes the sentences.
    names : mapping of str to str
        Names in the sentences, by what stands for them.
    numbered : callable
        Returns the numbers of sources by their keys.
    """

    book: PhraseBook
    names: Mapping[str, str]
    numbered: Callable[[Iterable[str]], list[int]]

    def say(
        self, sentences: Sequence[str], known: Mapping[str, Sequence[int | None]] | None = None
    ) -> int:
        """Return the number of a column of sentences."""
        return self.book.add(sentences, known or {}, self.names)

    def once(self, sentence: str) -> int:
        """Return the number of a sentence that is the same at every score."""
        return self.say([sentence])

    def fact(self, fact: Fact) -> list[object]:
        """Return a fact's sentence, the letter of its source, and the source."""
        return [self.once(fact.sentence), fact.grade, self.numbered(fact.sources)]
