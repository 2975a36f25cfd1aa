"""Grounds: a refusal is a legal act, with its ground, its reasons and its evidence (GDPR 12(4))."""

import csv
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

import pytest

from hub.domain.grounds import (
    GROUNDS,
    EvidenceKind,
    EvidenceMissing,
    Ground,
    GroundKind,
    GroundMissing,
    GroundNotApplicable,
    InsteadKind,
    ReasonsMissing,
    RightNeverRefused,
    check_ground,
    grounds_for,
)
from hub.domain.legal_bases import Context, LegalBasis
from hub.domain.rights import NEVER_REFUSED, Right
from hub.domain.rights_matrix import Status, applicability

PUBLIC = LegalBasis.PUBLIC_TASK


def codes(right: Right, *purposes: tuple[LegalBasis, Context]) -> set[str]:
    return {ground.code for ground in grounds_for(right, purposes)}


def test_the_forty_two_grounds_are_known_once_each() -> None:
    assert len(GROUNDS) == 42
    assert all(code == ground.code and ground.article for code, ground in GROUNDS.items())


def test_a_refusal_without_evidence_is_rejected_gdpr_12_5() -> None:
    for evidence in ("", "   ", " - "):
        with pytest.raises(EvidenceMissing) as refused:
            check_ground("ACC-OTHERS", Right.ACCESS, reasons="Another patient.", evidence=evidence)
        assert refused.value.facts["field"] == "evidence"
        assert refused.value.facts["evidence"] == EvidenceKind.PASSAGES.value


def test_a_refusal_without_reasons_is_rejected_crpa_l211_5() -> None:
    with pytest.raises(ReasonsMissing) as refused:
        check_ground("ACC-OTHERS", Right.ACCESS, reasons=" . ", evidence="Pages 3 and 4")
    assert refused.value.facts["field"] == "reasons"


@pytest.mark.parametrize("code", [None, "", "   ", "NO-SUCH-GROUND"])
def test_a_refusal_without_a_known_ground_is_rejected_gdpr_12_4(code: str | None) -> None:
    with pytest.raises(GroundMissing) as refused:
        check_ground(code, Right.ACCESS, reasons="Because.", evidence="Something")
    assert refused.value.facts["field"] == "ground"


@pytest.mark.parametrize("right", sorted(NEVER_REFUSED))
def test_withdrawal_and_opt_out_offer_no_refusal_gdpr_7_3_ehds_71(right: Right) -> None:
    assert grounds_for(right) == ()
    for code in GROUNDS:
        with pytest.raises(RightNeverRefused) as refused:
            check_ground(code, right, reasons="We would rather not.", evidence="A text")
        assert refused.value.facts == {"field": "outcome", "right": right.value}


def test_an_objection_to_marketing_is_never_refused_gdpr_21_3() -> None:
    assert "OBJ-MARKETING" not in codes(Right.OBJECTION)
    with pytest.raises(RightNeverRefused) as refused:
        check_ground("OBJ-MARKETING", Right.OBJECTION, reasons="Sales.", evidence="Figures")
    assert refused.value.facts["field"] == "ground"


def test_having_no_data_is_an_answer_and_never_offered_as_a_refusal() -> None:
    assert GROUNDS["ALL-NOT-CONTROLLER"].kind is GroundKind.NOT_A_REFUSAL
    for right in Right:
        assert "ALL-NOT-CONTROLLER" not in codes(right)
    with pytest.raises(GroundNotApplicable) as refused:
        check_ground("ALL-NOT-CONTROLLER", Right.ACCESS, reasons="Not us.", evidence="Search")
    assert refused.value.facts["field"] == "ground"


def test_every_ground_offered_owes_evidence() -> None:
    for right in Right:
        for ground in grounds_for(right):
            assert ground.evidence is not None, ground.code


@pytest.mark.parametrize(
    ("code", "right"),
    [
        ("ACC-RESEARCH", Right.ACCESS),
        ("REC-RESEARCH", Right.RECTIFICATION),
        ("RES-RESEARCH", Right.RESTRICTION),
    ],
)
def test_a_research_derogation_owes_its_necessity_decret_2019_536_art_116(
    code: str, right: Right
) -> None:
    research = [(PUBLIC, Context.HEALTH_RESEARCH)]
    with pytest.raises(EvidenceMissing) as refused:
        check_ground(code, right, reasons="LIL 78.", evidence="", purposes=research)
    assert refused.value.facts["evidence"] == EvidenceKind.RESEARCH_NECESSITY.value
    why = "Unblinding the arm would end the trial."
    check_ground(code, right, reasons="LIL 78.", evidence=why, purposes=research)
    care = [(PUBLIC, Context.PATIENT_RECORD)]
    with pytest.raises(GroundNotApplicable):
        check_ground(code, right, reasons="LIL 78.", evidence=why, purposes=care)


def test_research_has_no_derogation_from_portability_gdpr_89_2() -> None:
    research = codes(Right.PORTABILITY, (LegalBasis.CONSENT, Context.RESEARCH_WITH_CONSENT))
    assert not {code for code in research if "RESEARCH" in code or "LIL78" in code}


RESEARCH = {
    *(Context.HEALTH_RESEARCH, Context.INDUSTRY_STUDY, Context.RESEARCH_WITH_CONSENT),
    Context.SNDS_PROJECT,
}


@pytest.mark.parametrize("context", sorted(RESEARCH))
def test_the_derogation_is_open_to_what_is_research_in_itself_lil_78(context: Context) -> None:
    assert "ACC-RESEARCH" in codes(Right.ACCESS, (PUBLIC, context))


@pytest.mark.parametrize("context", sorted(RESEARCH - {Context.RESEARCH_WITH_CONSENT}))
def test_an_objection_to_health_research_is_not_weighed_lil_74(context: Context) -> None:
    for basis in LegalBasis:
        offered = codes(Right.OBJECTION, (basis, context))
        assert not offered & {
            "OBJ-BASIS", "OBJ-COMPELLING", "OBJ-CLAIMS", "OBJ-RESEARCH", "OBJ-LIL78",
        }  # fmt: skip
        assert "OBJ-ACT" in offered


def test_the_snds_exclusions_hold_for_their_own_use_alone_r1461_9_ii() -> None:
    by_context = {
        context: codes(Right.OBJECTION, (PUBLIC, context)) & {"OBJ-SNDS-MAIN", "OBJ-SNDS-PERM"}
        for context in Context
    }
    assert by_context.pop(Context.SNDS_MAIN) == {"OBJ-SNDS-MAIN"}
    assert by_context.pop(Context.SNDS_PERMANENT_ACCESS) == {"OBJ-SNDS-PERM"}
    assert not any(by_context.values())


def test_portability_of_a_public_task_is_refused_with_access_instead_gdpr_20_3() -> None:
    purposes = [(PUBLIC, Context.NONE)]
    assert {"POR-BASIS", "POR-PUBLIC"} <= codes(Right.PORTABILITY, *purposes)
    ground = check_ground(
        "POR-PUBLIC",
        Right.PORTABILITY,
        reasons="The processing is a public task.",
        evidence="CSP L1461-1",
        purposes=purposes,
    )
    assert ground.instead == (InsteadKind.ACCESS_ELECTRONIC,)


def test_the_wrong_legal_basis_is_no_ground_where_the_basis_is_right() -> None:
    by_consent = codes(Right.PORTABILITY, (LegalBasis.CONSENT, Context.NONE))
    assert not by_consent & {"POR-BASIS", "POR-PUBLIC"}
    assert "OBJ-BASIS" not in codes(Right.OBJECTION, (PUBLIC, Context.NONE))
    assert "OBJ-BASIS" in codes(Right.OBJECTION, (LegalBasis.CONTRACT, Context.NONE))


def test_not_being_identified_does_not_close_the_right_to_object_gdpr_11_2() -> None:
    assert "ALL-UNIDENTIFIED" in codes(Right.ACCESS)
    assert "ALL-UNIDENTIFIED" not in codes(Right.OBJECTION)


def test_a_ground_that_holds_for_one_purpose_of_several_may_be_named() -> None:
    purposes = ((PUBLIC, Context.SNDS_MAIN), (PUBLIC, Context.SNDS_PROJECT))
    assert "OBJ-SNDS-MAIN" in codes(Right.OBJECTION, *purposes)


def test_where_the_table_closes_a_right_some_ground_says_so() -> None:
    telling = {
        "ERA-LEGAL", "ERA-NO-CASE", "OBJ-ACT", "OBJ-BASIS", "OBJ-SNDS-MAIN", "OBJ-SNDS-PERM",
        "POR-BASIS", "POR-PUBLIC",
    }  # fmt: skip
    for basis in LegalBasis:
        for context in Context:
            for right in set(Right) - NEVER_REFUSED:
                if applicability(right, basis, context).status is Status.NO:
                    assert codes(right, (basis, context)) & telling, (right, basis, context)


def _listed(members: Iterable[StrEnum] | None, *, whole: type[StrEnum]) -> str:
    """Some members in words; "any" where there is no limit, "all but" where few are left out."""
    if members is None:
        return "any"
    left_out = set(whole) - set(members)
    if len(left_out) < len(whole) / 2:
        return "all but " + " ".join(sorted(left_out)) if left_out else "all"
    return " ".join(sorted(members))


def _row(ground: Ground) -> dict[str, str]:
    partial = {True: "yes", False: "no", None: ""}[ground.partial_possible]
    return {
        "code": ground.code,
        "kind": ground.kind.value,
        "rights": _listed(ground.rights, whole=Right),
        "article": ground.article,
        "burden": ground.burden.value,
        "evidence": ground.evidence.value if ground.evidence else "",
        "partial": partial,
        "instead": " ".join(ground.instead),
        "bases": _listed(ground.only_bases, whole=LegalBasis),
        "contexts": _listed(ground.only_contexts, whole=Context),
        "or_contexts": _listed(ground.or_contexts, whole=Context),
        "confidence": ground.confidence.value,
    }


def own_rows() -> list[dict[str, str]]:
    with Path(__file__).with_name("grounds.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.parametrize("row", own_rows(), ids=lambda row: row["code"])
def test_each_ground_owes_and_reaches_what_its_line_says(row: dict[str, str]) -> None:
    assert _row(GROUNDS[row["code"]]) == row


def test_every_ground_has_its_line() -> None:
    assert [row["code"] for row in own_rows()] == list(GROUNDS)
