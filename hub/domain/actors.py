"""Who acts: a person, a member of an organisation, an API client, or the hub itself."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID


class ActorKind(StrEnum):
    """The kinds of actors the log can name; a contact is a controller's, by one case's link."""

    API_CLIENT = "api_client"
    COLLEAGUE = "colleague"
    CONTACT = "contact"
    MEMBER = "member"
    PERSON = "person"
    SYSTEM = "system"


class Role(StrEnum):
    """What a member may be (DESIGN §1); a member may hold several."""

    ADMINISTRATOR = "administrator"
    AGENT = "agent"
    CNIL_LIAISON = "cnil_liaison"
    DECISION_MAKER = "decision_maker"
    DPO = "dpo"
    HUB_AGENT = "hub_agent"
    HUB_DPO = "hub_dpo"
    OPERATOR = "operator"


@dataclass(frozen=True)
class Actor:
    """The one who acts; services and the log take it as an argument, never from a global."""

    kind: ActorKind
    id: UUID | None = None
    organisation_id: UUID | None = None
    roles: frozenset[Role] = field(default_factory=frozenset)
    name: str = ""

    @property
    def member_id(self) -> UUID | None:
        """The member's id, when it is a member who acts."""
        return self.id if self.kind is ActorKind.MEMBER else None


SYSTEM = Actor(ActorKind.SYSTEM, name="hub")


def contact(referral_id: UUID, organisation_id: UUID, name: str) -> Actor:
    """A controller's contact without account: known by the link of one referral alone."""
    return Actor(ActorKind.CONTACT, referral_id, organisation_id, name=name)


def person(rights_request_id: UUID | None = None) -> Actor:
    """The person behind a rights request (known by the request alone)."""
    return Actor(ActorKind.PERSON, id=rights_request_id)
