"""A comparison that is kept answers the very same question of the very same data, nothing else."""

from __future__ import annotations

import warnings

import pytest

from imgstats import Applicant, PublishedTables, compare
from imgstats.comparison import kept as module
from imgstats.comparison.kept import Asked, Kept, data_words, keeping, read_kept, write_kept
from imgstats.errors import PassingScoreWarning
from imgstats.levels import LEVEL
from imgstats.own_tables import OwnTables
from tests.conftest import quiet_compare

pytestmark = pytest.mark.slow

APPLICANT = Applicant(group="us_img", step2_ck=230, label="A")
REGION = ((0.0, 0.6), (0.0, 0.6))


def asked(applicant=APPLICANT, **options):
    given = {
        "level": LEVEL,
        "scenarios": (),
        "denominator": "preferred",
        "correlations": None,
        **options,
    }
    return Asked(applicant=applicant, **given)


@pytest.fixture(scope="module")
def answer():
    return quiet_compare(APPLICANT)


@pytest.fixture
def keep(answer):
    """Return a function that keeps the answer to a question."""
    said = (PassingScoreWarning("said before"),)

    def kept(question):
        return keeping(Kept(words=question.words, data=data_words(), answer=answer, said=said))

    return kept


def test_the_same_question_gets_the_same_object(keep, answer):
    with keep(asked()), pytest.warns(PassingScoreWarning, match="said before") as said:
        assert compare(APPLICANT) is answer
    assert said[0].filename == __file__
    assert quiet_compare(APPLICANT) is not answer


OTHERS = {
    "score": (APPLICANT.model_copy(update={"step2_ck": 231}), {}),
    "label": (APPLICANT.model_copy(update={"label": "B"}), {}),
    "level": (APPLICANT, {"level": 0.9}),
    "scenario": (APPLICANT, {"scenarios": ("visa=0.5..0.9",)}),
    "denominator": (APPLICANT, {"denominator": "any-pgy1"}),
    "correlations": (APPLICANT, {"correlations": REGION}),
    "tables": (APPLICANT, {"tables": PublishedTables()}),
    "own tables": (APPLICANT, {"own": OwnTables()}),
}


@pytest.mark.parametrize(("applicant", "options"), OTHERS.values(), ids=list(OTHERS))
def test_another_question_is_computed(keep, answer, applicant, options):
    with keep(asked()):
        found = quiet_compare(applicant, **options)
    assert found is not answer
    assert found == quiet_compare(applicant, **options)


def test_a_subclass_is_another_question(keep, answer):
    class Special(Applicant):
        pass

    with keep(asked()):
        assert quiet_compare(Special(**APPLICANT.model_dump())) is not answer


def test_other_data_are_computed(keep, answer, monkeypatch, changed_root):
    with keep(asked()):
        monkeypatch.setenv("IMGSTATS_DATA_ROOT", str(changed_root))
        found = quiet_compare(APPLICANT)
    assert found is not answer


def test_a_changed_file_of_own_tables_is_computed(keep, answer, monkeypatch, tmp_path):
    monkeypatch.setenv("IMGSTATS_DATA_DIR", str(tmp_path))
    (tmp_path / "own_tables").mkdir()
    file = tmp_path / "own_tables" / "note.txt"
    file.write_text("a", encoding="utf-8")
    with keep(asked()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert compare(APPLICANT) is answer
        file.write_text("b", encoding="utf-8")
        assert compare(APPLICANT) is not answer


def test_words_tell_apart_what_equality_does_not():
    assert (
        asked(correlations=((0.0, 0.6),) * 2).words != asked(correlations=((-0.0, 0.6),) * 2).words
    )
    assert asked(level=1).words != asked(level=True).words


def test_another_process_reads_what_was_written(keep, answer, monkeypatch, tmp_path):
    write_kept(tmp_path / "nothing")
    assert not (tmp_path / "nothing").exists()
    with keep(asked()):
        write_kept(tmp_path / "kept")
    monkeypatch.setattr(module, "_kept", None)
    read_kept(tmp_path / "kept")
    with pytest.warns(PassingScoreWarning, match="said before"):
        found = compare(APPLICANT)
    assert found == answer
    assert found.to_dict(curve=True) == answer.to_dict(curve=True)
    monkeypatch.setattr(module, "_kept", None)
