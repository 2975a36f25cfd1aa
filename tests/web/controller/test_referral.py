"""The page of one case and the acts on it, as an agent meets them."""

from __future__ import annotations


def test_an_agent_sees_the_case_whole(agent, desk):
    page = agent.get(desk.url)
    assert page.status_code == 200
    for words in ("Dubois", "copie de mes données", "Entrepôt de données de santé"):
        assert words in page.text
    assert agent.get("/dossiers").status_code == 200
