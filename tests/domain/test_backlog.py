"""Tables of others: their headers, and the words by which they name a right or a channel."""

from datetime import date

import pytest

from hub.domain.backlog import (
    ALIASES,
    CAPACITY_WORDS,
    CHANNEL_WORDS,
    RIGHT_WORDS,
    SEEN_WORDS,
    BacklogRow,
    Column,
    Fallbacks,
    capacity_in,
    channel_in,
    recognised,
    right_in,
    seen_in,
)
from hub.domain.directory import fold
from hub.domain.representation import Capacity
from hub.domain.rights import Right
from hub.domain.sightings import SeenKind

HEADERS = {
    "key": "Key|ID|N°|Numéro|Référence|REFERENCE|Number|Dossier|Message-ID",
    "received_on": (
        "received_on|Received on|Reçu le|Date de réception|Date|Received|Date reçue|"
        "Date de la demande|Date d'arrivée|Arrivée"
    ),
    "right": "Right|Droit|Type|Type de demande|Demande|Objet|Nature",
    "given_names": "given_names|Prénom|Prénoms|First name|Given names",
    "family_name": "family_name|Nom|Nom de famille|Surname|Last name|Name",
    "full_name": "full_name|Nom et prénom|Demandeur|Personne|Expéditeur|From",
    "birth_date": "birth_date|Date de naissance|Né le|Né(e) le|Born on",
    "email": "Email|E-mail|Courriel|Adresse e-mail|Mail|Adresse électronique",
    "postal_address": "postal_address|Adresse|Adresse postale|Address",
    "phone": "Phone|Téléphone|TELEPHONE|Tél.",
    "channel": "Channel|Canal|Voie|Mode|Reçu par|Moyen",
    "processing": "Processing|Base|Traitement|Base de données|Projet|Étude",
    "statement": "Statement|Texte|Message|Contenu|Commentaire|Body|Détail",
    "capacity": "Capacity|Qualité|Agit en qualité de|En qualité de",
    "representative": "Representative|Représentant|Mandataire|Représenté par",
    "mandate_ends_on": "mandate_ends_on|Fin du mandat|Mandat jusqu'au",
    "seen": "Seen|Pièce vue|Document vu|Justificatif vu",
    "seen_on": "seen_on|Vu le|Vue le",
    "seen_by": "seen_by|Vu par|Vue par",
}
CAPACITIES = {
    "parent": "Parent|père|Mère|autorité parentale",
    "guardian": "Guardian|tuteur|tutrice|sous tutelle|habilitation familiale",
    "curator": "Curator|curateur|curatrice|sous curatelle",
    "heir": "Heir|héritier|héritière|ayant droit",
    "association": "association agréée",
    "agent": "Agent|mandataire|sous mandat|Avocate",
}
PAPERS = {
    "lasting_mandate": "Mandat de protection future|lasting power",
    "mandate": "Mandat|procuration",
    "family_booklet": "Livret de famille|family booklet",
    "judgment": "Jugement|judgment|ordonnance du juge",
    "deed_of_heirship": "Acte de notoriété|deed of heirship",
    "identity_document": "Pièce d'identité|identity card|passeport|CNI",
}
RIGHTS = {
    "access": "Droit d'accès|access|Copie du dossier|Article 15 RGPD|art. 15",
    "rectification": "Rectification|correction d'une date|article 16|art. 16",
    "erasure": ("Erasure|effacement|Suppression|droit à l'oubli|article 17|art. 17|delete my data"),
    "restriction": "Restriction|limitation|article 18|art. 18",
    "portability": "Portabilité|portability|article 20|art. 20",
    "objection": "Objection|Opposition|article 21|art. 21",
    "consent_withdrawal": "Consentement|retrait",
}
CHANNELS = {
    "post": "Post|La Poste|courrier|Lettre|recommandé|letter",
    "email": "E-mail|email|courriel|messagerie sécurisée",
    "phone": "Phone|téléphone|appel|tél.",
    "counter": "Counter|guichet|accueil|visite|sur place",
    "web": "Web|site internet|formulaire|en ligne|online form",
}


def each(table: dict[str, str]) -> list[tuple[str, str]]:
    return [(words, name) for name, several in table.items() for words in several.split("|")]


@pytest.mark.parametrize(("title", "column"), each(HEADERS))
def test_a_header_is_recognised_as_people_write_it(title: str, column: str) -> None:
    assert recognised({3: title, 4: "Autre chose"}) == {Column(column): 3}


@pytest.mark.parametrize(("words", "right"), each(RIGHTS))
def test_a_right_is_understood_from_a_few_words(words: str, right: str) -> None:
    assert right_in(words) is Right(right)


@pytest.mark.parametrize(("words", "channel"), each(CHANNELS))
def test_a_channel_is_understood_from_a_few_words(words: str, channel: str) -> None:
    assert channel_in(words) == channel


@pytest.mark.parametrize(("words", "capacity"), each(CAPACITIES))
def test_who_acts_is_understood_from_a_few_words(words: str, capacity: str) -> None:
    assert capacity_in(words) is Capacity(capacity)


@pytest.mark.parametrize(("words", "paper"), each(PAPERS))
def test_a_paper_looked_at_is_understood_from_a_few_words(words: str, paper: str) -> None:
    assert seen_in(words) is SeenKind(paper)


def test_words_that_name_nothing_are_not_guessed() -> None:
    assert capacity_in("voisine") is None
    assert seen_in("photo") is None
    assert right_in("réclamation") is None
    assert channel_in("pigeon") is None
    assert recognised({0: "Couleur"}) == {}


def test_of_two_columns_with_one_meaning_the_first_is_taken() -> None:
    assert recognised({2: "Nom", 5: "Surname"}) == {Column.FAMILY_NAME: 2}
    assert recognised({5: "Surname", 2: "Nom"}) == {Column.FAMILY_NAME: 5}


def test_no_alias_is_said_twice_nor_means_two_columns() -> None:
    titles = [fold(alias) for aliases in ALIASES.values() for alias in aliases]
    assert len(titles) == len(set(titles))
    assert set(ALIASES) == set(Column)


@pytest.mark.parametrize("table", [RIGHT_WORDS, CHANNEL_WORDS, CAPACITY_WORDS, SEEN_WORDS])
def test_no_word_is_listed_that_a_shorter_one_already_finds(table) -> None:
    for words in table.values():
        assert not [one for one in words for other in words if other != one and other in one]


def test_a_row_that_says_no_channel_came_by_post() -> None:
    assert Fallbacks().channel == "post"


def test_what_a_row_does_not_say_is_left_empty() -> None:
    row = BacklogRow(2, "", date(2026, 6, 3), Right.ACCESS, "post", "Angèle", "Dubois")
    assert row.birth_date is None
    unsaid = (row.email, row.postal_address, row.phone, row.processing, row.statement)
    assert unsaid == ("",) * 5
    assert row.seen_by == ""
