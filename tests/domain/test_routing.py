"""Suggestions that say "perhaps"; one referral a controller, every item with its reason."""

import json
from uuid import UUID

import pytest

from hub.domain.routing import (
    Candidate,
    Choice,
    ControllerPart,
    Facts,
    ProcessingNotInDirectory,
    ProcessingWithoutController,
    Reason,
    ReasonKind,
    RoutedProcessing,
    RouteKind,
    RouteReason,
    forget_answers,
    read_reasons,
    reasons_trace,
    referral_trace,
    route,
    suggest,
)

CHU, CNAM, PDS, UNIVERSITY = (UUID(int=number) for number in range(1, 5))
EDS, FILE, SNDS, PROJECT = (UUID(int=number) for number in range(11, 15))
DIRECTORY = {
    EDS: RoutedProcessing(EDS, "Entrepôt", (ControllerPart(CHU, "CHU"),)),
    FILE: RoutedProcessing(FILE, "Dossier", (ControllerPart(CHU, "CHU"),)),
    SNDS: RoutedProcessing(
        SNDS,
        "SNDS",
        (
            ControllerPart(CNAM, "CNAM", is_contact=False, resolves_identity=True),
            ControllerPart(PDS, "PDS", is_contact=True, resolves_identity=False),
        ),
    ),
}
CANDIDATES = (
    Candidate(SNDS, "SNDS", {"insured_in_france": True}, 2006),
    Candidate(EDS, "Entrepôt", {"hospitals": ["chu de valmont", "valmont"]}, 2010, 2020),
    Candidate(FILE, "Cohorte", {"study": ["horizons"], "illnesses": ["diabète"]}, 2012),
    Candidate(PROJECT, "Projet", {"illnesses": ["AVC"]}, 2013, 2015, (EDS,)),
)


def ids(facts: Facts) -> list[UUID]:
    return [one.processing_id for one in suggest(facts, CANDIDATES)]


def test_no_answer_gives_no_suggestion() -> None:
    assert suggest(Facts(), CANDIDATES) == ()


def test_being_insured_in_france_suggests_the_main_database() -> None:
    (one,) = suggest(Facts(insured_in_france=True), CANDIDATES)
    assert one.reasons == (Reason(ReasonKind.INSURED_IN_FRANCE),)


def test_a_hospital_is_found_despite_accents_case_and_a_slip() -> None:
    for words in ("au CHU de VALMONT", "l'hôpital à Valmont", "CHU de Valmond"):
        assert ids(Facts(hospitals=words))[0] == EDS, words


def test_the_reason_names_the_place_as_she_wrote_it() -> None:
    wrote = {
        "au CHU de VALMONT, 2e étage": "CHU de VALMONT",
        "Valmont, et avant cela le CHU": "chu de valmont",
    }
    for words, said in wrote.items():
        candidate = Candidate(EDS, "Entrepôt", {"hospitals": ["chu de valmont"]})
        (one,) = suggest(Facts(hospitals=words), [candidate])
        assert one.reasons == (Reason(ReasonKind.TREATED_THERE, said),)


def test_a_hospital_of_another_town_is_not_suggested() -> None:
    assert ids(Facts(hospitals="CHU de Brume")) == []


def test_years_that_a_base_does_not_cover_leave_it_out() -> None:
    assert EDS in ids(Facts(hospitals="Valmont", year_from=2019, year_to=2023))
    assert EDS not in ids(Facts(hospitals="Valmont", year_from=1995, year_to=2003))
    assert EDS not in ids(Facts(hospitals="Valmont", year_from=2023))


def test_years_alone_suggest_nothing() -> None:
    assert ids(Facts(year_from=2015, year_to=2016)) == []


def test_a_study_is_suggested_by_name_or_by_having_joined_one() -> None:
    (named,) = suggest(Facts(joined_study=True, study="cohorte Horizon"), CANDIDATES)
    assert named.reasons == (Reason(ReasonKind.STUDY_NAMED, "Horizon"),)
    (perhaps,) = suggest(Facts(joined_study=True), CANDIDATES)
    assert perhaps.reasons == (Reason(ReasonKind.MAY_BE_THE_STUDY),)
    assert perhaps.weight < named.weight
    assert ids(Facts(joined_study=False, study="Horizons")) == []


def test_an_illness_is_matched_without_its_accents() -> None:
    assert ids(Facts(illness="mon diabete")) == [FILE]


def test_a_short_word_must_match_exactly() -> None:
    assert ids(Facts(illness="AVC")) == [PROJECT]
    assert ids(Facts(illness="AVS")) == []


def test_projects_that_reuse_a_suggested_base_follow_it() -> None:
    first, second = suggest(Facts(hospitals="valmont"), CANDIDATES)
    assert (first.processing_id, second.processing_id) == (EDS, PROJECT)
    assert second.reasons == (Reason(ReasonKind.REUSES, "Entrepôt"),)
    assert first.weight > second.weight


def test_one_referral_a_controller_with_one_item_a_processing() -> None:
    (referral,) = route([Choice(EDS), Choice(FILE), Choice(EDS)], DIRECTORY)
    assert referral.organisation_id == CHU
    assert [item.processing_id for item in referral.items] == [EDS, FILE]
    assert referral.informed == ()


def test_the_contact_of_joint_controllers_gets_the_referral_and_the_others_are_informed() -> None:
    (referral,) = route([Choice(SNDS)], DIRECTORY)
    assert referral.organisation_id == PDS
    assert [one.organisation_id for one in referral.informed] == [CNAM]
    (item,) = referral.items
    assert item.resolved_by == (CNAM,)
    assert [reason.kind for reason in item.reasons] == [
        RouteKind.CHOSEN_BY_PERSON,
        RouteKind.CONTACT_OF_JOINT_CONTROLLERS,
    ]
    assert item.reasons[1].values == ("CNAM", "PDS")


def test_where_nobody_is_the_contact_nor_answers_the_first_controller_is_asked() -> None:
    parts = tuple(
        ControllerPart(one, name, is_contact=False, answers=False)
        for one, name in ((CHU, "CHU"), (CNAM, "CNAM"))
    )
    (referral,) = route([Choice(EDS)], {EDS: RoutedProcessing(EDS, "Entrepôt", parts)})
    assert referral.organisation_id == CHU


def test_an_illness_or_a_hospital_she_named_is_never_kept_with_the_reason_gdpr_9() -> None:
    because = (
        Reason(ReasonKind.ILLNESS_REGISTERED, "diabète"),
        Reason(ReasonKind.TREATED_THERE, "CHU"),
        Reason(ReasonKind.REUSES, "SNDS"),
    )
    kept = forget_answers(RouteReason(RouteKind.SUGGESTED, because=because))
    assert kept.because == (Reason(ReasonKind.REUSES, "SNDS"),)
    assert kept.kind is RouteKind.SUGGESTED


def test_each_joint_controller_may_be_seized_by_itself() -> None:
    (referral,) = route([Choice(SNDS, seized_id=CNAM)], DIRECTORY)
    assert referral.organisation_id == CNAM
    assert referral.items[0].resolved_by == ()
    assert RouteKind.SEIZED_DIRECTLY in {one.kind for one in referral.items[0].reasons}
    assert [one.organisation_id for one in referral.informed] == [PDS]


def test_a_processing_chosen_twice_keeps_both_reasons() -> None:
    reusers = RouteReason(RouteKind.ALL_REUSERS_OF, ("SNDS",))
    (referral,) = route([Choice(EDS), Choice(EDS, reusers)], DIRECTORY)
    assert [one.kind for one in referral.items[0].reasons] == [
        RouteKind.CHOSEN_BY_PERSON,
        RouteKind.ALL_REUSERS_OF,
    ]


def test_an_unknown_processing_or_one_without_controller_is_said() -> None:
    with pytest.raises(ProcessingNotInDirectory):
        route([Choice(PROJECT)], DIRECTORY)
    with pytest.raises(ProcessingWithoutController):
        route([Choice(PROJECT)], {PROJECT: RoutedProcessing(PROJECT, "Projet", ())})


def test_the_trace_of_a_referral_is_kept_under_names_that_do_not_change() -> None:
    (referral,) = route([Choice(SNDS)], DIRECTORY)
    assert referral_trace(referral) == {
        "items": [
            {
                "processing": str(SNDS),
                "resolved_by": [str(CNAM)],
                "reasons": [
                    {"kind": "chosen_by_person", "values": [], "because": []},
                    {
                        "kind": "contact_of_joint_controllers",
                        "values": ["CNAM", "PDS"],
                        "because": [],
                    },
                ],
            }
        ],
        "informed": [{"organisation": str(CNAM), "name": "CNAM", "processing": str(SNDS)}],
    }


def test_a_controller_without_arrangement_is_its_own_contact_and_answers_gdpr_26() -> None:
    alone = ControllerPart(CHU, "CHU")
    assert alone.is_contact
    assert alone.resolves_identity
    assert alone.answers


def test_of_two_that_are_not_the_contact_the_one_that_answers_is_asked() -> None:
    parts = (
        ControllerPart(CHU, "CHU", is_contact=False, answers=False),
        ControllerPart(CNAM, "CNAM", is_contact=False, answers=True),
    )
    (referral,) = route([Choice(EDS)], {EDS: RoutedProcessing(EDS, "Entrepôt", parts)})
    assert referral.organisation_id == CNAM


def test_a_reason_kept_before_its_values_were_is_still_read() -> None:
    assert read_reasons([{"kind": "chosen_by_person"}]) == (
        RouteReason(RouteKind.CHOSEN_BY_PERSON),
    )
    bare = [{"kind": "suggested", "because": [{"kind": "insured_in_france"}]}]
    assert read_reasons(bare)[0].because == (Reason(ReasonKind.INSURED_IN_FRANCE, ""),)


def test_reasons_come_back_from_their_trace() -> None:
    because = (Reason(ReasonKind.TREATED_THERE, "valmont"),)
    suggested = RouteReason(RouteKind.SUGGESTED, because=because)
    (referral,) = route([Choice(SNDS, suggested)], DIRECTORY)
    kept = json.loads(json.dumps(reasons_trace(referral.items[0].reasons)))
    assert read_reasons(kept) == referral.items[0].reasons
    trace = json.loads(json.dumps(referral_trace(referral)))
    assert trace["informed"][0]["name"] == "CNAM"
