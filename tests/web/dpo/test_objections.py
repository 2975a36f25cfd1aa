"""A DPO reads who is kept out of what, on any day, without a name."""

from hub.domain.actors import Role
from hub.domain.outcomes import Outcome
from hub.domain.rights import Right
from tests.factories import open_case
from tests.pages import CheckedClient
from tests.web.api.test_objections import give
from tests.web.controller.conftest import member_of
from tests.web.members import sign_in

LIST = "/dpo/oppositions"


def test_the_dpo_sees_how_many_are_kept_out_on_a_day_and_the_list_of_a_project_c19(
    app, unit, ports, clock
):
    case = open_case(unit, ports, right=Right.OBJECTION)
    give(unit, case, Outcome.GRANTED)
    member_of(unit, case, "dpo@chu.example", Role.DPO)
    app.test_client_class = CheckedClient
    dpo = app.test_client()
    sign_in(dpo, "dpo@chu.example", clock.now())
    page = dpo.get(LIST).text
    assert "Entrepôt de données de santé" in page
    assert "À la date du 14 septembre 2026" in page
    assert "Personne n’était écarté ce jour-là" in dpo.get(f"{LIST}?le=13/09/2026").text
    assert "Pas après aujourd’hui" in dpo.get(f"{LIST}?le=15/09/2026").text
    chosen = dpo.get(f"{LIST}?projet={case.processing_id}&le=14/09/2026")
    shown = dpo.get(chosen.location)
    assert shown.text.count("<code>") == 1
    assert "Dubois" not in shown.text
    rows = dpo.get(f"{LIST}/{case.processing_id}.csv").data.decode("utf-8-sig").splitlines()
    assert rows[1].split(";")[1:] == [
        "Entrepôt de données de santé",
        "CHU de Rennes",
        "14/09/2026",
        "14/09/2026",
    ]
    assert ";1;" in dpo.get(f"{LIST}.csv").data.decode("utf-8-sig")
    other = open_case(unit, ports, organisation="Institut B")
    assert dpo.get(f"{LIST}/{other.processing_id}").status_code == 404
