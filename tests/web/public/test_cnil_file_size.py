"""The file for the CNIL of a person who wrote to many: as many queries as for few, linear time."""

from __future__ import annotations

import io
import zipfile
from time import process_time

import pytest
from sqlalchemy import event

from hub.domain.actors import SYSTEM, Role
from hub.extensions import db
from hub.models.rights_request import RightsRequest
from hub.services.acknowledging import draft_for_delivered, enter_drafts
from hub.services.answering import AnswerDraft, ItemAnswer, Outcome, answer
from hub.services.delivering import deliver_to_portal
from hub.services.documents import receive_file
from hub.services.filing import file_request
from hub.services.filing_plans import plan_filing
from tests.factories import add_member, add_organisation, add_processing, draft_for, planned
from tests.tracked import LETTER, PDF
from tests.web.controller.pages import send

FEW, MANY = 4, 40
PAPERS_EACH = 4
"""For each controller: its case, its acknowledgement, its answer, the file of the answer."""


@pytest.fixture
def answered(unit, ports):
    """Files towards so many controllers, each of which grants with a file; gives the receipt."""

    def answered_by(count):
        parts, owners = [], {}
        with unit(SYSTEM) as work:
            for number in range(count):
                key = add_organisation(work, f"Centre hospitalier n° {number} sur {count}")
                processing = add_processing(work, key, title=f"Entrepôt {number}")
                parts.append(planned(key, processing))
                owners[key] = (processing, add_member(work, key, Role.AGENT))
        plan = plan_filing(draft_for(*parts), ports.keyring, ports.clock.now())
        with unit(SYSTEM) as work:
            receipt = file_request(work, plan)
            box = work.session.get_one(RightsRequest, receipt.rights_request_id).box_public
        with unit(SYSTEM) as work:
            for key in owners:
                deliver_to_portal(work, f"organisation:{key}")
            enter_drafts(work, draft_for_delivered(work, count))
        rows = next(rows for table, rows in plan.rows if table.name == "referral")
        for row in rows:
            processing, agent = owners[row["organisation_id"]]
            stored = receive_file(
                ports, "mes-donnees.pdf", io.BytesIO(PDF), sealed_to=box, limit=10_000_000
            )
            items = (ItemAnswer(processing, Outcome.GRANTED),)
            with unit(agent) as work:
                answer(work, row["id"], AnswerDraft(LETTER, items, (stored,)))
        return receipt

    return answered_by


def measured(client, receipt):
    """How many pieces and queries the file of this request has, and what it costs in CPU."""
    client.get("/suivre")
    send(client, "/suivre", reference=receipt.reference, secret=receipt.secret)
    page = client.get("/suivre/cnil").text
    token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    statements = []

    def note(*details):
        statements.append(details[2])

    event.listen(db.engine, "before_cursor_execute", note)
    start = process_time()
    try:
        sent = client.post("/suivre/cnil", data={"csrf_token": token, "referral": "all"})
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    spent = process_time() - start
    assert sent.status_code == 200, sent.text
    with zipfile.ZipFile(io.BytesIO(sent.data)) as archive:
        return len(archive.namelist()), len(statements), spent


def test_forty_controllers_cost_the_queries_of_four_and_ten_times_their_time_at_most(
    app, client, answered
):
    measured(client, answered(1))  # the first paper of a process loads its fonts
    few = measured(app.test_client(), answered(FEW))
    many = measured(app.test_client(), answered(MANY))
    assert many[0] - few[0] == (MANY - FEW) * PAPERS_EACH
    assert many[1] == few[1]
    # Half again for what the machine does besides.
    assert many[2] < few[2] * MANY / FEW * 1.5, (few, many)
