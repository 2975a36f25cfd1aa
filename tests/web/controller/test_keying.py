"""The page that keys in letters, twenty times a day: by a controller’s member or the hub’s."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from sqlalchemy import func, select

from hub.domain.actors import SYSTEM, Role
from hub.domain.audit_log import EventKind
from hub.domain.lifecycle import RequestState
from hub.domain.representation import Capacity
from hub.domain.rights import Right
from hub.domain.sightings import SeenKind
from hub.models.answer import Document
from hub.models.audit_event import AuditEvent
from hub.models.hub_task import HubTask, HubTaskKind
from hub.models.referral import Referral
from hub.models.representation import RepresentationRow, Sighting
from hub.models.rights_request import RightsRequest
from hub.services.filing import file_request
from hub.services.filing_plans import plan_filing
from tests.factories import add_processing, draft_for, planned
from tests.web.controller.pages import pdf, token_of
from tests.web.members import add_member, add_organisation, sign_in

AGENT = "louise@chu.example"
HUB_AGENT = "basile@hub.example"
LETTER = {
    "channel": "post",
    "arrived_on": "2026-09-02",
    "rights": ["access"],
    "given_names": "Angèle",
    "family_name": "Dubois",
    "birth_date": "08/03/1965",
    "postal_address": "4 rue des Lilas, 35000 Rennes",
    "statement": "Je veux une copie.",
    "language": "fr",
}


@pytest.fixture
def bases(unit, app):
    """Two controllers with one database each, an agent of the first, an agent of the hub."""
    with unit(SYSTEM) as work:
        hospital = add_organisation(work, "CHU de Rennes")
        registry = add_organisation(work, "Registre des cancers")
        platform = add_organisation(work, "Plateforme", runs_hub=True)
        add_member(work, hospital, AGENT, Role.AGENT)
        add_member(work, platform, HUB_AGENT, Role.HUB_AGENT)
        warehouse = add_processing(work, hospital, title="Entrepôt eHOP")
        cancers = add_processing(work, registry, title="Registre général des cancers")
    return {"warehouse": str(warehouse), "cancers": str(cancers), "hospital": hospital}


@pytest.fixture
def agent(bases, client, clock):
    sign_in(client, AGENT, clock.now())
    return client


@pytest.fixture
def hub_agent(bases, client, clock):
    sign_in(client, HUB_AGENT, clock.now())
    return client


def hidden(page, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page.text)
    return found[1] if found else ""


def key_in(client, *, at=None, act="record", **changes):
    page = at or client.get("/saisie")
    data = {"csrf_token": token_of(page), "key": hidden(page, "key"), "act": act}
    fields = {name: value for name, value in (LETTER | changes).items() if value is not None}
    known = {"known": hidden(page, "known")}
    return client.post("/saisie", data=data | known | fields, content_type="multipart/form-data")


def count(session, model) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(model))


def test_a_member_keys_in_a_letter_for_her_own_organisation(agent, bases, session):
    said = key_in(agent, bases=[bases["warehouse"]])
    assert said.status_code == 200
    row = session.scalar(select(RightsRequest))
    assert row.reference in said.text
    assert session.scalar(select(Referral.organisation_id)) == bases["hospital"]
    assert row.reference in agent.get("/saisie").text, "listed among her last ones"


def test_a_member_cannot_key_in_for_another_organisation(agent, bases, session):
    said = key_in(agent, bases=[bases["cancers"]])
    assert said.status_code == 422
    assert 'id="bases-error"' in said.text
    assert count(session, RightsRequest) == 0


def test_a_hub_agent_starts_there_searches_and_keys_in_for_any(hub_agent, bases, session):
    assert hub_agent.get("/connexion/suite").location == "/saisie"
    page = hub_agent.get("/saisie")
    found = key_in(hub_agent, at=page, act="search", words="cancers", bases=[bases["warehouse"]])
    assert bases["cancers"] in found.text
    assert re.search(rf'value="{bases["warehouse"]}" checked', found.text)
    assert "4 rue des Lilas" in found.text, "nothing typed is lost"
    said = key_in(hub_agent, at=found, bases=[bases["warehouse"], bases["cancers"]])
    assert said.status_code == 200
    assert count(session, Referral) == 2


@pytest.mark.parametrize("typed", ["2018-05-24", "2026-09-15", "demain"])
def test_a_date_of_arrival_that_cannot_be_is_said_beside_its_field_with_the_rule(
    agent, bases, typed
):
    said = key_in(agent, bases=[bases["warehouse"]], arrived_on=typed)
    assert said.status_code == 422
    assert 'id="arrived_on-error"' in said.text
    if typed != "demain":
        assert "RGPD" in said.text
    assert "4 rue des Lilas" in said.text


def test_two_rights_of_one_letter_are_two_requests_with_a_paper_each(agent, bases, session):
    said = key_in(agent, bases=[bases["warehouse"]], rights=["access", "erasure"])
    assert said.text.count("/saisie/papier") == 2
    assert count(session, RightsRequest) == 2


def test_the_same_page_sent_twice_records_once(agent, bases, session):
    page = agent.get("/saisie")
    first = key_in(agent, at=page, bases=[bases["warehouse"]])
    again = key_in(agent, at=page, bases=[bases["warehouse"]])
    assert first.status_code == 200
    assert count(session, RightsRequest) == 1
    assert again.status_code in {200, 409}


def test_a_likely_double_is_shown_before_anything_is_recorded(agent, bases, session):
    key_in(agent, bases=[bases["warehouse"]])
    warned = key_in(agent, bases=[bases["warehouse"]], given_names="Angèle Marie")
    assert warned.status_code == 409
    assert count(session, RightsRequest) == 1
    number = session.scalar(select(Referral.number))
    assert number in warned.text
    said = key_in(agent, at=warned, bases=[bases["warehouse"]], given_names="Angèle Marie")
    assert said.status_code == 200
    assert count(session, RightsRequest) == 2


def test_a_letter_without_any_way_to_answer_is_not_recorded(agent, bases):
    said = key_in(agent, bases=[bases["warehouse"]], postal_address="")
    assert said.status_code == 422
    assert 'id="postal_address-error"' in said.text


def test_a_scan_is_checked_like_any_upload(agent, bases, session):
    said = key_in(agent, bases=[bases["warehouse"]], scan=pdf("lettre.exe"))
    assert said.status_code == 422
    assert 'id="scan-error"' in said.text
    assert count(session, RightsRequest) == 0
    key_in(agent, bases=[bases["warehouse"]], scan=pdf("lettre.pdf"))
    assert count(session, Document) == 1


def test_the_scan_of_a_letter_to_several_is_refused_with_its_reason(hub_agent, bases, session):
    both = [bases["warehouse"], bases["cancers"]]
    said = key_in(hub_agent, bases=both, scan=pdf("lettre.pdf"))
    assert said.status_code == 422
    assert 'id="scan-error"' in said.text
    assert count(session, RightsRequest) == 0


def test_the_acknowledgement_is_a_paper_and_its_making_is_proved_crpa_l112_12(
    agent, bases, session
):
    said = key_in(agent, bases=[bases["warehouse"]])
    data = {
        "csrf_token": token_of(said),
        "key": hidden(said, "key"),
        "reference": hidden(said, "reference"),
    }
    paper = agent.post("/saisie/papier", data=data)
    assert paper.status_code == 200
    assert paper.data.startswith(b"%PDF")
    kinds = list(session.scalars(select(AuditEvent.kind)))
    assert EventKind.RECEIPT_PRINTED in kinds
    wrong = agent.post("/saisie/papier", data=data | {"key": "0" * 32 + ":access"})
    assert wrong.status_code == 404, "only the page that recorded it derives its secret"


def test_nobody_but_who_keyed_it_in_prints_its_paper(agent, bases, unit, ports):
    draft = draft_for(planned(bases["hospital"], UUID(bases["warehouse"])))
    plan = plan_filing(draft, ports.keyring, ports.clock.now())
    with unit(draft.actor) as work:
        receipt = file_request(work, plan)
    token = token_of(agent.get("/saisie"))
    data = {"csrf_token": token, "key": draft.idempotency_key, "reference": receipt.reference}
    assert agent.post("/saisie/papier", data=data).status_code == 404


MANDATE = {
    "capacity": "agent",
    "representative_name": "Jean Le Goff",
    "mandate_rights": ["access"],
    "answer_to": "representative",
    "seen_kind": "mandate",
    "seen_on": "2026-09-02",
}


def test_a_letter_of_an_agent_says_who_acts_and_which_mandate_was_seen_c17(agent, bases, session):
    said = key_in(agent, bases=[bases["warehouse"]], **MANDATE)
    assert said.status_code == 200
    session.rollback()
    assert session.scalar(select(RepresentationRow.capacity)) is Capacity.AGENT
    seen = session.scalars(select(Sighting)).one()
    assert (seen.kind, seen.seen_by_name) == (SeenKind.MANDATE, "Louise")
    task = session.scalars(select(HubTask)).one()
    assert task.kind is HubTaskKind.TELL_BY_POST, "the person herself is told"


def test_a_controller_that_was_seized_records_what_a_mandate_does_not_cover_and_answers_it(
    agent, bases, session
):
    said = key_in(agent, bases=[bases["warehouse"]], rights=["access", "erasure"], **MANDATE)
    assert said.status_code == 200
    assert count(session, Referral) == 2


def test_at_the_hubs_door_the_right_outside_the_mandate_is_refused_and_the_other_goes_on_x14(
    hub_agent, bases, session
):
    said = key_in(hub_agent, bases=[bases["warehouse"]], rights=["access", "erasure"], **MANDATE)
    assert said.status_code == 200
    assert "Transmise à personne." in said.text
    assert said.text.count("/saisie/papier") == 1
    session.rollback()
    found = dict(session.execute(select(RightsRequest.right, RightsRequest.state)).all())
    assert found == {
        Right.ACCESS: RequestState.ACTIVE,
        Right.ERASURE: RequestState.INADMISSIBLE,
    }
    assert count(session, Referral) == 1
    assert count(session, HubTask) == 2, "the person is told of both"


def test_a_mandate_silent_on_the_answer_sends_the_paper_to_the_person_x15_decree_art_77(
    agent, bases
):
    said = key_in(agent, bases=[bases["warehouse"]], **(MANDATE | {"answer_to": "not_said"}))
    assert "jamais à qui agit pour elle" in said.text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"representative_name": ""}, "representative_name"),
        ({"capacity": "curator"}, "capacity"),
        ({"capacity": "heir"}, "purpose"),
        ({"seen_on": ""}, "seen_on"),
        ({"seen_on": "2026-09-15"}, "seen_on"),
    ],
)
def test_what_is_missing_of_who_acts_is_said_beside_its_field(agent, bases, changes, field):
    said = key_in(agent, bases=[bases["warehouse"]], **(MANDATE | changes))
    assert said.status_code == 422
    assert f'id="{field}-error"' in said.text
    assert "Jean Le Goff" in said.text or field == "representative_name"
