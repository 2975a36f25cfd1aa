"""Who enters which part of the hub, role by role."""

import pytest

from hub.domain.actors import Role
from hub.domain.permissions import Permission, may_enter

P = Permission
WORK = {P.KEY_IN, P.READ_REFERRALS, P.WORK_REFERRALS}
MAY = {
    Role.ADMINISTRATOR: WORK | {P.ADMINISTER_ORGANISATION, P.DESCRIBE_PROCESSINGS},
    Role.AGENT: WORK,
    Role.CNIL_LIAISON: {P.READ_COMPLAINTS, P.TRANSMIT_COMPLAINTS},
    Role.DECISION_MAKER: WORK | {P.DESCRIBE_PROCESSINGS},
    Role.DPO: {P.AUDIT_ORGANISATION, P.DESCRIBE_PROCESSINGS, P.READ_REFERRALS},
    Role.HUB_AGENT: {P.DO_HUB_TASKS, P.KEY_IN},
    Role.HUB_DPO: {P.AUDIT_HUB, P.AUDIT_ORGANISATION, P.READ_COMPLAINTS, P.READ_RULES},
    Role.OPERATOR: {P.OPERATE, P.READ_RULES},
}


@pytest.mark.parametrize("role", Role)
def test_each_role_enters_where_its_work_is_and_nowhere_else(role: Role) -> None:
    entered = {one for one in Permission if may_enter(frozenset({role}), one)}
    assert entered == MAY[role] | {Permission.BE_SIGNED_IN}


def test_whoever_has_no_role_enters_nowhere() -> None:
    assert not any(may_enter(frozenset(), one) for one in Permission)


def test_a_member_with_two_roles_enters_by_either() -> None:
    both = frozenset({Role.DPO, Role.OPERATOR})
    assert may_enter(both, Permission.OPERATE)
    assert may_enter(both, Permission.AUDIT_ORGANISATION)
