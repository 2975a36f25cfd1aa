"""A refusal of all reuse that came by letter, call or visit, recorded at the hub (EHDS 71)."""

import re
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select

from hub.domain.actors import SYSTEM, Role
from hub.domain.opt_outs import OptOutAct, OptOutPolicy
from hub.domain.representation import Capacity
from hub.models.opt_out import OptOutEntry
from hub.models.representation import RepresentationRow, Sighting
from hub.models.rights_request import IntakeChannel, RightsRequest
from tests.pages import CheckedClient
from tests.web.members import add_member, add_organisation, post, sign_in

PAGE = "/saisie/refus-europeen"
LETTER = {
    "channel": "post",
    "given_names": "Angèle",
    "family_name": "Dubois",
    "birth_date": "08/03/1965",
    "language": "fr",
}


@pytest.fixture
def ports(ports):
    """A hub whose register is open already."""
    opened = OptOutPolicy(from_on=date(2026, 1, 1))
    return replace(ports, policies=replace(ports.policies, opt_outs=opened))


@pytest.fixture
def enter(app, clock, unit):
    """Signs in as an agent of the hub, or of a hospital."""
    app.test_client_class = CheckedClient
    with unit(SYSTEM) as work:
        hub = add_organisation(work, "Concentrateur", runs_hub=True)
        add_member(work, hub, "agent@hub.example", Role.HUB_AGENT)
        add_member(work, add_organisation(work), "agent@chu.example", Role.AGENT)

    def entered(email="agent@hub.example"):
        visitor = app.test_client()
        sign_in(visitor, email, clock.now())
        return visitor

    return entered


def key_in(agent, page=None, **changes):
    page = page or agent.get(PAGE)
    hidden = {
        name: found[1]
        for name in ("key", "known")
        if (found := re.search(rf'name="{name}"[^>]*value="([^"]*)"', page.text))
    }
    return post(agent, PAGE, page, **(LETTER | hidden | changes))


def acts(session):
    session.rollback()
    return [one.act for one in session.scalars(select(OptOutEntry).order_by(OptOutEntry.id))]


def test_a_letter_counts_from_its_recording_and_earns_a_receipt_on_paper(enter, session):
    agent = enter()
    done = key_in(agent)
    assert "Le refus est enregistré" in done.text
    assert "accordées à partir du 14 septembre 2026" in done.text
    assert acts(session) == [OptOutAct.REGISTERED]
    row = session.scalar(select(RightsRequest))
    assert row.channel is IntakeChannel.POST
    fields = dict(re.findall(r'name="(key|reference)" value="([^"]+)"', done.text))
    paper = post(agent, f"{PAGE}/papier", done, **fields)
    assert paper.data.startswith(b"%PDF")
    wrong = post(agent, f"{PAGE}/papier", done, **fields | {"key": "0" * 32})
    assert wrong.status_code == 404


def test_a_parent_acts_for_a_child_and_not_for_an_adult_lil_70(enter, session):
    agent = enter()
    acting = {"capacity": "parent", "representative_name": "Marie Dubois"}
    refused = key_in(agent, **acting)
    assert refused.status_code == 422
    assert "18 ans ou plus" in refused.text.replace("\u00a0", " ")
    assert acts(session) == []
    seen = {"seen_kind": "family_booklet", "seen_on": "2026-09-14"}
    key_in(agent, birth_date="08/03/2016", **acting, **seen)
    assert acts(session) == [OptOutAct.REGISTERED]
    assert session.scalar(select(RepresentationRow.capacity)) is Capacity.PARENT
    assert session.scalar(select(func.count(Sighting.id))) == 1
    assert "Curateur" not in agent.get(PAGE).text


def test_the_same_person_is_seen_and_recorded_again_only_if_the_agent_says_so(enter, session):
    agent = enter()
    key_in(agent)
    again = key_in(agent, channel="phone")
    assert again.status_code == 409
    assert "Peut-être déjà" in again.text
    assert len(acts(session)) == 1
    key_in(agent, again, channel="phone")
    assert len(acts(session)) == 2


def test_who_writes_takes_it_back_with_her_reference_and_date_of_birth_x22(enter, session, clock):
    agent = enter()
    reference = re.search(r'name="reference" value="([^"]+)"', key_in(agent).text)[1]
    clock.advance(minutes=2)
    page = agent.get(PAGE)
    wrong = {"back-reference": reference, "back-birth_date": "09/03/1965"}
    refused = post(agent, f"{PAGE}/retirer", page, **wrong)
    assert refused.status_code == 422
    assert "ne vont pas ensemble" in refused.text
    mistyped = post(agent, f"{PAGE}/retirer", page, **wrong | {"back-reference": "x"})
    assert mistyped.status_code == 422
    good = wrong | {"back-birth_date": "08/03/1965"}
    assert post(agent, f"{PAGE}/retirer", page, **good).status_code == 302
    assert acts(session) == [OptOutAct.REGISTERED, OptOutAct.REVERSED]
    assert post(agent, f"{PAGE}/retirer", page, **good).status_code == 409


def test_only_an_agent_of_the_hub_records_it(enter):
    member = enter("agent@chu.example")
    assert member.get(PAGE).status_code == 403
    assert PAGE not in member.get("/saisie").text
    assert PAGE in enter().get("/saisie").text


class TestBeforeTheLawOpensIt:
    """Until 26 March 2029 (EHDS 105)."""

    @pytest.fixture
    def ports(self, ports):
        return replace(ports, policies=replace(ports.policies, opt_outs=OptOutPolicy()))

    def test_there_is_nothing_to_key_in(self, enter):
        agent = enter()
        assert agent.get(PAGE).status_code == 404
        assert PAGE not in agent.get("/saisie").text
