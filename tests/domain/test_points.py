"""The list of points to confirm is whole: every number in force, with its bounds."""

import importlib
import pkgutil
import re
from dataclasses import fields
from datetime import time

import hub.domain
from hub.domain.clock import REFLECTION_TIME
from hub.domain.clock_month import PROMPT_QUESTION_DAYS
from hub.domain.points import OPEN_QUESTIONS, POINTS, Standing, Unit
from hub.domain.policies import BOUNDS, Policies

BY_CODE = {point.code: point for point in POINTS}


def test_every_number_that_may_be_changed_is_listed_once():
    assert sorted(point.code for point in POINTS if point.may_be_changed) == sorted(BOUNDS)
    assert len(BY_CODE) == len(POINTS)


def test_every_listed_number_is_one_in_force():
    for point in POINTS:
        if point.setting:
            least = 0 if point.unit is Unit.YES_NO else 1
            assert Policies().value(point.setting) >= least, point.code


def policies_of_the_domain():
    """Each policy of the domain, by the name of what it is about."""
    for found in pkgutil.iter_modules(hub.domain.__path__, "hub.domain."):
        module = importlib.import_module(found.name)
        for name, thing in vars(module).items():
            if name.endswith("Policy") and thing.__module__ == found.name:
                yield re.sub(r"(?<!^)(?=[A-Z])", "_", name.removesuffix("Policy")).lower(), thing


NAMED = {
    "acknowledgement": "acknowledgements",
    "control": "controls",
    "hub_record": "records",
    "identity_document": "identity",
    "lost_code": "codes",
    "opt_out": "opt_outs",
    "proof": "proofs",
    "repeat": "repeats",
}


def test_every_field_of_every_policy_is_listed_with_its_value():
    for name, policy in policies_of_the_domain():
        for one in fields(policy):
            group = NAMED.get(name, name)
            point = BY_CODE.get(f"{group}.{one.name}") or BY_CODE.get(f"{group}_{one.name}")
            assert point, f"{group}: {one.name} is on no page"
            if point.unit is not None and point.setting is None:
                assert point.fixed in (one.default, as_minutes(one.default)), point.code


def as_minutes(value):
    return value.hour * 60 + value.minute if isinstance(value, time) else None


def test_numbers_that_are_built_in_are_those_of_the_clock():
    assert BY_CODE["prompt_question"].fixed == PROMPT_QUESTION_DAYS
    assert BY_CODE["medical_file_reflection"].fixed == REFLECTION_TIME.total_seconds() / 3600
    assert BY_CODE["medical_file_reflection"].unit is Unit.HOURS
    assert BY_CODE["prompt_question"].unit is Unit.WORKING_DAYS


BUILT_IN = """
    end_rolls national_holidays local_holidays extension_from_receipt pause_is_added prompt_question
    no_pause_for_precision medical_file_reflection medical_file_no_roll objection_lil_74
    objection_through_hospitals warehouse_objection anonymous_data joint_controllers
    no_derogation_19_20 courts levels answers_need_more special_category mails_without_content
    health_data_host dpo_does_not_decide intake_earliest_on acknowledgements_silence
    acknowledgements_silence_months acknowledgements_court_months acknowledgements_days_to_complete
    representation_acts_alone_from representation_adult_from second_reading_wanted_by_default
    second_reading_programs_may_lack_reason opt_outs_from_on chasing_morning intake_most_bytes
    unread_notification intake_most_rows intake_rows_per_turn intake_at_once
    cnil_file_most_bytes_of_files represented_is_told mandate_judged_at_the_door not_me_stops
    code_after_a_mandate known_mailbox_is_told joined_requests incidents_notify_within_hours
    her_agreement
"""
FIXED_BY_WORDS = {"course.confirmation_days", "course.closing_days"}


def test_what_is_built_in_is_listed_by_the_name_its_words_go_by():
    assert {point.code for point in POINTS if not point.setting} == set(BUILT_IN.split())
    fixed = {point.code for point in POINTS if point.setting and not point.may_be_changed}
    assert fixed == FIXED_BY_WORDS


def test_each_point_names_the_text_it_rests_on():
    codes = r"C\. trav\.|C\. civ\.|CSP|CJA|CRPA"
    known = rf"({codes}|RGPD|Règl\.|EEDS|LIL|Décret|CEPD|CNIL|MR-006) ?[\dLR(,]?"
    for point in POINTS:
        assert re.match(known, point.source), point.code


def test_every_number_says_what_it_counts():
    for point in POINTS:
        assert (point.unit is None) == (point.setting is None and point.fixed is None), point.code


def test_what_is_read_from_memory_is_told_apart_from_what_the_hub_chose():
    assert BY_CODE["end_rolls"].standing is Standing.FROM_MEMORY
    assert BY_CODE["retention.content_months"].standing is Standing.POLICY


def test_the_questions_the_texts_leave_open_are_listed():
    assert sorted(OPEN_QUESTIONS) == [
        *("decree_wording", "holidays_option", "mandate_or_post", "refusal_and_pause"),
        *("role_of_the_hub", "silence_regime", "snds_addressee"),
    ]
