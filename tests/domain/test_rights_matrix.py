"""The table of rights: what each right gives, by legal basis and by health context."""

import csv
import os
import re
from datetime import date
from itertools import product
from pathlib import Path

import pytest

from hub.domain.legal_bases import Context, LegalBasis
from hub.domain.rights import Right
from hub.domain.rights_matrix import (
    MATRIX_VERSION,
    Applicability,
    Circumstance,
    Override,
    OverrideNotUnderstood,
    ReasonCode,
    Status,
    applicability,
    best_applicability,
    read_override,
    split_objection_to_snds,
)

HERE = Path(__file__).parent
PUBLIC = LegalBasis.PUBLIC_TASK
SNDS_PROJECT = (PUBLIC, Context.SNDS_PROJECT)
LETTERS = {"yes": Status.YES, "no": Status.NO, "conditional": Status.CONDITIONAL}


def own_cases() -> list[dict[str, str]]:
    with (HERE / "rights_cases.csv").open(encoding="utf-8") as source:
        return list(csv.DictReader(source))


@pytest.mark.parametrize(
    "case", own_cases(), ids=lambda c: f"{c['right']}-{c['basis']}-{c['context']}"
)
def test_each_right_gives_what_its_text_says(case: dict[str, str]) -> None:
    found = applicability(Right(case["right"]), LegalBasis(case["basis"]), Context(case["context"]))
    assert found.status is LETTERS[case["status"]]
    assert (found.reason.value, "; ".join(found.articles)) == (case["reason"], case["articles"])
    assert (found.instead.value if found.instead else "") == case["instead"]


@pytest.mark.parametrize("right", Right)
def test_a_closed_right_names_its_article_and_another_that_is_open(right: Right) -> None:
    for basis, context in product(LegalBasis, Context):
        found = applicability(right, basis, context)
        assert found.articles
        if found.status is Status.NO:
            assert found.instead is not None, (basis, context)
            other = applicability(found.instead, basis, found.instead_in or context)
            assert other.status is not Status.NO, (basis, context)


def test_an_objection_to_the_snds_is_told_apart_r1461_9_ii() -> None:
    split = split_objection_to_snds(
        {
            "main": [(PUBLIC, Context.SNDS_MAIN)],
            "permanent": [(PUBLIC, Context.SNDS_PERMANENT_ACCESS)],
            "project": [SNDS_PROJECT],
            "catalogue": [(PUBLIC, Context.SNDS_CATALOGUE)],
            "hospital": [(PUBLIC, Context.HEALTH_WAREHOUSE)],
        }
    )
    assert split.registered == ("project", "catalogue")
    assert [(key, row.articles[0]) for key, row in split.told_unavailable] == [
        ("main", "CSP R1461-9 II 1°"),
        ("permanent", "CSP R1461-9 II 2°"),
    ]
    assert split.elsewhere == ("hospital",)
    for _, row in split.told_unavailable:
        assert (row.instead, row.instead_in) == (Right.OBJECTION, Context.SNDS_PROJECT)


def test_a_database_with_both_uses_is_registered_for_one_and_told_for_the_other() -> None:
    split = split_objection_to_snds({"both": [(PUBLIC, Context.SNDS_MAIN), SNDS_PROJECT]})
    assert split.registered == ("both",)
    assert [key for key, _ in split.told_unavailable] == ["both"]


def test_an_objection_to_a_project_excluded_by_an_act_is_not_registered_lil_56() -> None:
    act = Override(objection_excluded_by="Décret n° 2020-1 art. 6")
    split = split_objection_to_snds({"project": [SNDS_PROJECT]}, {"project": act})
    assert split.registered == ()
    assert split.told_unavailable[0][1].act == "Décret n° 2020-1 art. 6"


def test_a_public_task_is_not_portable_and_access_is_proposed_gdpr_20_3() -> None:
    found = applicability(Right.PORTABILITY, PUBLIC)
    assert (found.status, found.instead) == (Status.NO, Right.ACCESS)
    assert found.articles == ("GDPR 20(3)",)


def test_an_upheld_objection_opens_erasure_under_a_public_task_gdpr_17_1_c() -> None:
    before = applicability(Right.ERASURE, PUBLIC)
    upheld = frozenset({Circumstance.OBJECTION_UPHELD})
    after = applicability(Right.ERASURE, PUBLIC, circumstances=upheld)
    assert (before.status, after.status) == (Status.CONDITIONAL, Status.YES)
    assert after.articles == ("GDPR 17(1)(c)", "GDPR 17(3)")


def test_an_upheld_objection_does_not_undo_the_research_exception_gdpr_17_3_d() -> None:
    upheld = frozenset({Circumstance.OBJECTION_UPHELD})
    found = applicability(Right.ERASURE, PUBLIC, Context.HEALTH_RESEARCH, circumstances=upheld)
    assert (found.status, found.reason) == (Status.CONDITIONAL, ReasonCode.RESEARCH_ERASURE)


@pytest.mark.parametrize(
    ("context", "reason"),
    [
        (Context.CANCER_REGISTER, ReasonCode.REGISTER_KEEPS),
        (Context.PATIENT_RECORD, ReasonCode.MEDICAL_FILE_KEPT),
    ],
)
def test_an_upheld_objection_does_not_empty_what_the_law_keeps_gdpr_17_3_b(
    context: Context, reason: ReasonCode
) -> None:
    upheld = frozenset({Circumstance.OBJECTION_UPHELD})
    assert applicability(Right.ERASURE, PUBLIC, context, circumstances=upheld).reason is reason


def test_data_without_a_name_close_articles_15_to_20_but_not_objection_gdpr_11() -> None:
    unknown = frozenset({Circumstance.CANNOT_IDENTIFY})
    for right in Right:
        found = applicability(right, PUBLIC, Context.SNDS_PROJECT, circumstances=unknown)
        closed = found.reason is ReasonCode.CANNOT_IDENTIFY
        assert closed == (
            right
            in {
                Right.ACCESS,
                Right.ERASURE,
                Right.PORTABILITY,
                Right.RECTIFICATION,
                Right.RESTRICTION,
            }
        )
    objection = applicability(Right.OBJECTION, PUBLIC, Context.SNDS_PROJECT, circumstances=unknown)
    assert objection.status is Status.YES


@pytest.mark.parametrize(
    ("circumstance", "articles"),
    [
        (Circumstance.ANONYMOUS_DATA, ("GDPR recital 26",)),
        (Circumstance.CANNOT_IDENTIFY, ("GDPR 11(2)", "GDPR 12(2)")),
        (Circumstance.PERSON_DECEASED, ("LIL 84", "LIL 85")),
    ],
)
def test_what_is_true_of_the_data_or_the_person_names_its_articles(
    circumstance: Circumstance, articles: tuple[str, ...]
) -> None:
    found = applicability(Right.ACCESS, PUBLIC, circumstances=frozenset({circumstance}))
    assert found.articles == articles


@pytest.mark.parametrize("right", Right)
@pytest.mark.parametrize(
    "circumstance", [Circumstance.ANONYMOUS_DATA, Circumstance.PERSON_DECEASED]
)
def test_anonymous_data_and_death_close_every_right(
    right: Right, circumstance: Circumstance
) -> None:
    found = applicability(right, LegalBasis.CONSENT, circumstances=frozenset({circumstance}))
    assert found.status is Status.NO


def test_joining_a_research_project_is_not_consent_to_the_processing_csp_l1122_1_1() -> None:
    joined = Context.RESEARCH_WITH_CONSENT
    assert applicability(Right.OBJECTION, PUBLIC, joined).status is Status.YES
    assert applicability(Right.CONSENT_WITHDRAWAL, PUBLIC, joined).status is Status.NO
    by_consent = applicability(Right.OBJECTION, LegalBasis.CONSENT, joined)
    assert by_consent.instead is Right.CONSENT_WITHDRAWAL


def test_the_opt_out_says_from_when_it_exists_ehds_105() -> None:
    found = applicability(Right.SECONDARY_USE_OPT_OUT, PUBLIC)
    assert found.from_on == date(2029, 3, 26)


def test_a_processing_is_as_open_as_its_most_open_purpose() -> None:
    purposes = [(PUBLIC, Context.SNDS_MAIN), SNDS_PROJECT]
    assert best_applicability(Right.OBJECTION, purposes).status is Status.YES
    assert best_applicability(Right.OBJECTION, purposes[:1]).status is Status.NO
    examined = (PUBLIC, Context.PATIENT_RECORD)
    for closed_and_examined in ([purposes[0], examined], [examined, purposes[0]]):
        best = best_applicability(Right.OBJECTION, closed_and_examined)
        assert best.status is Status.CONDITIONAL
    for open_and_examined in ([SNDS_PROJECT, examined], [examined, SNDS_PROJECT]):
        assert best_applicability(Right.OBJECTION, open_and_examined).status is Status.YES


def test_nobody_is_turned_away_because_the_directory_knows_no_purpose() -> None:
    assert best_applicability(Right.ERASURE, []).status is Status.CONDITIONAL


def test_an_act_closes_objection_and_nothing_else() -> None:
    act = Override(objection_excluded_by="Arrêté du 6 mai 2024 art. 7")
    for right in Right:
        found = applicability(right, PUBLIC, override=act)
        assert (found.reason is ReasonCode.EXCLUDED_BY_ACT) == (right is Right.OBJECTION)
    closed = applicability(Right.OBJECTION, PUBLIC, override=act)
    assert closed.articles == ("LIL 56", "GDPR 23")
    assert closed.act == "Arrêté du 6 mai 2024 art. 7"


def test_a_decision_is_kept_with_the_version_of_its_table() -> None:
    assert MATRIX_VERSION == "fr-2026.1"


def test_the_special_rules_of_a_processing_are_read_or_refused_aloud() -> None:
    kept = {
        "objection_excluded_by": " Décret 2020-1 art. 6 ",
        "addressee": "Directeur de la caisse",
        "answer_within_days": 15,
        "unknown": "left alone",
    }
    assert read_override(kept) == Override(
        "Décret 2020-1 art. 6", "Directeur de la caisse", 15, None
    )
    assert read_override({}) == Override()
    assert read_override({"answer_within_days": 1}).answer_within_days == 1
    for wrong in (
        {"answer_within_days": "15"},
        {"answer_within_days": 0},
        {"answer_within_days": True},
        {"addressee": 4},
        {"objection_excluded_by": 4},
        {"act": 4},
    ):
        with pytest.raises(OverrideNotUnderstood) as refused:
            read_override(wrong)
        assert refused.value.facts["field"] in wrong


# The whole table, where it is at hand: names of its columns and of its rows.

RIGHTS = {
    "access": Right.ACCESS,
    "erasure": Right.ERASURE,
    "objection": Right.OBJECTION,
    "opt-out": Right.SECONDARY_USE_OPT_OUT,
    "portability": Right.PORTABILITY,
    "rectification": Right.RECTIFICATION,
    "restriction": Right.RESTRICTION,
    "withdrawal of consent": Right.CONSENT_WITHDRAWAL,
}
ROWS_OF_OTHER_RIGHTS = {
    "directives / heirs", "exercise", "information", "medical file by ayants droit",
    "no solely automated decision", "not to be told significant findings",
    "notification of recipients", "objection/closure", "opt-out override",
    "post-mortem directives", "withdrawal of participation",
}  # fmt: skip
CONTEXTS = {
    "SNDS main": Context.SNDS_MAIN,
    "SNDS permanent": Context.SNDS_PERMANENT_ACCESS,
    "SNDS projects": Context.SNDS_PROJECT,
    "SNDS catalogue": Context.SNDS_CATALOGUE,
    "Health research": Context.HEALTH_RESEARCH,
    "Research on the human": Context.RESEARCH_WITH_CONSENT,
    "Hospital health data": Context.HEALTH_WAREHOUSE,
    "Patient record": Context.PATIENT_RECORD,
    "National cancer": Context.CANCER_REGISTER,
    "INCa cancer": Context.CANCER_PLATFORM,
    "Rare-disease": Context.BNDMR,
    "EHDS secondary": Context.NONE,
}
CIRCUMSTANCES = {
    "Controller cannot": Circumstance.CANNOT_IDENTIFY,
    "Anonymous": Circumstance.ANONYMOUS_DATA,
    "Deceased": Circumstance.PERSON_DECEASED,
}
STATUSES = {"Y": Status.YES, "N": Status.NO, "C": Status.CONDITIONAL}
SEVERAL = {
    "access..portability": [
        Right.ACCESS,
        Right.RECTIFICATION,
        Right.ERASURE,
        Right.RESTRICTION,
        Right.PORTABILITY,
    ],
    "all": list(Right),
    "all rights": list(Right),
}


def starting_with(words: str, table: dict[str, object]) -> object:
    return next((value for start, value in table.items() if words.startswith(start)), None)


def found_for(right: Right, words: str) -> Applicability:
    basis_letter = re.match(r"6\(1\)\((\w)\)", words)
    if basis_letter:
        return applicability(right, LegalBasis(f"6-1-{basis_letter[1]}"))
    if words.startswith("Processing created by a regulatory act"):
        return applicability(right, PUBLIC, override=Override(objection_excluded_by="an act"))
    circumstance = starting_with(words, CIRCUMSTANCES)
    if circumstance:
        return applicability(right, PUBLIC, circumstances=frozenset({circumstance}))
    context = starting_with(words, CONTEXTS)
    assert context is not None, words
    return applicability(right, PUBLIC, context)


@pytest.mark.skipif(
    "RIGHTS_HUB_RIGHTS_MATRIX" not in os.environ,
    reason="RIGHTS_HUB_RIGHTS_MATRIX names a table to compare with",
)
def test_the_whole_table_is_reproduced_row_by_row() -> None:
    path = Path(os.environ["RIGHTS_HUB_RIGHTS_MATRIX"])
    differing, compared = [], 0
    with path.open(encoding="utf-8") as source:
        for line, row in enumerate(csv.DictReader(source), start=2):
            if row["right"] in ROWS_OF_OTHER_RIGHTS:
                continue
            for right in SEVERAL.get(row["right"]) or [RIGHTS[row["right"]]]:
                compared += 1
                found = found_for(right, row["basis_or_context"])
                if found.status is not STATUSES[row["status"]]:
                    differing.append((line, right.value, row["basis_or_context"], found))
    assert not differing
    assert compared > 80
