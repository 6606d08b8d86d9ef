"""The options of an applicant are the fields of `Applicant`, and reach it as they were typed."""

from __future__ import annotations

import dataclasses
from inspect import signature

import pytest

from imgstats.applicant import Applicant
from imgstats.cli.estimate import estimate
from imgstats.cli.parts.options import APPLICANT, CHOICES, Asked, takes_applicant
from imgstats.cli.report import report
from imgstats.comparison.asked import Choices


def test_each_field_of_an_applicant_is_an_option_and_no_other_is():
    assert list(APPLICANT) == list(Applicant.model_fields)


def test_each_choice_is_an_option_and_no_other_is():
    assert set(CHOICES) == {field.name for field in dataclasses.fields(Choices)}


@pytest.mark.parametrize("command", [estimate, report])
def test_both_commands_take_all_of_them(command):
    names = list(signature(command).parameters)
    start = names.index("group")
    assert names[start : start + len(APPLICANT) + len(CHOICES)] == [*APPLICANT, *CHOICES]


def test_what_was_typed_reaches_the_command():
    seen = []

    @takes_applicant
    def command(asked: Asked) -> None:
        seen.append(asked)

    not_given = dict.fromkeys([*APPLICANT, *CHOICES])
    command(**not_given)
    typed = {"group": "us-img", "step2_ck": "242", "scenarios": ["visa=0.5..0.9", "usce=1..2"]}
    command(**not_given | typed)
    assert [each.named for each in seen] == [[], ["--group", "--step2-ck"]]
    assert seen[1].applicant() == Applicant(group="us_img", step2_ck=242)
    assert [each.choices() for each in seen] == [
        Choices(),
        Choices(scenarios=("visa=0.5..0.9", "usce=1..2")),
    ]
