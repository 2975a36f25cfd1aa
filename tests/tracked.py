"""A request towards six controllers, each at another point, as a person comes to see it."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any
from uuid import UUID

from hub.adapters.clock import FrozenClock
from hub.domain.actors import SYSTEM, Actor, ActorKind, Role
from hub.domain.directory import OrganisationKind
from hub.domain.legal_bases import Context
from hub.domain.outcomes import Outcome
from hub.models.referral import ReferralItem
from hub.models.rights_request import RightsRequest
from hub.ports import Ports
from hub.services.acknowledging import draft_for_delivered, enter_drafts
from hub.services.answering import AnswerDraft, ItemAnswer, answer
from hub.services.delivering import deliver_to_portal
from hub.services.documents import receive_file
from hub.services.exchanging import add_note, ask_question, verify_identity
from hub.services.filing import file_request
from hub.services.filing_plans import Receipt, plan_filing
from hub.services.opening import open_referral
from hub.services.rerouting import transfer
from hub.services.working import ColleagueAsked, acknowledge, extend, open_task
from tests.factories import add_member, add_organisation, add_processing, draft_for, planned

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
NOTE = "Note interne : dossier sensible, voir avec le service juridique."
TASK = "Merci de retrouver le dossier papier de cette patiente."
HOSPITAL = "Centre hospitalier universitaire de Rennes"
COHORT = "Inserm, cohorte Constances"
REGISTRY = "Registre général des cancers de Bretagne"
LABORATORY = "Laboratoires Orvane"
AGENCY = "Santé publique France"
PLATFORM = "Plateforme des données de santé"
LETTER = (
    "Madame,\n\nVous trouverez ci-joint une copie des données que la cohorte détient sur vous.\n\n"
    "Avec nos salutations."
)
REASONS = (
    "Les données de l’étude ont été rendues anonymes le 3 mars 2025 : nous ne pouvons plus "
    "retrouver les vôtres."
)


@dataclass
class Tracked:
    """The receipt, and each controller's referral and agent, by name."""

    receipt: Receipt
    referrals: dict[str, UUID]
    agents: dict[str, Actor]
    answer_id: UUID
    refusal_id: UUID
    question_id: UUID
    task_id: UUID

    @property
    def person(self) -> Actor:
        """The one who filed."""
        return Actor(ActorKind.PERSON, self.receipt.rights_request_id)


def tracked_case(unit: Any, ports: Ports, clock: FrozenClock) -> Tracked:
    """File towards five controllers, let five weeks pass, and let each do something else."""
    receipt, referrals, agents = _filed(unit, ports)
    clock.advance(days=1, hours=1)
    for name in (HOSPITAL, COHORT, LABORATORY):
        with unit(agents[name]) as work:
            open_referral(work, referrals[name])
            acknowledge(work, referrals[name])
    clock.advance(days=3)
    with unit(agents[HOSPITAL]) as work:
        add_note(work, referrals[HOSPITAL], NOTE)
        asked = ColleagueAsked(
            "Paul Le Guen", "paul@chu.example", TASK, ("family_name",), clock.now().date()
        )
        task_id = open_task(work, referrals[HOSPITAL], asked)
        question_id = verify_identity(
            work,
            referrals[HOSPITAL],
            "Deux patientes portent votre nom. Dans quelle ville êtes-vous née ?",
            "Deux homonymes nées la même année.",
        )
    _transferred(unit, agents, referrals)
    with unit(agents[LABORATORY]) as work:
        words = "Les données sont réparties entre trois centres d’étude."
        extend(work, referrals[LABORATORY], "scattered_data", words)
    clock.advance(days=4, hours=3)
    answer_id = _granted(unit, ports, agents[COHORT], referrals[COHORT], receipt)
    refusal_id = _refused(unit, agents[PLATFORM], referrals[PLATFORM])
    clock.advance(days=27)
    return Tracked(receipt, referrals, agents, answer_id, refusal_id, question_id, task_id)


def _filed(unit: Any, ports: Ports) -> tuple[Receipt, dict[str, UUID], dict[str, Actor]]:
    kinds = {
        HOSPITAL: (OrganisationKind.PUBLIC_HOSPITAL, "Entrepôt de données de santé eHOP"),
        COHORT: (OrganisationKind.PUBLIC_BODY, "Cohorte Constances"),
        REGISTRY: (OrganisationKind.ASSOCIATION, "Registre général des cancers"),
        LABORATORY: (OrganisationKind.COMPANY, "Étude DIAB-2 : complications du diabète"),
        AGENCY: (OrganisationKind.PUBLIC_BODY, "Surveillance des infarctus"),
        PLATFORM: (OrganisationKind.PUBLIC_BODY, "Étude CARDIO-7, reprise du SNDS"),
    }
    agents, ids, parts = {}, {}, []
    with unit(SYSTEM) as work:
        for name, (kind, title) in kinds.items():
            ids[name] = add_organisation(work, name, kind=kind)
            agents[name] = add_member(work, ids[name], Role.AGENT, name="Louise Martin")
            research = name in (PLATFORM, LABORATORY)
            context = Context.HEALTH_RESEARCH if research else Context.HEALTH_WAREHOUSE
            processing = add_processing(work, ids[name], title=title, context=context)
            parts.append(planned(ids[name], processing))
    plan = plan_filing(draft_for(*parts), ports.keyring, ports.clock.now())
    with unit(SYSTEM) as work:
        receipt = file_request(work, plan)
    with unit(SYSTEM) as work:
        for key in ids.values():
            deliver_to_portal(work, f"organisation:{key}")
        enter_drafts(work, draft_for_delivered(work, len(ids)))
    rows = next(rows for table, rows in plan.rows if table.name == "referral")
    by_organisation = {row["organisation_id"]: row["id"] for row in rows}
    return receipt, {name: by_organisation[key] for name, key in ids.items()}, agents


def _transferred(unit: Any, agents: dict[str, Actor], referrals: dict[str, UUID]) -> None:
    with unit(agents[AGENCY]) as work:
        registry_id = agents[REGISTRY].organisation_id
        assert registry_id
        transfer(work, referrals[AGENCY], registry_id, "Le registre tient ces données.")


def _granted(unit: Any, ports: Ports, agent: Actor, referral_id: UUID, receipt: Receipt) -> UUID:
    with unit(agent) as work:
        row = work.session.get_one(RightsRequest, receipt.rights_request_id)
        items = _items(work, referral_id, Outcome.GRANTED)
        stored = receive_file(
            ports, "mes-donnees.pdf", BytesIO(PDF), sealed_to=row.box_public, limit=10_000_000
        )
        return answer(work, referral_id, AnswerDraft(LETTER, items, (stored,)))


def _refused(unit: Any, agent: Actor, referral_id: UUID) -> UUID:
    with unit(agent) as work:
        facts = {"ground": "ALL-UNIDENTIFIED", "reasons": REASONS, "evidence": "Recherche du 9."}
        items = _items(work, referral_id, Outcome.CANNOT_IDENTIFY, **facts)
        text = "Madame, nous ne pouvons pas donner suite à votre demande."
        alone = "Je suis seule au service."
        return answer(work, referral_id, AnswerDraft(text, items, alone_reason=alone))


def _items(work: Any, referral_id: UUID, outcome: Outcome, **facts: str) -> tuple[ItemAnswer, ...]:
    rows = work.session.query(ReferralItem).filter_by(referral_id=referral_id)
    return tuple(ItemAnswer(row.processing_id, outcome, **facts) for row in rows)


def question_of(unit: Any, case: Any, text: str = "Quelle année ?") -> UUID:
    """A question of the agent of a plain case."""
    with unit(case.agent) as work:
        return ask_question(work, case.referral_id, text)
