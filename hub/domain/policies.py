"""What the law leaves to the hub, gathered: one frozen choice for a whole running hub."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from hub.domain.controls import ControlPolicy
from hub.domain.course import CoursePolicy
from hub.domain.hub_records import HubRecordPolicy
from hub.domain.identity_documents import IdentityDocumentPolicy
from hub.domain.identity_proof import ProofPolicy
from hub.domain.lost_code import LostCodePolicy
from hub.domain.notices import ChasingPolicy
from hub.domain.opt_outs import OptOutPolicy
from hub.domain.repeated_requests import RepeatPolicy
from hub.domain.retention import RetentionPolicy
from hub.errors import HubError


class PolicyOutOfBounds(HubError):
    """A number outside its bounds: `facts` are name, least and most."""

    code = "policy_out_of_bounds"


class PoliciesContradict(HubError):
    """Two numbers that cannot hold together: `facts['smaller']` must be below `['larger']`."""

    code = "policies_contradict"


@dataclass(frozen=True)
class Policies:
    """The policies in force; each default is the one the law's table proposes."""

    codes: LostCodePolicy = field(default_factory=LostCodePolicy)
    chasing: ChasingPolicy = field(default_factory=ChasingPolicy)
    course: CoursePolicy = field(default_factory=CoursePolicy)
    identity: IdentityDocumentPolicy = field(default_factory=IdentityDocumentPolicy)
    proofs: ProofPolicy = field(default_factory=ProofPolicy)
    retention: RetentionPolicy = field(default_factory=RetentionPolicy)
    opt_outs: OptOutPolicy = field(default_factory=OptOutPolicy)
    repeats: RepeatPolicy = field(default_factory=RepeatPolicy)
    controls: ControlPolicy = field(default_factory=ControlPolicy)
    records: HubRecordPolicy = field(default_factory=HubRecordPolicy)

    def value(self, name: str) -> int:
        """One number by its name, "retention.content_months"."""
        group, _, field_name = name.partition(".")
        return int(getattr(getattr(self, group), field_name))


BOUNDS: Mapping[str, tuple[int, int]] = {
    "retention.content_months": (6, 36),
    "retention.answer_days_after_download": (15, 90),
    "retention.answer_days_after_arrival": (30, 180),
    "retention.answer_notice_days": (7, 28),
    "retention.procedure_months": (12, 72),
    "retention.consultations_months": (6, 12),
    "retention.account_months": (12, 36),
    "retention.account_notice_days": (14, 60),
    "retention.objection_months": (36, 120),
    "retention.opt_out_months": (36, 120),
    "retention.log_part_days": (90, 180),
    "retention.journal_days": (7, 62),
    "retention.replay_days": (7, 90),
    "chasing.first_before": (3, 20),
    "chasing.second_before": (2, 19),
    "chasing.last_before": (1, 18),
    "chasing.weekly": (2, 31),
    "chasing.dpo_after": (1, 15),
    "chasing.hub_dpo_after": (1, 31),
    "chasing.person_after": (1, 15),
    "chasing.unacknowledged_after_working": (1, 10),
    "chasing.second_reader_after_working": (1, 5),
    "course.reply_days": (7, 30),
    "course.question_reminder_days": (7, 45),
    "course.question_closing_days": (30, 180),
    "course.confirmation_reminder_days": (1, 6),
    "repeats.never_excessive_months": (3, 12),
    "controls.most_extended_percent": (5, 50),
    "controls.most_questioned_percent": (5, 50),
    "records.review_months": (6, 36),
    "records.soon_days": (7, 90),
    "opt_outs.cut_off_minute": (18 * 60, 23 * 60 + 59),
    "codes.waiting_hours": (24, 240),
    "codes.valid_days": (2, 30),
    "identity.takes_copies": (0, 1),
    "identity.longest_days": (3, 30),
    "proofs.asked": (0, 1),
    "proofs.letter_days": (7, 60),
    "proofs.letter_tries": (3, 10),
    "proofs.visit_minutes": (10, 120),
    "proofs.controller_days": (30, 90),
}
"""What may be changed without a change of words or of law, from its least to its most."""

BELOW = (
    ("retention.answer_notice_days", "retention.answer_days_after_download"),
    ("retention.answer_notice_days", "retention.answer_days_after_arrival"),
    ("retention.content_months", "retention.procedure_months"),
    ("chasing.second_before", "chasing.first_before"),
    ("chasing.last_before", "chasing.second_before"),
    ("course.question_reminder_days", "course.question_closing_days"),
    ("chasing.dpo_after", "chasing.hub_dpo_after"),
)
"""Pairs of which the first must be the smaller."""


def policies_with(changes: Mapping[str, int]) -> Policies:
    """The default policies with some numbers changed, by name.

    Raises PolicyOutOfBounds, PoliciesContradict, or KeyError for a name that cannot be changed.
    """
    policies = Policies()
    for name, number in changes.items():
        least, most = BOUNDS[name]
        if not least <= number <= most:
            raise PolicyOutOfBounds(name=name, least=least, most=most)
        group, _, field_name = name.partition(".")
        changed = replace(getattr(policies, group), **{field_name: number})
        policies = replace(policies, **{group: changed})
    for smaller, larger in contradictions(policies):
        raise PoliciesContradict(smaller=smaller, larger=larger)
    return policies


def contradictions(policies: Policies) -> Iterator[tuple[str, str]]:
    """The pairs of names whose numbers cannot hold together."""
    for smaller, larger in BELOW:
        if policies.value(smaller) >= policies.value(larger):
            yield smaller, larger
