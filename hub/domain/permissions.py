"""Who may enter which part of the hub: permission by role, as data."""

from enum import StrEnum

from hub.domain.actors import Role


class Permission(StrEnum):
    """What a page or an act of the portals asks of its member."""

    ADMINISTER_ORGANISATION = "administer_organisation"
    AUDIT_HUB = "audit_hub"
    AUDIT_ORGANISATION = "audit_organisation"
    BE_SIGNED_IN = "be_signed_in"
    DESCRIBE_PROCESSINGS = "describe_processings"
    DO_HUB_TASKS = "do_hub_tasks"
    KEY_IN = "key_in"
    OPERATE = "operate"
    READ_COMPLAINTS = "read_complaints"
    READ_REFERRALS = "read_referrals"
    READ_RULES = "read_rules"
    TRANSMIT_COMPLAINTS = "transmit_complaints"
    WORK_REFERRALS = "work_referrals"


_WORKERS = frozenset({Role.AGENT, Role.DECISION_MAKER, Role.ADMINISTRATOR})

ROLES_WITH: dict[Permission, frozenset[Role]] = {
    Permission.ADMINISTER_ORGANISATION: frozenset({Role.ADMINISTRATOR}),
    Permission.AUDIT_HUB: frozenset({Role.HUB_DPO}),
    Permission.AUDIT_ORGANISATION: frozenset({Role.DPO, Role.HUB_DPO}),
    Permission.BE_SIGNED_IN: frozenset(Role),
    Permission.DESCRIBE_PROCESSINGS: frozenset({Role.ADMINISTRATOR, Role.DECISION_MAKER, Role.DPO}),
    Permission.DO_HUB_TASKS: frozenset({Role.HUB_AGENT}),
    Permission.KEY_IN: _WORKERS | {Role.HUB_AGENT},
    Permission.OPERATE: frozenset({Role.OPERATOR}),
    Permission.READ_REFERRALS: _WORKERS | {Role.DPO},
    Permission.READ_COMPLAINTS: frozenset({Role.CNIL_LIAISON, Role.HUB_DPO}),
    Permission.READ_RULES: frozenset({Role.HUB_DPO, Role.OPERATOR}),
    Permission.TRANSMIT_COMPLAINTS: frozenset({Role.CNIL_LIAISON}),
    Permission.WORK_REFERRALS: _WORKERS,
}


def may_enter(roles: frozenset[Role], permission: Permission) -> bool:
    """Whether one of these roles gives the permission."""
    return bool(roles & ROLES_WITH[permission])
