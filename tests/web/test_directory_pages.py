"""Who uses my health data? The list, its search, and one page a database, in both languages."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.demo.directory import load_directory
from hub.domain.actors import SYSTEM
from hub.domain.directory import Channel, ContactRole, ProcessingKind, Source
from hub.domain.directory_records import (
    ContactRecord,
    ControllerRecord,
    DirectoryRecords,
    OrganisationRecord,
    ProcessingRecord,
    PurposeRecord,
)
from hub.domain.legal_bases import LegalBasis
from hub.models.directory import Processing
from hub.services.directory_import import apply_directory_records
from tests.conftest import Unit
from tests.pages import CheckedClient

LIST = "/qui-utilise-mes-donnees"


@pytest.fixture
def loaded(unit: Unit) -> None:
    """The demonstration directory."""
    with unit(SYSTEM) as work:
        load_directory(work)


def address_of(session: Session, key: str) -> str:
    session.rollback()
    found = session.scalars(select(Processing.id).where(Processing.source_key == key)).one()
    return f"{LIST}/{found}"


def page(client: CheckedClient, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    text = response.get_data(as_text=True)
    assert len(text.encode()) < 100_000
    return text.replace("\u00a0", " ")


def test_an_empty_directory_says_what_will_appear(client: CheckedClient) -> None:
    assert "L’annuaire est encore vide" in page(client, f"{LIST}?lang=fr")


def test_the_list_is_searched_by_plain_words(client: CheckedClient, loaded: None) -> None:
    text = page(client, f"{LIST}?q=entrepots+valmont&lang=fr")
    assert "Entrepôt de données de santé du CHU de Valmont" in text
    assert "Clinique des Tilleuls" not in text
    assert 'value="entrepots valmont"' in text
    assert "Rien ne correspond" in page(client, f"{LIST}?q=zzz&lang=fr")


def test_the_list_is_paged_and_keeps_its_filters(client: CheckedClient, loaded: None) -> None:
    text = page(client, f"{LIST}?lang=fr")
    assert 'rel="next"' in text
    assert 'rel="prev"' not in text
    after = text.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = page(client, after)
    assert 'rel="prev"' in second
    only = page(client, f"{LIST}?type=projets&q=snds&lang=fr")
    assert 'name="type" value="projets"' in only
    assert "Dossier patient" not in only


@pytest.mark.parametrize("query", ["?apres=nope", "?type=autre", "?q=%00%25", "?q=" + "a" * 5000])
def test_an_odd_address_still_gives_a_page(client: CheckedClient, loaded: None, query: str) -> None:
    page(client, LIST + query)


def test_a_page_says_who_why_what_and_leads_to_the_form(
    client: CheckedClient, session: Session, loaded: None
) -> None:
    address = address_of(session, "snds")
    text = page(client, f"{address}?lang=fr")
    assert "Caisse nationale de l’Assurance maladie" in text
    assert "dpd@plateforme-donnees-sante.example" in text
    assert "La loi ne permet" in text
    assert "Nuage Hexagone SAS" in text
    assert "Canicules et passages aux urgences" in text
    assert f"/demander?base={address.rsplit('/', 1)[1]}" in text
    assert "Nom de naissance" in text


def test_consent_is_withdrawn_rather_than_objected_to(
    client: CheckedClient, session: Session, loaded: None
) -> None:
    text = page(client, f"{address_of(session, 'registre-souffle')}?lang=fr")
    assert "Retirer mon accord" in text
    assert "repose sur votre accord" in text


def test_every_page_of_the_demonstration_is_sound_in_english_too(
    client: CheckedClient, session: Session, loaded: None
) -> None:
    for key in session.scalars(select(Processing.source_key)).all():
        text = page(client, f"{address_of(session, key or '')}?lang=en")
        assert "Exercise my rights" in text
        assert "Qui est responsable" not in text


def test_a_closed_or_unknown_processing(
    client: CheckedClient, session: Session, unit: Unit, loaded: None
) -> None:
    assert client.get(f"{LIST}/00000000-0000-7000-8000-000000000000").status_code == 404
    assert client.get(f"{LIST}/nope").status_code == 404
    address = address_of(session, "bnmr")
    with unit(SYSTEM) as work:
        found = work.session.scalars(select(Processing).where(Processing.source_key == "bnmr"))
        found.one().is_open = False
    assert "/demander?base=" not in page(client, f"{address}?lang=fr")


def test_what_an_import_brought_is_shown_as_text(
    client: CheckedClient, session: Session, unit: Unit
) -> None:
    nasty = '"><script>alert(1)</script>'
    record = ProcessingRecord(
        "x",
        ProcessingKind.DATABASE,
        nasty,
        (ControllerRecord("o"),),
        (PurposeRecord(nasty, LegalBasis.CONSENT),),
        summary=nasty,
        population=nasty,
        sources_text=nasty,
    )
    with unit(SYSTEM) as work:
        apply_directory_records(
            work,
            DirectoryRecords(Source.HEALTHDCAT, (OrganisationRecord("o", nasty),), (record,)),
        )
    for address in (LIST, address_of(session, "x")):
        assert "<script>alert" not in page(client, address)


def test_an_unchecked_sheet_says_so_and_hides_a_persons_mailbox(
    client: CheckedClient, session: Session, unit: Unit
) -> None:
    contacts = tuple(
        ContactRecord(ContactRole.GENERAL, Channel.EMAIL, address)
        for address in ("jeanne.martin@labo.example", "contact@labo.example")
    )
    record = ProcessingRecord(
        "x",
        ProcessingKind.DATABASE,
        "Jeu",
        (ControllerRecord("o"),),
        (PurposeRecord("Étude", LegalBasis.LEGITIMATE_INTERESTS),),
    )
    organisation = OrganisationRecord("o", "Labo", contacts=contacts)
    with unit(SYSTEM) as work:
        apply_directory_records(
            work, DirectoryRecords(Source.HEALTHDCAT, (organisation,), (record,))
        )
    text = page(client, f"{address_of(session, 'x')}?lang=fr")
    assert "Cette fiche vient d’un catalogue public" in text
    assert "contact@labo.example" in text
    assert "jeanne.martin" not in text
    assert "Contact pour la protection des données" not in text
