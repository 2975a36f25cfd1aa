"""The API as programs use it: filing once, following, answering, and clear problems."""

import itertools
import json
from uuid import UUID

import pytest
from sqlalchemy import event, select

from hub.domain.actors import SYSTEM, Actor, ActorKind, Role
from hub.domain.audit_log import EventKind
from hub.domain.directory import Channel
from hub.domain.lifecycle import ReferralState
from hub.domain.webhooks import CallKind, signed_call
from hub.extensions import db
from hub.models.answer import Answer, AnswerItem
from hub.models.delivery import Delivery, DeliveryKind
from hub.models.member import TokenScope
from hub.models.referral import Referral
from hub.models.rights_request import RightsRequest
from hub.services.calling import pull_token
from hub.services.delivering import deliver_to_portal
from hub.services.filing_plans import secret_of
from hub.services.representing import end_mandate
from hub.services.rerouting import decline
from hub.services.tokens import create_token
from tests.conftest import NOW
from tests.factories import add_member, add_organisation, add_processing

PERSON = {"given_names": "Angèle", "family_name": "Dubois", "birth_date": "1965-03-08"}


@pytest.fixture
def hospital(unit):
    """A hospital with one warehouse and a token of each scope."""
    with unit(SYSTEM) as work:
        organisation = add_organisation(work, siren="263500076")
        processing = add_processing(work, organisation)
        filing = create_token(work, organisation, [TokenScope.FILE], "filing")
        answering = create_token(work, organisation, [TokenScope.ANSWER], "answering")
    return organisation, processing, filing, answering


def bearer(token, **headers):
    return {"Authorization": f"Bearer {token}"} | headers


def body(processing, **changes):
    return {
        "right": "access",
        "processings": [str(processing), str(processing)],
        "person": PERSON,
        "statement": "Une copie, merci.",
    } | changes


def file(client, hospital, key='"k-1"', **changes):
    _, processing, token, _ = hospital
    return client.post(
        "/api/v1/requests",
        json=body(processing, **changes),
        headers=bearer(token, **{"Idempotency-Key": key}),
    )


def test_a_filing_by_token_gives_the_receipt_of_the_contract(client, hospital):
    answer = file(client, hospital)
    assert answer.status_code == 201
    receipt = answer.json
    assert receipt["state"] == "active"
    assert receipt["secret"].count("-") == 5
    (referral,) = receipt["referrals"]
    assert referral["organisation"]["siren"] == "263500076"
    assert len(referral["processings"]) == 1
    assert referral["clock"]["due_on"] == "2026-10-14"
    assert referral["clock"]["suspended"] is False
    assert referral["clock"]["explanation"]


def test_a_filing_asks_the_directory_once(client, hospital):
    asked = []

    def note(_connection, _cursor, statement, *_more):
        asked.append(statement.split()[0] + " " + statement.partition("FROM ")[2].partition(" ")[0])

    event.listen(db.engine, "before_cursor_execute", note)
    file(client, hospital)
    event.remove(db.engine, "before_cursor_execute", note)
    assert asked.count("SELECT processing") == 1


def test_the_same_key_answers_the_same_receipt_bare_or_quoted(client, hospital):
    first, again = file(client, hospital, '"k-2"'), file(client, hospital, "k-2")
    assert again.status_code == first.status_code == 201
    assert again.json == first.json
    other = file(client, hospital, "k-2", statement="Autre chose.")
    assert other.status_code == 422
    assert other.json["code"] == "key_used_otherwise"


def test_a_filing_can_be_followed_by_who_filed_it_and_nobody_else(client, hospital, unit):
    receipt = file(client, hospital).json
    path = f"/api/v1/requests/{receipt['reference']}"
    followed = client.get(path, headers=bearer(hospital[2]))
    assert followed.status_code == 200
    assert "secret" not in followed.json
    with unit(SYSTEM) as work:
        stranger = create_token(work, add_organisation(work, "Autre"), [TokenScope.FILE], "x")
    assert client.get(path, headers=bearer(stranger)).status_code == 404


def test_who_filed_can_keep_the_proof_of_what_was_done(client, hospital, unit):
    receipt = file(client, hospital).json
    deliver(unit, hospital[0])
    path = f"/api/v1/requests/{receipt['reference']}/proof"
    kept = client.get(path, headers=bearer(hospital[2])).json
    assert kept["whole"] is True
    assert [event["seq"] for event in kept["events"]] == [1, 2, 3]
    assert all(
        later["prev"] == earlier["hash"] for earlier, later in itertools.pairwise(kept["events"])
    )
    assert kept["head"] == kept["events"][-1]["hash"]
    assert "Dubois" not in str(kept)
    with unit(SYSTEM) as work:
        stranger = create_token(work, add_organisation(work, "Autre"), [TokenScope.FILE], "x")
    assert client.get(path, headers=bearer(stranger)).status_code == 404


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer rh_unknown", "Basic abc"])
def test_without_a_good_token_nothing_is_filed(client, hospital, header):
    answer = client.post(
        "/api/v1/requests", json=body(hospital[1]), headers={"Authorization": header}
    )
    assert answer.status_code == 401
    assert answer.mimetype == "application/problem+json"


def test_a_token_does_only_what_its_scope_says(client, hospital):
    answer = client.post("/api/v1/requests", json=body(hospital[1]), headers=bearer(hospital[3]))
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"right": "everything"}, "right"),
        ({"processings": []}, "processings"),
        ({"processings": ["not-an-id"]}, "processings"),
        ({"person": PERSON | {"birth_date": "yesterday"}}, "birth_date"),
        ({"person": PERSON | {"nir": "165033512345678"}}, "nir"),
        ({"statement": "x" * 4001}, "statement"),
        ({"received_at": "2026-09-14T10:00:00"}, "received_at"),
        ({"owner_id": "1"}, "owner_id"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(client, hospital, changes, field):
    answer = file(client, hospital, **changes)
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert any(field in fault["field"] for fault in answer.json["errors"])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"received_at": "2017-01-01T10:00:00Z"}, "received_at"),
        ({"received_at": "2018-05-24T23:59:59+02:00"}, "received_at"),
        ({"received_at": "2026-09-14T08:02:01Z"}, "received_at"),
        ({"received_at": "2030-01-01T10:00:00Z"}, "received_at"),
        ({"processings": ["01890a5d-ac96-774b-bcce-b302099a8057"]}, "processings"),
        ({"right": "secondary_use_opt_out"}, "right"),
        ({"person": PERSON | {"email": None, "notified_online": True}}, "person.notified_online"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(client, hospital, changes, field):
    answer = file(client, hospital, **changes)
    assert answer.status_code == 422
    assert answer.json["field"] == field


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"statement": "Une\x00copie"}, "json.statement"),
        ({"person": PERSON | {"family_name": "Du\x1b[31m"}}, "json.person.family_name"),
        ({"person": PERSON | {"family_name": "Du\r\nBcc: x@y.example"}}, "json.person.family_name"),
        (
            {"person": PERSON | {"identifiers": {"birthplace": "Br\x00est"}}},
            "json.person.identifiers",
        ),
    ],
)
def test_what_no_page_can_show_is_refused_beside_its_field(client, hospital, changes, field):
    refused = file(client, hospital, **changes)
    assert refused.status_code == 422
    assert [one["field"] for one in refused.json["errors"]] == [field]


def test_words_of_several_lines_are_taken(client, hospital):
    assert file(client, hospital, statement="Bonjour,\r\n\tune copie.\nMerci").status_code == 201


def test_a_date_of_receipt_out_of_range_is_refused_with_its_rule(client, hospital):
    answer = file(client, hospital, received_at="2018-05-24T23:59:59+02:00")
    assert "25 May 2018" in answer.json["detail"]


@pytest.mark.parametrize("said", [0, -157766400, "0", "1599000000", "-157766400", 1.5, True])
def test_a_number_is_no_date(client, hospital, said):
    for changes in ({"person": PERSON | {"birth_date": said}}, {"received_at": said}):
        answer = file(client, hospital, **changes)
        assert answer.status_code == 422, changes
        assert next(iter(changes)) in answer.text


def test_a_receipt_in_the_first_minute_of_the_regulation_is_taken_gdpr_99(client, hospital):
    assert file(client, hospital, received_at="2018-05-25T00:00:00+02:00").status_code == 201


def deliver(unit, organisation):
    with unit(SYSTEM) as work:
        deliver_to_portal(work, f"organisation:{organisation}")


REFUSAL = {
    "outcome": "refused",
    "text": "Nous ne pouvons pas.",
    "ground": "ALL-UNFOUNDED",
    "reasons": "La demande vise un autre hôpital.",
    "evidence": "Courrier du 3 mars.",
    "author": {"name": "Marc Delorme", "capacity": "Directeur"},
}


def refuse(client, hospital, unit, key="r-1"):
    """A program's refusal of a request just delivered."""
    receipt = file(client, hospital).json
    with unit(SYSTEM) as work:
        deliver_to_portal(work, f"organisation:{hospital[0]}")
    path = f"/api/v1/referrals/{receipt['referrals'][0]['id']}"
    headers = bearer(hospital[3], **{"Idempotency-Key": key})
    return path, client.post(f"{path}/answer", json=REFUSAL, headers=headers)


def test_a_programs_refusal_is_accepted_and_waits_for_a_member_to_approve_it(
    client, hospital, unit
):
    with unit(SYSTEM) as work:
        add_member(work, hospital[0], Role.AGENT)
    path, waits = refuse(client, hospital, unit)
    assert waits.status_code == 202
    assert waits.json["answer_state"] == "awaiting_second_reader"
    assert (waits.json["state"], waits.json["outcome"]) == ("in_progress", None)
    again = client.post(
        f"{path}/answer",
        json=REFUSAL,
        headers=bearer(hospital[3], **{"Idempotency-Key": "r-1"}),
    )
    assert (again.status_code, again.json) == (202, waits.json)
    other = client.post(f"{path}/answer", json=REFUSAL, headers=bearer(hospital[3]))
    assert other.status_code == 409
    assert other.json["code"] == "answer_awaits_reader"


def test_a_programs_refusal_keeps_who_decided_crpa_l212_1(client, hospital, unit, session):
    _, act = delivered(client, hospital, unit)
    assert act("answer", **REFUSAL).json["outcome"] == "refused"
    session.rollback()
    assert session.scalar(select(Answer.author_name)) == "Marc Delorme"


def test_a_programs_refusal_leaves_at_once_where_no_member_could_read_it(client, hospital, unit):
    _, left = refuse(client, hospital, unit)
    assert left.status_code == 200
    assert (left.json["state"], left.json["answer_state"]) == ("answered", "sent")


def test_who_comes_second_learns_who_did_what_and_when(client, hospital, unit):
    referral, act = delivered(client, hospital, unit)
    with unit(SYSTEM) as work:
        agent = add_member(work, hospital[0], Role.AGENT, name="Louise Martin")
    with unit(agent) as work:
        decline(work, UUID(referral["id"]), "Ce n’est pas nous.", "Clinique")
    late = act("answer", outcome="granted", text="Voici.")
    assert late.status_code == 409
    assert late.json["by"] == "Louise Martin"
    assert late.json["last_event"] == EventKind.REFERRAL_DECLINED.value
    assert late.json["at"].startswith("2026-09-14")


def test_a_controllers_program_reads_acknowledges_pauses_resumes_extends_and_answers(
    client, hospital, unit
):
    organisation, _, _, token = hospital
    file(client, hospital)
    assert client.get("/api/v1/referrals", headers=bearer(token)).json["items"] == []
    deliver(unit, organisation)
    listed = client.get("/api/v1/referrals?state=delivered", headers=bearer(token)).json
    (referral,) = listed["items"]
    path = f"/api/v1/referrals/{referral['id']}"

    def act(name, **content):
        return client.post(f"{path}/{name}", json=content or None, headers=bearer(token))

    assert act("acknowledge").json["state"] == "acknowledged"
    assert act("acknowledge").status_code == 409
    paused = act("pause", reason="Deux homonymes.", text="Votre lieu de naissance ?").json
    assert paused["clock"]["suspended"] is True
    assert paused["clock"]["due_on"] is None
    assert act("resume").json["clock"]["suspended"] is False
    assert act("extend", cause="volume", reasons="3 000 pages.").json["clock"]["due_on"] == (
        "2026-12-14"
    )
    assert act("extend", cause="volume", reasons="Encore.").status_code == 422
    refused = act("answer", outcome="refused", text="Non.")
    assert refused.status_code == 422
    answered = act("answer", outcome="granted", text="Voici.")
    assert answered.json["state"] == "answered"
    assert answered.json["outcome"] == "granted"
    assert client.get(path, headers=bearer(token)).json["state"] == "answered"


def delivered(client, hospital, unit):
    """The address of a referral just delivered, and a call on it."""
    (referral,) = file(client, hospital).json["referrals"]
    deliver(unit, hospital[0])
    path = f"/api/v1/referrals/{referral['id']}"
    headers = bearer(hospital[3])
    return referral, lambda name, **body: client.post(f"{path}/{name}", json=body, headers=headers)


def test_not_us_is_never_said_by_an_answer_that_names_nobody_x16_crpa_l114_2(
    client, hospital, unit
):
    referral, act = delivered(client, hospital, unit)
    one = {"processing": referral["processings"][0], "outcome": "transferred"}
    for said in [{"outcome": "transferred"}, {"outcome": "granted", "items": [one]}]:
        refused = act("answer", text="Ce n’est pas nous.", **said)
        assert refused.status_code == 422
        assert (refused.json["field"], refused.json["reason"]) == ("outcome", "not_an_answer")
    for words in ("...", " – "):
        empty = act("decline", text=words)
        assert (empty.status_code, empty.json["field"]) == (422, "text")
    assert act("decline", text="L’hôpital voisin.").json["state"] == "declined_not_controller"


def test_two_outcomes_for_one_processing_are_refused(client, hospital, unit):
    referral, act = delivered(client, hospital, unit)
    processing = referral["processings"][0]
    twice = [{"processing": processing, "outcome": said} for said in ("granted", "no_data_held")]
    refused = act("answer", outcome="granted", text="Voici.", items=twice)
    assert refused.status_code == 422
    assert (refused.json["field"], refused.json["reason"]) == ("items", "given_twice")


def test_who_cannot_be_identified_is_told_the_article_even_if_the_program_names_none_gdpr_12_4(
    client, hospital, unit
):
    referral, act = delivered(client, hospital, unit)
    said = {
        "reasons": "Trois personnes portent ce nom.",
        "evidence": "Recherche du 3 mars.",
        "author": REFUSAL["author"],
    }
    assert act("answer", outcome="cannot_identify", text="Qui ?", **said).status_code == 200
    with unit(SYSTEM) as work:
        kept = work.session.scalars(
            select(AnswerItem.ground)
            .join(Answer, Answer.id == AnswerItem.answer_id)
            .where(Answer.referral_id == UUID(referral["id"]))
        ).all()
    assert kept == ["ALL-UNIDENTIFIED"]


def test_an_act_under_one_key_is_done_once(client, hospital, unit):
    organisation, _, _, token = hospital
    file(client, hospital)
    deliver(unit, organisation)
    (referral,) = client.get("/api/v1/referrals", headers=bearer(token)).json["items"]
    path = f"/api/v1/referrals/{referral['id']}/acknowledge"
    headers = bearer(token, **{"Idempotency-Key": "act-1"})
    first, again = (client.post(path, headers=headers) for _ in range(2))
    assert first.status_code == again.status_code == 200
    assert first.json == again.json


def test_pages_follow_each_other_by_cursor_and_larger_limits_are_clamped(client, hospital, unit):
    organisation, _, _, token = hospital
    for number in range(3):
        file(client, hospital, f"page-{number}")
    deliver(unit, organisation)
    first = client.get("/api/v1/referrals?limit=2", headers=bearer(token)).json
    second = client.get(
        f"/api/v1/referrals?limit=9999&cursor={first['next_cursor']}", headers=bearer(token)
    ).json
    ids = [row["id"] for row in first["items"] + second["items"]]
    assert len(ids) == len(set(ids)) == 3
    assert second["next_cursor"] is None
    broken = client.get("/api/v1/referrals?cursor=abc", headers=bearer(token))
    assert broken.status_code == 422


def test_the_directory_and_the_law_are_open_to_all(client, hospital):
    found = client.get("/api/v1/processings?q=entrepot").json["items"]
    assert found[0]["controllers"][0]["siren"] == "263500076"
    assert found[0]["purposes"][0]["legal_basis"] == "6-1-e"
    dates = client.get("/api/v1/deadline?received_at=2026-08-31").json
    assert dates["due_on"] == "2026-09-30"
    table = client.get("/api/v1/rights?legal_basis=6-1-e&context=snds_main").json
    by_right = {row["right"]: row["status"] for row in table["rights"]}
    assert by_right["objection"] != by_right["access"]
    assert client.get("/api/v1/rights?legal_basis=9").status_code == 422


def test_the_description_is_openapi_3_1_and_names_every_path(client, hospital):
    spec = client.get("/api/v1/openapi.json").json
    assert spec["openapi"] == "3.1.0"
    assert "/api/v1/requests" in spec["paths"]
    assert "/api/v1/referrals/{referral_id}/answer" in spec["paths"]


def test_an_unknown_address_of_the_api_is_a_problem_not_a_page(client, app):
    answer = client.get("/api/v1/nothing")
    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"


def test_a_body_nested_without_end_is_refused_as_unreadable(client, hospital):
    answer = client.post(
        "/api/v1/requests",
        data="[" * 100_000,
        headers=bearer(hospital[2]),
        content_type="application/json",
    )
    assert answer.status_code == 400
    assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize(
    ("representative", "reason", "ground"),
    [
        ({"capacity": "agent", "ends_on": "2026-09-13"}, "mandate_expired", "ALL-MANDATE"),
        ({"capacity": "agent", "rights": ["erasure"]}, "mandate_silent_on_right", "ALL-MANDATE"),
        ({"capacity": "parent"}, "person_is_adult", "ALL-REP-AUTHORITY"),
        ({"capacity": "heir"}, "purpose_missing", "ALL-DECEASED"),
    ],
)
def test_who_may_not_act_is_refused_with_the_ground_x13_x14_decree_art_77(
    client, hospital, representative, reason, ground
):
    answer = file(client, hospital, representative={"name": "Jean Le Goff"} | representative)
    assert answer.status_code == 422
    assert reason in answer.text
    assert ground in answer.text


EXPIRED = {
    "name": "Jean Le Goff",
    "capacity": "agent",
    "ends_on": "2026-09-13",
    "answer_to": "representative",
}


def test_the_person_learns_that_an_expired_mandate_was_used_in_her_name_x14_decree_art_77(
    client, hospital, session
):
    whose = PERSON | {"email": "angele@person.example"}
    first = file(client, hospital, "m-1", representative=EXPIRED, person=whose)
    again = file(client, hospital, "m-1", representative=EXPIRED, person=whose)
    assert first.status_code == again.status_code == 422
    assert first.json["reference"] == again.json["reference"]
    assert "secret" not in first.json
    session.rollback()
    kinds = session.scalars(select(Delivery.kind)).all()
    assert kinds == [DeliveryKind.FILED_IN_YOUR_NAME], "told once, and passed on to nobody"
    path = f"/api/v1/requests/{first.json['reference']}"
    followed = client.get(path, headers=bearer(hospital[2])).json
    assert followed["state"] == "inadmissible"
    assert followed["refused"][0]["reason"] == "mandate_expired"
    good = EXPIRED | {"ends_on": "2026-12-31"}
    assert file(client, hospital, "m-1", representative=good).status_code == 201


def test_a_receipt_is_given_again_though_the_mandate_has_ended_since(client, hospital, clock):
    good = EXPIRED | {"ends_on": "2026-09-20"}
    first = file(client, hospital, "m-2", representative=good)
    clock.advance(days=10)
    assert file(client, hospital, "m-2", representative=good).json == first.json


def test_an_agent_whose_mandate_the_person_ended_follows_nothing_more_civil_code_2004(
    client, hospital, unit, session
):
    good = EXPIRED | {"ends_on": "2026-12-31"}
    receipt = file(client, hospital, "m-3", representative=good).json
    key = session.scalar(select(RightsRequest.id))
    with unit(Actor(ActorKind.PERSON, key)) as work:
        end_mandate(work, key)
    path = f"/api/v1/requests/{receipt['reference']}"
    for address in (path, f"{path}/proof"):
        assert client.get(address, headers=bearer(hospital[2])).status_code == 404
    again = file(client, hospital, "m-3", representative=good)
    assert again.status_code == 404
    assert "secret" not in again.json


def test_a_mandate_in_order_files(client, hospital):
    representative = {"name": "Jean Le Goff", "capacity": "agent", "rights": ["access"]}
    representative["answer_to"] = "representative"
    assert file(client, hospital, representative=representative).status_code == 201


@pytest.mark.parametrize("capacity", ["agent", "association"])
@pytest.mark.parametrize("said", [{}, {"answer_to": "person"}], ids=["silent", "to-the-person"])
def test_who_files_for_another_never_gets_the_code_of_an_answer_that_goes_to_her_x15_decree_art_77(
    client, hospital, capacity, said, session, ports
):
    representative = {"name": "Jean Le Goff", "capacity": capacity} | said
    sent = {"representative": representative, "person": PERSON | {"email": "a@person.example"}}
    answer = file(client, hospital, "m-15", **sent)
    assert answer.status_code == 201
    assert answer.json["secret"] is None
    assert file(client, hospital, "m-15", **sent).json == answer.json
    session.rollback()
    row = session.scalars(select(RightsRequest)).one()
    derived = secret_of(ports.keyring, row.idempotency_scope, "m-15", row.reference)
    assert not ports.keyring.secret_matches(row.secret_hash, row.reference, derived)
    kinds = session.scalars(select(Delivery.kind)).all()
    assert DeliveryKind.CODE_WAITS in kinds, "her own code is offered to her"
    assert DeliveryKind.REFERRAL in kinds, "and the request has left"


def test_a_mandate_silent_on_the_answer_needs_an_address_of_the_person_x15(client, hospital):
    representative = {"name": "Jean Le Goff", "capacity": "agent"}
    answer = file(client, hospital, representative=representative)
    assert answer.status_code == 422
    assert "answer_goes_to_person" in answer.text
    assert "person.email" in answer.text


def test_the_calls_that_the_hub_makes_are_described_as_webhooks(client, hospital):
    spec = client.get("/api/v1/openapi.json").json
    assert set(spec["webhooks"]) == {kind.value for kind in CallKind}
    made = signed_call(CallKind.CHALLENGE, "a", NOW, {"challenge": "c"}, [])
    for kind in CallKind:
        operation = spec["webhooks"][kind.value]["post"]
        said = operation["requestBody"]["content"]["application/json"]["schema"]
        assert set(said["properties"]) == set(json.loads(made.body))
        headers = {one["name"] for one in operation["parameters"]}
        assert headers == set(made.headers) - {"Content-Type"}
        for state in ReferralState:
            assert f"`{state.value}`" in operation["description"]


def test_the_address_in_a_call_opens_the_referral_to_a_token_of_its_organisation(
    client, hospital, unit, ports, session
):
    organisation, _, filing, answering = hospital
    file(client, hospital)
    with unit(SYSTEM) as work:
        deliver_to_portal(work, f"organisation:{organisation}")
        work.deliver(
            DeliveryKind.REFERRAL_ANNOUNCED,
            Channel.WEBHOOK,
            f"organisation:{organisation}",
            referral_id=work.session.scalars(select(Referral.id)).one(),
        )
        elsewhere = add_organisation(work, "Ailleurs")
        other = create_token(work, elsewhere, [TokenScope.ANSWER], "")
    called = Delivery.kind == DeliveryKind.REFERRAL_ANNOUNCED
    (row,) = session.scalars(select(Delivery).where(called))
    until = int(ports.clock.now().timestamp()) + 60
    address = f"/api/v1/announced/{pull_token(ports.keyring, row.id, organisation, until)}"
    opened = client.get(address, headers=bearer(answering))
    assert opened.json["id"] == str(row.referral_id)
    assert opened.json["state"] == "delivered"
    assert client.get(address).status_code == 401
    assert client.get(address, headers=bearer(filing)).status_code == 403
    assert client.get(address, headers=bearer(other)).status_code == 404
    assert client.get(address + "0", headers=bearer(answering)).status_code == 404
