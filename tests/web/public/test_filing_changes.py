"""A person changes her mind while she files: what is sent is what she checked, and no more."""

import re

import pytest
from sqlalchemy import select

from hub.domain.actors import SYSTEM
from hub.domain.directory import Identifier
from hub.models.directory import IdentifierAsked
from hub.models.referral import Referral
from hub.models.rights_request import Identity, RightsRequest
from hub.queries.cases import request_by_reference
from hub.sealing import Place, RequestKeys
from tests.factories import add_organisation, add_processing
from tests.failing_database import no_room_in
from tests.web.members import post
from tests.web.public.test_filing import box, choose, count, fill_in, secret_on, send


@pytest.fixture
def bases(unit):
    """A hospital that asks for a patient number, and a study that asks for an inclusion number."""
    asked = {"hospital": Identifier.PATIENT_NUMBER, "study": Identifier.INCLUSION_NUMBER}
    found = {}
    with unit(SYSTEM) as work:
        for name, identifier in asked.items():
            key = add_processing(work, add_organisation(work, f"Organisme {name}"), title=name)
            work.session.add(
                IdentifierAsked(processing_id=key, identifier=identifier, is_required=True)
            )
            found[name] = key
    return found


def sent_identifiers(session, ports):
    """What was filed of the identifiers."""
    session.rollback()
    row = session.scalar(select(Identity))
    key = row.rights_request_id
    keys = RequestKeys(session, ports.keyring)
    return keys.open_facts(Place(key, "identity.sealed", key), row.sealed)["identifiers"]


def test_a_holder_added_later_has_its_own_fields_asked(client, bases):
    choose(client, bases["hospital"])
    fill_in(client, patient_number="CHU-0042")
    answer = post(client, "/demander/bases", **box(bases["hospital"], bases["study"]))
    assert answer.location == "/demander/identite"
    page = client.get("/demander/identite").text
    assert 'value="CHU-0042"' in page
    assert 'name="inclusion_number"' in page
    assert fill_in(client, patient_number="CHU-0042").status_code == 302
    assert client.get("/demander/verifier").location == "/demander/identite"


def test_what_only_a_holder_left_out_asked_for_is_not_sent(client, bases, session, ports):
    choose(client, bases["hospital"], bases["study"])
    fill_in(client, patient_number="CHU-0042", inclusion_number="A-17")
    post(client, "/demander/bases", **box(bases["study"], shown=list(bases.values())))
    check = client.get("/demander/verifier")
    assert "CHU-0042" not in check.text
    send(client, check)
    assert sent_identifiers(session, ports) == {"birth_name": "Le Goff", "inclusion_number": "A-17"}


def test_what_changed_in_another_tab_is_shown_again_before_it_is_sent(client, bases, session):
    choose(client, bases["hospital"])
    fill_in(client, patient_number="CHU-0042")
    first_tab = client.get("/demander/verifier")
    post(client, "/demander/precisions", statement="Un autre texte.")
    answer = send(client, first_tab)
    assert answer.status_code == 409
    assert "Rien n’a encore été envoyé" in answer.text
    assert "Un autre texte." in answer.text
    assert count(session, RightsRequest) == 0
    assert send(client, answer).location == "/demander/recu"


def test_a_receipt_that_never_came_does_not_stop_a_corrected_request(client, bases, session):
    choose(client, bases["hospital"])
    fill_in(client, patient_number="CHU-0042")
    before = client.get_cookie("demande0", path="/demander").decoded_value
    send(client)
    client.set_cookie("demande0", before, path="/demander")
    post(client, "/demander/precisions", statement="Un texte corrigé.")
    answer = send(client)
    assert answer.status_code == 409
    assert "Une première version de cette demande est déjà enregistrée" in answer.text
    assert send(client, answer).location == "/demander/recu"
    assert secret_on(client.get("/demander/recu").text)
    assert count(session, RightsRequest) == 2


def test_when_no_visit_can_open_the_receipt_is_still_given(client, bases, session):
    choose(client, bases["hospital"])
    fill_in(client, patient_number="CHU-0042")
    check = client.get("/demander/verifier")
    with no_room_in("visit"):
        assert send(client, check).location == "/demander/recu"
    assert secret_on(client.get("/demander/recu").text)
    assert client.get_cookie("visit") is None
    assert count(session, RightsRequest) == 1


def test_the_receipt_names_the_address_that_she_corrected(client, bases):
    choose(client, bases["hospital"])
    fill_in(client, patient_number="CHU-0042")
    send(client)
    post(client, "/suivre/adresse", client.get("/demander/recu"), email="juste@person.example")
    receipt = client.get("/demander/recu").text
    assert "juste@person.example" in receipt
    assert "angele@person.example" not in receipt


def test_boxes_that_are_no_database_are_not_kept(client, bases, session):
    client.get("/demander?droit=access")
    answer = post(client, "/demander/bases", **box("nothing", bases["hospital"]))
    assert answer.location == "/demander/identite"
    fill_in(client, patient_number="CHU-0042")
    send(client)
    assert count(session, Referral) == 1


def test_past_the_most_that_one_request_holds_she_is_told(client, bases, unit):
    with unit(SYSTEM) as work:
        hospital = add_organisation(work, "CHU")
        many = [add_processing(work, hospital, title=f"Base {n}") for n in range(61)]
    client.get("/demander?droit=access")
    post(client, "/demander/bases", **box(*many, act="search", words=""))
    page = client.get("/demander/bases").text
    assert "60" in re.sub(r"<input[^>]*>", "", page)
    assert "choix au plus" in page


def test_the_receipt_says_what_happens_next_and_until_when_it_may_be_confirmed(
    client, bases, session
):
    choose(client, bases["hospital"])
    fill_in(client, patient_number="CHU-0042")
    send(client)
    page = client.get("/demander/recu").text.replace("\u00a0", " ")
    assert "avant le 21 septembre 2026" in page
    assert "14 octobre 2026" in page
    assert 'href="/suivre/retirer"' in page
    reference = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{2}\b", page)[0]
    session.rollback()
    assert request_by_reference(session, reference) is not None


def test_the_summary_of_a_request_not_yet_confirmed_says_what_to_do(client, bases):
    choose(client, bases["hospital"])
    fill_in(client, patient_number="CHU-0042")
    send(client)
    assert "Confirmez votre adresse e-mail." in client.get("/suivre/resume").text
