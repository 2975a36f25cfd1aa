"""What may concern a person, from what she says: found despite slips, weighed, never too much."""

from uuid import UUID

import pytest

from hub.domain.suggesting import (
    MOST_REUSERS,
    Candidate,
    Facts,
    Reason,
    ReasonKind,
    Suggestion,
    suggest,
)

BASE, OTHER = UUID(int=1), UUID(int=2)
ILLNESS = Candidate(BASE, "Registre", {"illnesses": ["sclérose en plaques"]})


def named(cue: str, words: str) -> bool:
    """Whether these words of a person name this hospital."""
    return bool(suggest(Facts(hospitals=words), [Candidate(BASE, "B", {"hospitals": [cue]})]))


def overlaps(first: int | None, last: int | None, facts: Facts) -> str | None:
    """The period told as overlapping; None where it is not, "out" where the base is left out."""
    found = suggest(facts, [Candidate(BASE, "B", {"insured_in_france": True}, first, last)])
    if not found:
        return "out"
    told = [one.value for one in found[0].reasons if one.kind is ReasonKind.YEARS_OVERLAP]
    return told[0] if told else None


def insured(year_from: int | None = None, year_to: int | None = None) -> Facts:
    return Facts(insured_in_france=True, year_from=year_from, year_to=year_to)


EMPTY = """
    a an and au aux avec centre chez d dans de des du en et for hôpital hospital in l la le les
    maladie disease of ou par pour sur the un une
"""


@pytest.mark.parametrize("word", EMPTY.split())
def test_a_word_that_names_nothing_is_passed_over(word: str) -> None:
    assert named(f"{word} Valmont", "Valmont")
    assert not named(word, word), "it names no hospital by itself"


@pytest.mark.parametrize(
    ("cue", "words", "is_named"),
    [
        ("Brest", "brests", True),
        ("Choux", "chou", True),
        ("AVC", "avs", False),
        ("Brest", "Bret", False),
        ("Brest", "Breta", False),
        ("Brest", "Breste", True),
        ("Nice", "Nicee", False),
        ("Abcdefghijklmnopqrst", "Abcdefghijklmnopq123", True),  # three letters of twenty
        ("Abcdefghijklmnopqrst", "Abcdefghijklmnop1234", False),
        ("Valmont", "Valmond", True),
        ("Valmont", "Vaimond", False),
        ("Saint Brieuc", "Brieuc", False),
        ("Saint Brieuc", "brieuc, à saint-brieuc", True),
    ],
)
def test_a_slip_of_the_keyboard_is_forgiven_in_long_words_alone(cue, words, is_named) -> None:
    assert named(cue, words) is is_named


def test_her_words_are_told_whole_but_for_the_marks_around_them() -> None:
    cues = {"hospitals": ["hôpital xavier"]}
    (found,) = suggest(Facts(hospitals="(Xavier), ensuite"), [Candidate(BASE, "B", cues)])
    assert found.reasons == (Reason(ReasonKind.TREATED_THERE, "(Xavier)"),)
    (found,) = suggest(Facts(hospitals="Xavier, ensuite"), [Candidate(BASE, "B", cues)])
    assert found.reasons == (Reason(ReasonKind.TREATED_THERE, "Xavier"),)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("Rennes puis valmont sud,", "valmont sud"),
        ("au sud  de Valmont, en 2012", "sud de Valmont"),
        ("Valmont, tout au sud", "Hôpital Sud de Valmont"),  # other words stand between
    ],
)
def test_the_first_name_that_fits_is_told_in_her_words_or_as_written(written, told) -> None:
    cues = {"hospitals": ["CHU de Brume", "Hôpital Sud de Valmont", "Valmont"]}
    (found,) = suggest(Facts(hospitals=written), [Candidate(BASE, "B", cues)])
    assert found == Suggestion(BASE, (Reason(ReasonKind.TREATED_THERE, told),), 50)


@pytest.mark.parametrize(
    ("facts", "cues", "weight"),
    [
        (Facts(study="Horizons"), {"study": ["horizons"]}, 60),
        (Facts(hospitals="Valmont"), {"hospitals": ["valmont"]}, 50),
        (Facts(illness="diabète"), {"illnesses": ["diabète"]}, 40),
        (Facts(insured_in_france=True), {"insured_in_france": True}, 30),
        (Facts(joined_study=True), {"study": True}, 5),
        (Facts(joined_study=True), {"study": ["horizons"]}, 5),
    ],
)
def test_each_reason_has_its_weight(facts, cues, weight) -> None:
    (found,) = suggest(facts, [Candidate(BASE, "B", cues)])
    assert found.weight == weight


def test_what_she_did_not_say_names_nothing() -> None:
    cues = {"hospitals": ["x"], "illnesses": ["x"], "study": ["x"]}
    assert suggest(Facts(), [Candidate(BASE, "B", cues)]) == ()


def test_a_reason_that_rests_on_no_word_has_none() -> None:
    (found,) = suggest(
        Facts(insured_in_france=True), [Candidate(BASE, "B", {"insured_in_france": True})]
    )
    assert found.reasons[0].value == ""


def test_reasons_add_up_and_are_told_in_order() -> None:
    facts = Facts(
        hospitals="Valmont", study="Horizons", illness="diabète", insured_in_france=True,
        year_from=2012, year_to=2013,
    )  # fmt: skip
    cues = {
        "hospitals": ["valmont"], "study": ["horizons"], "illnesses": ["diabète"],
        "insured_in_france": True,
    }  # fmt: skip
    (found,) = suggest(facts, [Candidate(BASE, "B", cues, 2010, 2020)])
    assert [reason.kind for reason in found.reasons] == [
        ReasonKind.TREATED_THERE,
        ReasonKind.STUDY_NAMED,
        ReasonKind.ILLNESS_REGISTERED,
        ReasonKind.INSURED_IN_FRANCE,
        ReasonKind.YEARS_OVERLAP,
    ]
    assert found.weight == 190
    assert found.reasons[-1].value == "2010-2020"


def test_a_base_that_does_not_take_all_the_insured_is_not_suggested_to_them() -> None:
    assert suggest(Facts(insured_in_france=True), [Candidate(BASE, "B")]) == ()
    assert suggest(Facts(), [Candidate(BASE, "B", {"insured_in_france": True})]) == ()
    assert (
        suggest(Facts(insured_in_france=False), [Candidate(BASE, "B", {"insured_in_france": True})])
        == ()
    )


def test_a_study_is_not_suggested_to_who_names_another_or_joined_none() -> None:
    enrols = [Candidate(BASE, "B", {"study": True})]
    assert suggest(Facts(study="Horizons"), enrols) == ()
    assert suggest(Facts(study="  ", joined_study=True), enrols) != ()
    assert suggest(Facts(study="Horizons", joined_study=False), enrols) == ()
    assert suggest(Facts(), enrols) == ()
    assert suggest(Facts(joined_study=True), [Candidate(BASE, "B")]) == ()


@pytest.mark.parametrize(
    ("first", "last", "facts", "told"),
    [
        (2010, 2020, insured(2015, 2016), "2010-2020"),
        (2010, None, insured(2015, 2016), "2010-"),
        (None, 2020, insured(2015, 2016), "-2020"),
        (None, None, insured(2015, 2016), None),
        (2010, 2020, insured(), None),
        (2010, 2020, insured(2021), "2010-2020"),  # a year beside is forgiven
        (2010, 2020, insured(2022), "out"),
        (2010, 2020, insured(year_to=2009), "2010-2020"),
        (2010, 2020, insured(year_to=2008), "out"),
        (2010, 2020, insured(2016, 2015), "2010-2020"),  # typed the wrong way round
        (2010, 2020, insured(2025, 2015), "2010-2020"),
        (2010, 2020, insured(2025, 2024), "out"),
        (2010, 2020, insured(1990, 1995), "out"),
        (2010, None, insured(1990, 1995), "out"),
        (None, 2020, insured(2025, 2026), "out"),
        (2010, None, insured(2025, 2026), "2010-"),
    ],
)
def test_years_leave_a_base_out_or_are_told_with_it(first, last, facts, told) -> None:
    assert overlaps(first, last, facts) == told


def test_projects_follow_the_bases_they_reuse_within_their_years() -> None:
    reuser = Candidate(OTHER, "Projet", reused_ids=(UUID(int=9), BASE))
    facts = Facts(illness="sclérose en plaques", year_from=2015)
    assert suggest(facts, [reuser, ILLNESS])[1] == Suggestion(
        OTHER, (Reason(ReasonKind.REUSES, "Registre"),), 1
    )
    too_late = Candidate(OTHER, "Projet", {}, 2020, 2022, (BASE,))
    assert len(suggest(facts, [too_late, ILLNESS])) == 1
    assert suggest(Facts(illness="asthme"), [reuser, ILLNESS]) == ()


def test_a_project_suggested_by_itself_is_not_told_twice() -> None:
    own = Candidate(OTHER, "Projet", {"illnesses": ["sclérose en plaques"]}, reused_ids=(BASE,))
    found = suggest(Facts(illness="sclérose en plaques"), [own, ILLNESS])
    assert [one.processing_id for one in found] == [OTHER, BASE], "by title, where weights agree"


def test_the_heaviest_come_first_then_the_titles_and_reusers_are_twelve_at_most() -> None:
    reusers = [
        Candidate(UUID(int=100 + number), f"Projet {number:02}", reused_ids=(BASE,))
        for number in reversed(range(20))
    ]
    twice = Candidate(UUID(int=200), "Zèbre", reused_ids=(BASE, OTHER))
    second = Candidate(OTHER, "Autre", {"insured_in_france": True})
    facts = Facts(illness="sclérose en plaques", insured_in_france=True)
    found = suggest(facts, [second, *reusers, twice, ILLNESS])
    assert MOST_REUSERS == 12
    assert [one.processing_id.int for one in found] == [1, 2, 200, *range(100, 111)]
