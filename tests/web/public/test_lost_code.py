"""A lost code: who is told, who waits, who may stop it, and what becomes of the files."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from hub.adapters.identity.memory import MemoryIdentityProvider
from hub.domain.actors import SYSTEM, Role
from hub.domain.audit_log import EventKind
from hub.domain.directory import Channel
from hub.domain.identity_proof import CivilIdentity, ProofMeans, ProvenIdentity
from hub.domain.identity_providers import Provider
from hub.models.answer import Document
from hub.models.audit_event import AuditEvent
from hub.models.referral import Referral
from hub.models.rights_request import RightsRequest
from hub.services.boxes import renew_code
from hub.services.filing_drafts import PersonGiven
from hub.services.lost_code import IdentityDiffers, give_code_to_proven
from hub.services.representing import take_code
from tests.conftest import NOW
from tests.factories import PERSON
from tests.retained import answered
from tests.web.controller.conftest import AGENT, member_of
from tests.web.controller.pages import pdf, send
from tests.web.members import sign_in
from tests.web.public.test_identification import come_back, leave_for
from workers.jobs.delivering import drain

MINE = "/suivre/ma-demande"
LOST = "/suivre/perdu"
PROVEN = "/suivre/perdu/identite"
CODE = re.compile(r"(?:[A-Z0-9]{4}-){5}[A-Z0-9]{4}")


@pytest.fixture
def case(unit, ports):
    """An answered request whose address was confirmed, with one file in the answer."""
    case = answered(unit, ports)
    confirm(unit, case)
    return case


def confirm(unit, case) -> None:
    with unit(SYSTEM) as work:
        row = work.session.get_one(RightsRequest, case.receipt.rights_request_id)
        row.confirmed_at = work.now


def ask(client, case, email=PERSON.email, reference=None):
    return send(client, LOST, reference=reference or case.receipt.reference, email=email)


@pytest.fixture
def mails(app, ports, case):
    """Sends what is due to the person, and gives the mails that left since."""

    def sent():
        ports.mailer.sent.clear()
        drain(Channel.EMAIL.value, f"person:{case.receipt.rights_request_id}")
        return list(ports.mailer.sent)

    sent()
    return sent


def link_of(mail) -> str:
    return re.search(r"https?://[^/]+(/nouveau-code/\S+)", mail.text)[1]


def take(client, link, birth_date="08/03/1965"):
    return send(client, link, birth_date=birth_date)


def test_the_confirmed_mailbox_is_told_at_once_and_the_code_comes_after_the_wait(
    client, case, mails, clock
):
    assert ask(client, case).status_code == 200
    [told] = mails()
    assert told.to == PERSON.email
    link = link_of(told)
    waiting = client.get(link)
    assert "Rien à faire avant le 17 septembre 2026" in waiting.text.replace("\u00a0", " ")
    assert 'name="birth_date"' not in waiting.text
    clock.advance(hours=71)
    assert not mails()
    clock.advance(hours=1)
    [ready] = mails()
    assert link_of(ready) == link
    given = take(client, link)
    [secret] = set(CODE.findall(given.text))
    assert secret != case.receipt.secret
    assert send(client, "/suivre", reference=case.receipt.reference, secret=secret).location == MINE
    assert client.get(link).status_code == 410, "it is not shown again"
    assert len(mails()) == 1, "she is told that it was taken"


def test_the_former_code_works_until_the_new_one_is_taken_and_then_no_more(
    client, enter, case, mails, clock
):
    ask(client, case)
    link = link_of(mails()[0])
    enter(case.receipt)
    clock.advance(hours=73)
    take(client, link)
    assert client.get(MINE).location.startswith("/suivre?"), "every visit is over"
    old = {"reference": case.receipt.reference, "secret": case.receipt.secret}
    assert send(client, "/suivre", **old).status_code == 422


def test_whoever_reads_the_mailbox_stops_it_with_one_button(client, case, mails, clock):
    ask(client, case)
    link = link_of(mails()[0])
    assert "aucun nouveau code" in send(client, f"{link}/arreter", at=link).text.lower()
    clock.advance(hours=73)
    assert not mails(), "no mail says that a code is ready"
    assert client.get(link).status_code == 410


def test_who_holds_the_present_code_sees_it_on_her_page_and_stops_it(client, enter, case, mails):
    ask(client, case)
    enter(case.receipt)
    assert "Quelqu’un a demandé un nouveau code" in client.get(MINE).text
    send(client, "/suivre/nouveau-code/arreter", at=MINE)
    page = client.get(MINE).text
    assert "C’est arrêté" in page
    assert "La demande d’un nouveau code secret a été arrêtée" in page


@pytest.mark.parametrize(
    "wrong", [{"email": "autre@person.example"}, {"reference": "AAAA-AAAA-AA"}]
)
def test_the_page_says_the_same_whatever_was_typed_and_writes_to_nobody(client, case, mails, wrong):
    page = ask(client, case, **wrong)
    assert not mails()
    assert page.text == ask(client, case).text


def test_asking_again_the_same_day_writes_no_second_mail(client, case, mails, clock):
    ask(client, case)
    assert len(mails()) == 1
    ask(client, case)
    assert not mails()
    clock.advance(hours=25)
    ask(client, case)
    assert len(mails()) == 1


def test_a_wrong_birth_date_is_refused_and_then_has_to_wait(client, case, mails, clock):
    ask(client, case)
    link = link_of(mails()[0])
    clock.advance(hours=73)
    for _ in range(6):
        refused = take(client, link, birth_date="09/03/1965")
        assert refused.status_code == 422
        assert not CODE.search(refused.text)
    assert "Trop d’essais" in take(client, link).text
    clock.advance(minutes=15)
    assert CODE.search(take(client, link).text), "she is never locked out"


def test_an_address_never_confirmed_gets_nothing(client, unit, ports, mails, case):
    other = answered(unit, ports)
    ask(client, other)
    ports.mailer.sent.clear()
    drain(Channel.EMAIL.value, f"person:{other.receipt.rights_request_id}")
    assert not [one for one in ports.mailer.sent if "nouveau-code" in one.text]


SILENT = {"capacity": "agent", "name": "Jean Martin", "answer_to": "person"}
SPEAKING = SILENT | {"answer_to": "representative"}
FOR_ANOTHER = PersonGiven("Angèle", "Dubois", date(1965, 3, 8), email="jean@agent.example")


@pytest.mark.parametrize(("mandate", "mails_sent"), [(SILENT, 0), (SPEAKING, 1)])
def test_who_acts_gets_no_new_code_where_the_answer_goes_to_the_person_x15_decree_art_77(
    client, unit, ports, mandate, mails_sent
):
    case = answered(unit, ports, person=FOR_ANOTHER, representative=mandate)
    confirm(unit, case)
    ask(client, case, email="jean@agent.example")
    ports.mailer.sent.clear()
    drain(Channel.EMAIL.value, f"person:{case.receipt.rights_request_id}")
    found = [one for one in ports.mailer.sent if "nouveau-code" in one.text]
    assert len(found) == mails_sent


def test_who_took_the_code_of_a_silent_mandate_and_lost_it_gets_another_by_her_mailbox_x15(
    client, unit, ports
):
    hers = PersonGiven("Angèle", "Dubois", date(1965, 3, 8), email="angele@person.example")
    person = replace(hers, own_email=hers.email)
    case = answered(unit, ports, person=person, representative=SILENT, keeps_code_from_filer=True)
    key = case.receipt.rights_request_id

    def asked() -> int:
        ask(client, case, email=str(hers.email))
        ports.mailer.sent.clear()
        drain(Channel.EMAIL.value, f"person:{key}")
        return len([one for one in ports.mailer.sent if "nouveau-code" in one.text])

    assert asked() == 0, "the code that waits for her comes first"
    with unit(SYSTEM) as work:
        take_code(work, key, date(1965, 3, 8))
    assert asked() == 1


def proven(at, **changes) -> ProvenIdentity:
    civil = {
        "given_names": ("Angèle", "Marie"),
        "family_name": "DUBOIS",
        "birth_date": date(1965, 3, 8),
        "sex": "female",
        "birthplace_code": "35238",
        "birth_country_code": "99100",
    }
    identity = CivilIdentity(**(civil | changes))
    return ProvenIdentity(ProofMeans.FRANCECONNECT, "sub", at, identity)


def test_a_proven_identity_needs_no_waiting(client, unit, case, clock):
    with unit(case.person) as work:
        receipt = give_code_to_proven(work, case.receipt.rights_request_id, proven(clock.now()))
    entered = send(client, "/suivre", reference=receipt.reference, secret=receipt.secret)
    assert entered.location == MINE


@pytest.mark.parametrize("change", [{"family_name": "Durand"}, {"birth_date": date(1965, 3, 9)}])
def test_another_identity_gets_nothing_nor_a_proof_grown_old(unit, case, clock, change):
    key = case.receipt.rights_request_id
    old = proven(clock.now() - timedelta(minutes=16))
    for proof in (proven(clock.now(), **change), old):
        with pytest.raises(IdentityDiffers), unit(case.person) as work:
            give_code_to_proven(work, key, proof)


class TestByFranceConnect:
    """She proves who she is, gives her reference, and her new code is shown at once."""

    @pytest.fixture
    def ports(self, ports):
        attests = MemoryIdentityProvider(proven(NOW))
        return replace(ports, identity_providers={Provider.FRANCECONNECT: attests})

    def identify(self, client):
        state = leave_for(client, "/identite/nouveau-code/franceconnect", client.get(LOST))
        return come_back(client, state)

    def test_the_code_is_shown_once_and_opens_her_request(self, client, case):
        back = self.identify(client)
        assert back.location == PROVEN
        assert "FranceConnect nous a dit qui vous êtes" in client.get(PROVEN).text
        given = send(client, PROVEN, reference=case.receipt.reference.lower())
        secret = CODE.search(given.text)[0]
        assert client.get(PROVEN).location == LOST, "the proof serves once"
        entered = send(client, "/suivre", reference=case.receipt.reference, secret=secret)
        assert entered.location == MINE

    def test_every_refusal_is_one_sentence_and_more_and_more_waiting(
        self, client, case, unit, ports, session
    ):
        other = answered(
            unit,
            ports,
            person=PersonGiven("Marie", "Petit", date(1971, 2, 3), email="m@petit.example"),
            organisation="CHU de Lille",
        )
        self.identify(client)
        said = set()
        for reference in (other.receipt.reference, "DX7K-3M9Q-F2", "pas une référence"):
            page = send(client, PROVEN, reference=reference)
            assert page.status_code == 422
            said.add(re.search(r'id="reference-error"[^>]*>(.*?)</', page.text, re.S)[1])
        assert len(said) == 1
        for _ in range(6):
            page = send(client, PROVEN, reference="DX7K-3M9Q-F2")
        assert "reference-error" in page.text
        assert "attendez" in page.text.casefold()
        session.rollback()
        former = session.get_one(RightsRequest, other.receipt.rights_request_id)
        assert former.box_renewed_at is None

    def test_without_a_proof_the_page_leads_back(self, client, case):
        assert client.get(PROVEN).location == LOST


class TestFiles:
    @pytest.fixture
    def renewed(self, unit, ports, case, enter, clock):
        """The person in her visit, with a new code that opens none of the former files."""
        clock.advance(minutes=5)
        with unit(case.person) as work:
            row = work.session.get_one(RightsRequest, case.receipt.rights_request_id)
            receipt = renew_code(work, row)
        return enter(receipt)

    def answer_page(self, session) -> str:
        return f"/suivre/reponse/{session.scalar(select(Document.answer_id))}"

    def test_she_asks_for_them_again_and_opens_what_is_sent_again(
        self, renewed, case, unit, session, clock, ports, app
    ):
        page = self.answer_page(session)
        assert "scellé pour votre ancien code" in renewed.get(page).text
        former = session.scalar(select(Document.id))
        assert send(renewed, f"/suivre/fichier/{former}", at=MINE).location == MINE
        send(renewed, f"{page}/redemander", at=page)
        assert "redemandé le 14 septembre 2026" in renewed.get(page).text
        assert "/redemander" not in renewed.get(page).text
        member_of(unit, case, AGENT, Role.AGENT)
        agent = app.test_client()
        sign_in(agent, AGENT, clock.now())
        assert case_number(session, case) in agent.get("/dossiers").text, "it is to handle"
        shown = agent.get(f"/dossiers/{case.referral_id}").text
        assert "Renvoyez les fichiers." in shown
        again = f"/dossiers/{case.referral_id}/fichiers"
        assert again in shown
        assert "au moins un fichier" in send(agent, again).text
        assert send(agent, again, files=pdf("copie.pdf")).status_code == 302
        assert "Renvoyez" not in agent.get(f"/dossiers/{case.referral_id}").text
        sent = newest_document(session)
        opened = renewed.get(send(renewed, f"/suivre/fichier/{sent}", at=page).location)
        assert opened.data.startswith(b"%PDF")
        assert "scellé pour" not in renewed.get(page).text
        kinds = session.scalars(select(AuditEvent.kind)).all()
        assert {EventKind.FILES_ASKED_AGAIN, EventKind.FILES_SENT_AGAIN} <= set(kinds)

    def test_nothing_is_asked_again_while_her_code_opens_everything(self, enter, case, session):
        client = enter(case.receipt)
        assert "/redemander" not in client.get(self.answer_page(session)).text

    def test_no_agent_sends_files_that_nobody_asked_for(self, unit, client, clock, case):
        member_of(unit, case, AGENT, Role.AGENT)
        sign_in(client, AGENT, clock.now())
        shown = client.get(f"/dossiers/{case.referral_id}")
        assert "/fichiers" not in shown.text
        refused = send(client, f"/dossiers/{case.referral_id}/fichiers", files=pdf())
        assert refused.status_code == 422


def case_number(session, case) -> str:
    session.rollback()
    return session.get_one(Referral, case.referral_id).number


def newest_document(session) -> UUID:
    session.rollback()
    newest = select(Document.id).where(Document.deleted_at.is_(None)).order_by(Document.id.desc())
    return session.scalars(newest).first()
