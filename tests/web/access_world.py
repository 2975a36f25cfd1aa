"""Two controllers with everything a case can hold, and everyone who may knock at the hub's doors.

Each side's words carry marks that are found nowhere else: where a mark is served, its side was.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from hub import create_app
from hub.adapters import papers
from hub.adapters.clock import FrozenClock
from hub.adapters.doorbell import MemoryDoorbell
from hub.adapters.files.active_pdf import inspect_pdf
from hub.adapters.files.checking import check_upload
from hub.adapters.files.memory import MemoryFileStore
from hub.adapters.identity.memory import MemoryIdentityProvider
from hub.adapters.journal import MemoryJournal
from hub.adapters.log_folder import LogFolder
from hub.adapters.mail.memory import MemoryMailer
from hub.adapters.mail_domains import MemoryMailDomains
from hub.adapters.outward.memory import MemoryCaller
from hub.bootstrap import keyring_of
from hub.domain.actors import SYSTEM, Actor, ActorKind, Role
from hub.domain.channel_trials import TriedWay
from hub.domain.directory import Channel, ContactRole, ContactStatus, RecipientKind
from hub.domain.hub_records import RecordKind
from hub.domain.identity_proof import ProofMeans, ProvenIdentity
from hub.domain.identity_providers import Provider
from hub.domain.incidents import IncidentEntry
from hub.domain.opt_outs import OptOutPolicy
from hub.domain.outcomes import Outcome
from hub.domain.policies import policies_with
from hub.domain.reply_addresses import AddressKind
from hub.domain.retention import HoldReason
from hub.domain.rights import Right
from hub.extensions import db
from hub.models.acknowledgement import AcknowledgementRow
from hub.models.answer import Document
from hub.models.answer_link import AnswerLink
from hub.models.calendar import AddedHoliday
from hub.models.columns import new_id
from hub.models.delivery import Delivery
from hub.models.directory import ContactPoint, Organisation, Recipient
from hub.models.hub_task import HubTask
from hub.models.inbound_mail import InboundMail
from hub.models.intake_batch import IntakeBatch
from hub.models.member import ApiToken, Member, TokenScope
from hub.models.member_session import MemberSession
from hub.models.opt_out import CnilComplaint, OptOutEntry
from hub.models.passkey import Passkey
from hub.models.postal_letter import PostalLetter
from hub.models.referral import RecipientNotice, SavedView
from hub.models.rights_request import RightsRequest
from hub.ports import Ports
from hub.queries.answer_links import address_index, hash_of_link_token
from hub.services.answer_links import link_token, open_link_visit
from hub.services.answering import AnswerDraft, ItemAnswer, answer
from hub.services.calendar import add_holiday
from hub.services.channel_trials import ask_trial
from hub.services.confirming import confirm_by_link, confirmation_token
from hub.services.contact_points import address_token
from hub.services.documents import receive_file
from hub.services.exchanging import add_note, verify_identity
from hub.services.filing_drafts import PersonGiven
from hub.services.filing_plans import Receipt
from hub.services.hub_records import RecordGiven, enter_record
from hub.services.incidents import report_incident, write_entry
from hub.services.invitations import invitation_token
from hub.services.lost_code import ask_new_code, new_code_token
from hub.services.members import invite_member
from hub.services.passkeys import NewPasskey, add_passkey
from hub.services.password_links import ask_new_password, password_link_token
from hub.services.recipients import add_recipient
from hub.services.reply_addresses import reply_address
from hub.services.representing import in_my_name_token
from hub.services.rerouting import decline
from hub.services.retention import place_hold
from hub.services.tokens import create_token, revoke_token
from hub.services.unit_of_work import Work, unit_of_work
from hub.services.uploads import Announced, begin_upload
from hub.services.working import ColleagueAsked, open_task, save_view, task_token
from hub.web.agenda import token_of
from tests.factories import Case, open_case
from tests.inbound import DOMAIN, DPO, add_mailbox, intake_of, written
from tests.web.members import PASSWORD, add_member, add_organisation

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
MANDATE = {"capacity": "agent", "name": "Jean Le Goff", "answer_to": "representative"}
TABLE = "Reçu le;Nom;Prénom\n03/06/2026;{mark};Angèle\n"
HOUSE_ROLES = (Role.AGENT, Role.DECISION_MAKER, Role.ADMINISTRATOR, Role.DPO)
HUB_ROLES = (Role.HUB_AGENT, Role.HUB_DPO, Role.OPERATOR, Role.CNIL_LIAISON)
SIREN_OF = {"a": "263500076", "b": "130025265"}
LONGEST_SESSION = timedelta(hours=13)
NOBODY = ProvenIdentity(ProofMeans.FRANCECONNECT, "nobody", datetime(2026, 1, 1, tzinfo=UTC))


WITH_TOKEN = ("POST", "PUT", "DELETE")
IN_ALL_WORLDS = {
    "filename": "css/hub.css",
    "kind": RecordKind.TRAINING.value,
    "number": 0,
    "provider": Provider.FRANCECONNECT.value,
    "way": "courriel",
}
"""What an address names that belongs to nobody."""


class Browser(FlaskClient):
    """A browser that shows the token of its forms; each call has a context of its own."""

    token = ""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send one request."""
        if kwargs.get("method") in WITH_TOKEN:
            kwargs["headers"] = {"X-CSRFToken": self._token()} | kwargs.get("headers", {})
        return Context().run(super().open, *args, **kwargs)

    def _token(self) -> str:
        """The one of its session, from a page that has a form for everyone."""
        if not self.token:
            page = self.get("/demander").text
            self.token = page.partition('name="csrf_token"')[2].split('value="', 1)[1].split('"')[0]
        return self.token


@dataclass
class Side:
    """One controller, and the keys of what is its own or its persons'."""

    letter: str
    organisation_id: UUID
    cases: dict[str, Case] = field(default_factory=dict)
    ids: dict[str, Any] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def person_mark(self) -> str:
        """In all that its persons gave."""
        return f"quartzperson{self.letter}"

    @property
    def house_mark(self) -> str:
        """In all that it wrote to them."""
        return f"quartzhouse{self.letter}"

    @property
    def note_mark(self) -> str:
        """In what stays inside it."""
        return f"quartznote{self.letter}"

    @property
    def register_mark(self) -> str:
        """In its register of incidents, which the DPO of the hub reads too."""
        return f"quartzregister{self.letter}"

    @property
    def upload_token(self) -> str:
        """What the browser that began to send a file keeps."""
        return self.letter * 64

    @property
    def marks(self) -> frozenset[str]:
        """All four."""
        return frozenset({self.person_mark, self.house_mark, self.note_mark, self.register_mark})


CASE_OF = (
    (r"^/suivre/refus-europeen|^/cnil/", "opted"),
    (r"^/suivre/mandat|^/en-mon-nom", "mandate"),
    (r"^/confirmer|^/suivre/(confirmer|adresse|renvoyer)", "unconfirmed"),
    (r"^(/suivre)?/nouveau-code", "lost"),
    (r"^/exploitation/organismes-nommes", "declined"),
    (r"/revue/", "refused"),
    (r"/applique/|/destinataire/", "rectified"),
    (
        (
            r"/(corriger|lettre|relire|reprendre-reponse|reponse|fichier|contester|termine)\b"
            r"|/suivre/(identite|pas-a-moi|telechargement)/|/mauvais-destinataire/"
        ),
        "answered",
    ),
    (r"/effacement/", "objected"),
    (r"/documents/|^/dossiers/.*/telechargement/", "copied"),
    (r"", "asked"),
)
"""Which case an address is tried on: the one that is at the point it is for."""


@dataclass
class World:
    """The hub, its two sides and everyone's browser.

    One session and one visit were left thirteen hours before the others began.
    """

    app: APIFlask
    ports: Ports
    clock: FrozenClock
    a: Side
    b: Side
    clients: dict[str, Browser] = field(default_factory=dict)
    bearers: dict[str, str] = field(default_factory=dict)
    calls: Iterator[int] = field(default_factory=count)

    def address(self, path: str, side: Side | None) -> str:
        """The address of a thing of one side; of one that is nowhere without side."""
        values = self.ids_for(path, side)
        return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(values(found[1])), path)

    def ids_for(self, path: str, side: Side | None) -> Callable[[str], Any]:
        """The key for each name of a part of an address."""
        if side is None:
            return lambda name: _nowhere(name)
        name = case_for(path)
        case = side.cases[name]
        of_case = {
            "referral_id": case.referral_id,
            "rights_request_id": case.receipt.rights_request_id,
            "processing_id": case.processing_id,
            "answer_id": side.ids.get(f"answer_of_{name}", side.ids["answer_of_answered"]),
            "reference": side.ids["filed_reference"],
            "token": self._token_for(path, side),
            "member_id": side.ids["agent_id" if path.startswith("/agenda") else "keeper_id"],
            "document_id": side.ids["copy_id" if name == "copied" else "document_id"],
            "ticket": side.ids["staff_ticket" if path.startswith("/dossiers") else "ticket"],
            "token_id": side.ids["token_id"],
            "organisation_id": side.organisation_id,
            "earlier_id": side.cases["answered"].referral_id,
            "received_id": side.ids["nobody_s_mail" if "/a-faire" in path else "received_mail"],
        }
        if path.startswith("/a-faire/lettres"):
            of_case["batch_id"] = side.ids["print_id"]
        known = IN_ALL_WORLDS | side.ids | of_case
        return lambda wanted: known[wanted]

    def _token_for(self, path: str, side: Side) -> str:
        door = path.split("/")[1]
        return str(side.tokens.get(door, "un-jeton"))

    def open(self, who: str, method: str, address: str, **more: Any) -> TestResponse:
        """Call an address as somebody, from a network of one's own: limits have their own tests."""
        headers = more.pop("headers", {})
        if who in self.bearers:
            headers = headers | {"Authorization": f"Bearer {self.bearers[who]}"}
        client = self.clients.get(who) or self.clients["anonymous"]
        number = next(self.calls)
        home = {"REMOTE_ADDR": f"10.{number >> 8}.{number & 255}.1"}
        return client.open(
            address, method=method, headers=headers, buffered=True, environ_base=home, **more
        )

    @contextmanager
    def unit(self, actor: Actor) -> Iterator[Work]:
        """A unit of work, as tests open it."""
        db.session.rollback()
        with unit_of_work(actor, engine=db.engine, ports=self.ports) as work:
            yield work


def _nowhere(name: str) -> Any:
    """What names nothing; but for the parts of an address that are the same for all."""
    if name in {"token", "filename", "mail_id", "kind", "ticket", "way"}:
        return "aucun"
    return IN_ALL_WORLDS.get(name) or (0 if name == "number" else uuid4())


def case_for(path: str) -> str:
    """The case that an address is tried on."""
    return next(name for pattern, name in CASE_OF if re.search(pattern, path))


def build_world(settings: Any, compiled_pages: Any = None) -> World:
    """Make it all, in one application."""
    from tests.conftest import NOW

    clock = FrozenClock(NOW)
    ports = Ports(
        clock=clock,
        keyring=keyring_of(settings),
        mailer=MemoryMailer(),
        files=MemoryFileStore(),
        check_upload=check_upload,
        inspect_pdf=inspect_pdf,
        papers=papers,
        doorbell=MemoryDoorbell(),
        logs=LogFolder(settings.home / "logs"),
        journal=MemoryJournal(),
        mail_domains=MemoryMailDomains(),
        outward=MemoryCaller(),
        identity_providers={Provider.FRANCECONNECT: MemoryIdentityProvider(NOBODY)},
        # As in a demonstration without proof asked: who holds the code opens her answers.
        policies=replace(
            policies_with({"identity.takes_copies": 1, "proofs.asked": 0}),
            opt_outs=OptOutPolicy(from_on=date(2026, 1, 1)),
        ),
    )
    app = create_app(settings, ports)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.jinja_env.bytecode_cache = compiled_pages
    app.test_client_class = Browser
    with app.app_context():
        return _filled(app, ports, clock)


def _filled(app: APIFlask, ports: Ports, clock: FrozenClock) -> World:
    world = World(app, ports, clock, Side("a", uuid4()), Side("b", uuid4()))
    for side in (world.a, world.b):
        _fill(world, side)
    with world.unit(SYSTEM) as work:
        add_member(work, world.a.organisation_id, "expired@a.example", *HOUSE_ROLES)
        ask_trial(work, TriedWay.POST)
    _sign_in(world, "expired", "expired@a.example")
    _visit(world, "expired_visit", world.a.cases["asked"])
    clock.advance(seconds=int(LONGEST_SESSION.total_seconds()))
    for side in (world.a, world.b):
        _work(world, side)
        _send_copy(world, side)
        _register(world, side)
        _keep_ids(world, side)
        _lose_code(world, side)
        _tell_incident(world, side)
        _begin_file(world, side)
        _write_to_contact(world, side)
    with world.unit(SYSTEM) as work:
        hub = add_organisation(work, "Concentrateur", runs_hub=True)
        operator = Actor(ActorKind.MEMBER, None, hub, frozenset({Role.OPERATOR}), "Omar")
        for role in HUB_ROLES:
            add_member(work, hub, f"{role.value}@hub.example", role)
        for role in HOUSE_ROLES:
            add_member(work, world.a.organisation_id, f"{role.value}@a.example", role)
        add_member(work, world.a.organisation_id, "suspended@a.example", *HOUSE_ROLES)
    with world.unit(operator) as work:
        add_holiday(work, date(2027, 3, 9), None, "Journée d’essai")
    with world.unit(replace(operator, roles=frozenset({Role.HUB_DPO}))) as work:
        record_id = enter_record(
            work, RecordGiven(RecordKind.TRAINING, "Formation de l’accueil", date(2026, 9, 1))
        )
    with world.unit(operator) as work:
        shared = {
            "holiday_id": work.session.scalar(select(AddedHoliday.id)),
            "delivery_id": work.session.scalar(select(Delivery.id)),
            "mail_id": "aucun",
            "record_id": record_id,
        }
    for side in (world.a, world.b):
        side.ids |= shared
    _let_in(world)
    return world


def _fill(world: World, side: Side) -> None:
    """Cases at each point; the organisation of all is that of the first."""
    person = PersonGiven(
        f"Angèle {side.person_mark}",
        f"Dubois-{side.person_mark}",
        date(1965, 3, 8),
        email=f"{side.person_mark}@person.example",
        own_postal_address=f"4 rue {side.person_mark}\n35000 Rennes",
    )
    statement = f"Je souhaite savoir {side.person_mark}."

    def opened(name: str, **changes: Any) -> Case:
        given = {"person": person, "statement": statement} | changes
        case = open_case(world.unit, world.ports, organisation=f"{name} {side.letter}", **given)
        return side.cases.setdefault(name, case)

    side.organisation_id = opened("asked").organisation_id
    with world.unit(SYSTEM) as work:
        organisation = work.session.get_one(Organisation, side.organisation_id)
        organisation.siren = SIREN_OF[side.letter]
    for name, changes in {
        "answered": {},
        "refused": {},
        "rectified": {"right": Right.RECTIFICATION},
        "objected": {"right": Right.OBJECTION},
        "copied": {},
        "declined": {},
        "mandate": {"representative": MANDATE},
        "misled": {},
        "lost": {"active_at_once": False},
        "unconfirmed": {"active_at_once": False},
    }.items():
        _opened_there(world, side, name, {"person": person, "statement": statement} | changes)


def _opened_there(world: World, side: Side, name: str, changes: dict[str, Any]) -> None:
    """Another case of the same organisation and staff."""
    first = side.cases["asked"]
    from hub.services.acknowledging import draft_for_delivered, enter_drafts
    from hub.services.delivering import deliver_to_portal
    from hub.services.filing import file_request
    from hub.services.filing_plans import plan_filing
    from tests.factories import add_processing, draft_for, planned

    with world.unit(SYSTEM) as work:
        processing_id = add_processing(work, first.organisation_id, title=f"Base {name}")
        work.session.add(
            Recipient(
                id=new_id(),
                processing_id=processing_id,
                name="Institut Hervieu",
                kind=RecipientKind.RECIPIENT,
            )
        )
    draft = draft_for(planned(first.organisation_id, processing_id), **changes)
    plan = plan_filing(draft, world.ports.keyring, world.clock.now())
    with world.unit(draft.actor) as work:
        receipt = file_request(work, plan)
    with world.unit(SYSTEM) as work:
        deliver_to_portal(work, f"organisation:{first.organisation_id}")
        enter_drafts(work, draft_for_delivered(work, 1))
    key = next(rows[0]["id"] for table, rows in plan.rows if table.name == "referral")
    side.cases[name] = replace(first, receipt=receipt, referral_id=key, processing_id=processing_id)


def _work(world: World, side: Side) -> None:
    """What the organisation wrote about its cases."""
    agent, cases = side.cases["asked"].agent, side.cases
    with world.unit(agent) as work:
        add_note(work, cases["asked"].referral_id, f"Note {side.note_mark}.")
        asked = ColleagueAsked(
            "Paul Le Guen", "paul@chu.example", f"Merci de chercher {side.note_mark}.",
            ("family_name",), world.clock.now().date(),
        )  # fmt: skip
        side.ids["task"] = open_task(work, cases["asked"].referral_id, asked)
        side.tokens["tache"] = task_token(work, side.ids["task"])
        side.ids["message_id"] = verify_identity(
            work, cases["asked"].referral_id, f"Où {side.house_mark} ?", f"Doute {side.note_mark}."
        )
        save_view(work, f"Vue {side.note_mark}", "etagere=tous")
    for name in ("answered", "rectified", "objected", "misled"):
        with world.unit(agent) as work:
            row = work.session.get_one(RightsRequest, cases[name].receipt.rights_request_id)
            stored = receive_file(
                world.ports, f"donnees-{side.house_mark}.pdf", BytesIO(PDF),
                sealed_to=row.box_public, limit=10_000_000,
            )  # fmt: skip
            given = (ItemAnswer(cases[name].processing_id, Outcome.GRANTED),)
            draft = AnswerDraft(f"Madame, {side.house_mark}.", given, (stored,))
            side.ids[f"answer_of_{name}"] = answer(work, cases[name].referral_id, draft)
    with world.unit(agent) as work:
        facts = {"ground": "ALL-UNIDENTIFIED", "reasons": f"Car {side.house_mark}."}
        items = (
            ItemAnswer(
                cases["refused"].processing_id, Outcome.CANNOT_IDENTIFY,
                evidence=f"Cherché {side.note_mark}.", **facts,
            ),
        )  # fmt: skip
        refusal = AnswerDraft(f"Non, {side.house_mark}.", items, alone_reason="Seule au service.")
        side.ids["answer_of_refused"] = answer(work, cases["refused"].referral_id, refusal)
    with world.unit(agent) as work:
        words = f"Ce n’est pas nous, {side.house_mark}."
        decline(work, cases["declined"].referral_id, words, "Clinique des Ajoncs")
    with world.unit(Actor(ActorKind.MEMBER, None, None, frozenset({Role.HUB_DPO}), "H")) as work:
        place_hold(work, cases["asked"].receipt.rights_request_id, next(iter(HoldReason)))


def _send_copy(world: World, side: Side) -> None:
    """Its person sends a copy of her card, which she was asked for."""
    case = side.cases["copied"]
    with world.unit(case.agent) as work:
        asked = verify_identity(work, case.referral_id, "Qui êtes-vous ?", "Deux homonymes.")
    _visit(world, f"copied_{side.letter}", case)
    fields = {"text": f"Ma carte {side.person_mark}.", "files": (BytesIO(PDF), "carte.pdf")}
    sent = world.clients[f"copied_{side.letter}"].post(
        f"/suivre/question/{asked}", data=fields, content_type="multipart/form-data"
    )
    assert sent.status_code == 302, sent.text
    db.session.rollback()
    side.ids["copy_id"] = db.session.scalars(
        select(Document.id).where(Document.referral_id == case.referral_id)
    ).first()


def _register(world: World, side: Side) -> None:
    """Its person says no to all reuse, and complains of it."""
    visitor = world.app.test_client()
    page = visitor.get("/demander/refus-europeen")
    key = re.search(r'name="key"[^>]*value="([0-9a-f]+)"', page.text)
    assert key
    fields = {
        "key": key[1], "given_names": "Angèle", "family_name": side.person_mark,
        "birth_date": "08/03/1965", "email": f"{side.person_mark}@person.example",
    }  # fmt: skip
    assert visitor.post("/demander/refus-europeen", data=fields).status_code == 302
    words = {"text": f"Une étude utilise {side.person_mark}."}
    assert visitor.post("/suivre/refus-europeen/reclamation", data=words).status_code == 302
    world.clients[f"opted_{side.letter}"] = visitor
    db.session.rollback()
    entry = db.session.scalars(select(OptOutEntry).order_by(OptOutEntry.id.desc())).first()
    assert entry
    side.ids["entry_id"] = entry.id
    receipt = Receipt(entry.rights_request_id, "", "")
    side.cases["opted"] = replace(side.cases["asked"], receipt=receipt)


def _lose_code(world: World, side: Side) -> None:
    """Its person confirms one request, then asks for another code of it."""
    receipt = side.cases["lost"].receipt
    keyring, key = world.ports.keyring, receipt.rights_request_id
    with world.unit(side.cases["lost"].person) as work:
        confirm_by_link(work, key, confirmation_token(keyring, key, 1))
    with world.unit(Actor(ActorKind.PERSON)) as work:
        ask_new_code(work, receipt.reference, f"{side.person_mark}@person.example")
    side.tokens["nouveau-code"] = new_code_token(keyring, key, 1)


def _tell_incident(world: World, side: Side) -> None:
    """Its person says that an answer is not hers; its DPO begins to write the register."""
    case = side.cases["misled"]
    with world.unit(replace(case.person, id=case.receipt.rights_request_id)) as work:
        side.ids["incident_id"] = report_incident(
            work, side.ids["answer_of_misled"], f"Rien de {side.person_mark} là-dedans."
        )
    with world.unit(case.dpo) as work:
        write_entry(work, side.ids["incident_id"], IncidentEntry(facts=side.register_mark))


def _begin_file(world: World, side: Side) -> None:
    """It begins to send a large file, and names one more who receives its data."""
    case = side.cases["asked"]
    with world.unit(case.agent) as work:
        announced = Announced(f"{side.house_mark}.pdf", len(PDF), bytes.fromhex(side.upload_token))
        begun = begin_upload(work, case.referral_id, announced, 10_000_000)
        side.ids["upload_id"] = begun.id
    with world.unit(case.dpo) as work:
        side.ids["recipient_id"] = add_recipient(
            work, case.processing_id, name="Institut Kerlan", kind=RecipientKind.RECIPIENT
        )


def _write_to_contact(world: World, side: Side) -> None:
    """A link and a letter for its contact, who came by the link; another address is in doubt."""
    case, keyring = side.cases["asked"], world.ports.keyring
    with world.unit(SYSTEM) as work:
        used, doubted = (
            ContactPoint(
                id=uuid4(),
                organisation_id=side.organisation_id,
                role=ContactRole.GENERAL,
                channel=Channel.EMAIL,
                address=f"{name}@{side.letter}.example",
                status=status,
                position=9,
            )
            for name, status in (
                ("contact", ContactStatus.VERIFIED),
                ("ancien", ContactStatus.IN_REVIEW),
            )
        )
        work.session.add_all([used, doubted])
        work.session.flush()
        link_id = uuid4()
        side.tokens["lien"] = link_token(keyring, link_id, 1)
        side.tokens["adresse"] = address_token(keyring, doubted.id, str(doubted.address))
        link = AnswerLink(
            id=link_id,
            referral_id=case.referral_id,
            contact_point_id=used.id,
            channel=Channel.EMAIL,
            address_index=address_index(keyring, str(used.address)),
            round_number=1,
            token_hash=hash_of_link_token(side.tokens["lien"]),
            made_at=work.now,
            expires_at=work.now + LONGEST_SESSION,
        )
        work.session.add(link)
        work.session.flush()
        cookie = open_link_visit(work, link, "Camille Le Bris").hex()
        delivery = work.session.scalars(
            select(Delivery.id).where(Delivery.referral_id == case.referral_id)
        ).first()
        letter = PostalLetter(
            id=uuid4(),
            referral_id=case.referral_id,
            delivery_id=delivery,
            address="12 rue des Écoles",
            made_at=work.now,
            batch_id=uuid4(),
            printed_at=work.now,
        )
        work.session.add(letter)
        side.ids |= {"point_id": doubted.id, "print_id": letter.batch_id, "letter_id": letter.id}
    client: Browser = world.app.test_client()  # type: ignore[assignment]
    client.set_cookie("link_visit", cookie)
    world.clients[f"contact_{side.letter}"] = client


def _keep_ids(world: World, side: Side) -> None:
    cases, keyring = side.cases, world.ports.keyring
    administrator = Actor(
        ActorKind.MEMBER, None, side.organisation_id, frozenset({Role.ADMINISTRATOR}), "Ada"
    )
    with world.unit(administrator) as work:
        email = f"invited@{side.letter}.example"
        invite_member(work, side.organisation_id, email=email, name="Ines", roles=[Role.AGENT])
    with world.unit(SYSTEM) as work:
        invited = work.session.scalar(select(Member).where(Member.email == email))
        assert invited
        side.tokens["invitation"] = invitation_token(keyring, invited)
    _receive_mails(world, side)
    with world.unit(SYSTEM) as work:
        keeper = add_member(work, side.organisation_id, f"keeper@{side.letter}.example")
        ask_new_password(work, f"keeper@{side.letter}.example")
        for scope in TokenScope:
            token = create_token(work, side.organisation_id, [scope], f"Jeton {side.note_mark}")
            world.bearers[f"{scope.value}_{side.letter}"] = token
        revoked = create_token(work, side.organisation_id, TokenScope, "Fini")
        row = work.session.scalars(select(ApiToken).order_by(ApiToken.id.desc())).first()
        assert row
        revoke_token(work, side.organisation_id, row.id)
        world.bearers[f"revoked_{side.letter}"] = revoked
        side.tokens["agenda"] = token_of(
            keyring, cases["asked"].agent.id, _uniquifier(work, cases["asked"].agent.id)
        )
        mandate = cases["mandate"].receipt.rights_request_id
        side.tokens["en-mon-nom"] = in_my_name_token(keyring, mandate)
        waiting = cases["unconfirmed"].receipt.rights_request_id
        side.tokens["confirmer"] = confirmation_token(keyring, waiting, 1)
        side.tokens["connexion"] = password_link_token(
            keyring, work.session.get_one(Member, keeper)
        )
        side.ids |= {
            "keeper_id": keeper,
            "agent_id": cases["asked"].agent.id,
            "token_id": row.id,
            "view_id": _newest(work, SavedView),
            "complaint_id": _newest(work, CnilComplaint),
            "task_id": _newest(work, HubTask),
            "acknowledgement_id": _of_referral(work, AcknowledgementRow, cases["asked"]),
            "notice_id": _newest(work, RecipientNotice),
            "document_id": _of_answer(work, side.ids["answer_of_answered"]),
        }


def _receive_mails(world: World, side: Side) -> None:
    """A mail that waits on a case of this side, and one that names nobody."""
    settings = world.app.extensions["settings"]
    keyring, intake = world.ports.keyring, intake_of(world.app, settings)
    with world.unit(SYSTEM) as work:
        add_mailbox(work, side.organisation_id)
    case = side.cases["asked"].referral_id
    good = reply_address(keyring, AddressKind.REFERRAL, case, DOMAIN)
    mistyped = good.replace(good[3], "7" if good[3] != "7" else "8", 1)
    for name, address in (("received_mail", good), ("nobody_s_mail", mistyped)):
        intake.take(DPO, address, written(f"{side.person_mark} {name} {side.letter}"))
        with world.unit(SYSTEM) as work:
            side.ids[name] = _newest(work, InboundMail)


def _uniquifier(work: Work, member_id: UUID | None) -> str:
    return str(work.session.get_one(Member, member_id).fs_uniquifier)


def _newest(work: Work, model: Any) -> Any:
    return work.session.scalars(select(model.id).order_by(model.id.desc())).first()


def _of_referral(work: Work, model: Any, case: Case) -> Any:
    return work.session.scalars(
        select(model.id).where(model.referral_id == case.referral_id)
    ).first()


def _of_answer(work: Work, answer_id: UUID) -> Any:
    return work.session.scalars(select(Document.id).where(Document.answer_id == answer_id)).first()


def _let_in(world: World) -> None:
    """Everyone else signs in; one of them is then suspended."""
    world.clients["anonymous"] = world.app.test_client()
    for role in HOUSE_ROLES:
        _sign_in(world, f"{role.value}_a", f"{role.value}@a.example")
    with world.unit(SYSTEM) as work:
        add_member(work, world.b.organisation_id, "all@b.example", *HOUSE_ROLES)
    _sign_in(world, "all_b", "all@b.example")
    for role in HUB_ROLES:
        _sign_in(world, role.value, f"{role.value}@hub.example")
    _sign_in(world, "suspended", "suspended@a.example")
    with world.unit(SYSTEM) as work:
        row = work.session.scalar(select(Member).where(Member.email == "suspended@a.example"))
        assert row
        row.active = False
    for side in (world.a, world.b):
        for name, case in side.cases.items():
            if name != "opted":
                _visit(world, f"{name}_{side.letter}", case)
    for side, agent in ((world.a, "agent_a"), (world.b, "all_b")):
        _bring_batch(world, side, agent)
        _file_by_program(world, side)
        _keep_device(world, side, f"{agent.split('_')[0]}@{side.letter}.example")
        _take_tickets(world, side, agent)


def _keep_device(world: World, side: Side, email: str) -> None:
    """A member of it adds a passkey to her account."""
    with world.unit(SYSTEM) as work:
        member_id, session_id = work.session.execute(
            select(Member.id, MemberSession.id)
            .join(MemberSession, MemberSession.member_id == Member.id)
            .where(Member.email == email)
        ).one()
        made = NewPasskey(f"Clé {side.note_mark}", side.letter.encode(), b"public", 0)
        add_passkey(work, member_id, made, kept_id=session_id)
    with world.unit(SYSTEM) as work:
        side.ids |= {"session_id": session_id, "passkey_id": _newest(work, Passkey)}


def _take_tickets(world: World, side: Side, agent: str) -> None:
    """Its person asks for a file of her answer, its agent for one of hers; neither saved it yet."""
    case = side.cases["copied"].referral_id
    for name, who, address in (
        ("ticket", f"answered_{side.letter}", f"/suivre/fichier/{side.ids['document_id']}"),
        ("staff_ticket", agent, f"/dossiers/{case}/documents/{side.ids['copy_id']}"),
    ):
        asked = world.clients[who].post(address)
        assert asked.status_code == 303, asked.text
        side.ids[name] = asked.location.rpartition("/")[2]
        db.session.rollback()


def _sign_in(world: World, who: str, email: str) -> None:
    client: Browser = world.app.test_client()  # type: ignore[assignment]
    client.post("/connexion", data={"email": email, "password": PASSWORD})
    answer = _coded(client, email, world.clock)
    client.token = ""  # it changes at sign-in
    assert answer.status_code == 302, (who, answer.status_code)
    world.clients[who] = client


def _coded(client: Browser, email: str, clock: FrozenClock) -> TestResponse:
    from hub.demo.accounts import code_at, secret_of

    return client.post("/connexion/code", data={"code": code_at(secret_of(email), clock.now())})


def _visit(world: World, who: str, case: Case) -> None:
    client: Browser = world.app.test_client()  # type: ignore[assignment]
    fields = {"reference": case.receipt.reference, "secret": case.receipt.secret}
    assert client.post("/suivre", data=fields).status_code == 302, who
    world.clients[who] = client


def _bring_batch(world: World, side: Side, who: str) -> None:
    table = TABLE.format(mark=side.person_mark).encode()
    data = {"file": (BytesIO(table), "reprise.csv")}
    sent = world.clients[who].post("/saisie/reprise", data=data, content_type="multipart/form-data")
    assert sent.status_code == 302, sent.text
    db.session.rollback()
    side.ids["batch_id"] = _newest_batch()
    view = world.clients[who].post("/dossiers/vues", data={"nom": side.note_mark})
    assert side.note_mark in world.clients[who].get("/dossiers").text, "the message is read here"
    assert view.status_code == 302
    db.session.rollback()
    side.ids["view_id"] = db.session.scalars(
        select(SavedView.id).where(SavedView.name == side.note_mark)
    ).first()


def _newest_batch() -> Any:
    return db.session.scalars(select(IntakeBatch.id).order_by(IntakeBatch.id.desc())).first()


def _file_by_program(world: World, side: Side) -> None:
    body = {
        "right": "access",
        "processings": [str(side.cases["answered"].processing_id)],
        "person": {
            "given_names": "Angèle", "family_name": side.person_mark, "birth_date": "1965-03-08",
            "identifiers": {"birth_name": side.person_mark},
        },
        "statement": f"Copie {side.person_mark}.",
        "language": "fr",
    }  # fmt: skip
    who = f"file_{side.letter}"
    filed = world.open(who, "POST", "/api/v1/requests", json=body)
    assert filed.status_code == 201, filed.text
    side.ids["filed_reference"] = filed.get_json()["reference"]
