"""What is filed again for the same person takes her identity over whole."""

from dataclasses import fields, replace
from datetime import date

from hub.services.filing_drafts import PersonGiven
from tests.factories import PERSON

WHOLE = PersonGiven(
    given_names="Angèle",
    family_name="Dubois",
    birth_date=date(1965, 3, 8),
    email="hers@person.example",
    postal_address="1 rue Haute",
    phone="01 99 00 00 00",
    identifiers={"birth_name": "Le Goff"},
    reply_address="box@person.example",
    keeps_parents_out=True,
    own_email="own@person.example",
    own_postal_address="2 rue Basse",
    notified_online=True,
)


def test_each_fact_of_a_person_is_read_back_her_own_addresses_included():
    assert all(getattr(WHOLE, one.name) for one in fields(WHOLE)), "a fact is not tried"
    assert PersonGiven.from_facts(WHOLE.as_facts()) == WHOLE
    assert PersonGiven.from_facts(PERSON.as_facts()) == PERSON


def test_what_is_not_of_a_person_is_left_and_a_missing_birth_date_stays_missing():
    facts = replace(PERSON, birth_date=None).as_facts() | {"representative": {"name": "Jean"}}
    assert PersonGiven.from_facts(facts) == replace(PERSON, birth_date=None)
