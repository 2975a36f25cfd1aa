"""What a controller sees of a case: its own part, and nothing that names another holder."""

from dataclasses import replace

from hub.domain.actors import SYSTEM
from hub.domain.directory import Identifier
from hub.models.directory import IdentifierAsked
from hub.queries.referral_page import referral_page
from hub.sealing import RequestKeys
from hub.services.delivering import deliver_to_portal
from hub.services.filing import file_request
from hub.services.filing_plans import plan_filing
from tests.factories import PERSON, add_organisation, add_processing, draft_for, planned


def test_a_controller_sees_only_the_identifiers_that_it_asks_for(unit, ports, session):
    with unit(SYSTEM) as work:
        hospital = add_organisation(work, "CHU de Rennes")
        register = add_organisation(work, "Registre des cancers")
        warehouse, cancers = add_processing(work, hospital), add_processing(work, register)
        work.session.add(
            IdentifierAsked(processing_id=warehouse, identifier=Identifier.PATIENT_NUMBER)
        )
    given = {"birth_name": "Le Goff", "patient_number": "CHU-0042"}
    draft = draft_for(
        planned(hospital, warehouse),
        planned(register, cancers),
        person=replace(PERSON, identifiers=given),
    )
    plan = plan_filing(draft, ports.keyring, ports.clock.now())
    with unit(draft.actor) as work:
        file_request(work, plan)
    seen = {}
    for organisation_id in (hospital, register):
        with unit(SYSTEM) as work:
            deliver_to_portal(work, f"organisation:{organisation_id}")
        (referral_id,) = (
            row["id"]
            for table, rows in plan.rows
            if table.name == "referral"
            for row in rows
            if row["organisation_id"] == organisation_id
        )
        session.rollback()
        page = referral_page(
            session, RequestKeys(session, ports.keyring), organisation_id, referral_id
        )
        seen[organisation_id] = page.person["identifiers"]
    assert seen == {hospital: given, register: {"birth_name": "Le Goff"}}
