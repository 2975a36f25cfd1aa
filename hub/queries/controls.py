"""The thirty controls of a DPO, each with what is found of it today."""

from datetime import date

from sqlalchemy.orm import Session

from hub.domain.controls import CONTROLS, Evidence
from hub.domain.policies import Policies
from hub.queries.control_cases import (
    cases_of,
    on_answers,
    on_identity,
    on_receipt,
    on_recipients,
    on_time,
)
from hub.queries.control_registers import on_breaches, on_hub, on_keeping, on_registers
from hub.queries.incidents import Register
from hub.queries.indicators import indicators
from hub.queries.oversight import Scope


def control_evidence(
    session: Session, scope: Scope, since_on: date, policies: Policies, register: Register
) -> tuple[Evidence, ...]:
    """What is found of each control, in order: of one organisation's cases, or of all.

    Cases are those received since a day; registers, files and lists are read as they stand.
    `register` is that of incidents, of the same scope.
    """
    cases = cases_of(scope, since_on)
    figures = indicators(session, scope.organisation_id, since_on, scope.today).whole
    found = [
        *on_receipt(session, scope, cases),
        *on_time(session, cases, figures, policies.controls),
        *on_identity(session, cases, scope, policies.identity),
        *on_answers(session, cases),
        *on_recipients(session, cases),
        *on_registers(session, scope),
        *on_keeping(session, scope, policies.retention),
        on_breaches(session, scope, register),
        *on_hub(session, scope, policies.records),
    ]
    by_code = {one.code: one for one in found}
    return tuple(by_code[code] for code in CONTROLS)
