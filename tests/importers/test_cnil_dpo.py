"""The CNIL's register: one designation a body, the latest; no person's mailbox is kept."""

import csv
import io

from hub.domain.directory import Channel, ContactRole
from hub.domain.directory_records import FindingCode
from hub.importers.cnil_dpo import read_cnil_dpo

HEADER = [
    *(
        f"{word} organisme {who}"
        for who in ("désignant", "désigné")
        for word in ("SIREN", "Nom", "Secteur activité", "Code NAF", "Adresse postale",
                     "Code postal", "Ville", "Pays")
    ),
    *(
        f"Moyen contact DPO {way}"
        for way in ("email", "url", "téléphone", "adresse postale", "code postal", "ville",
                    "pays", "autre")
    ),
]  # fmt: skip
HEADER[8:8] = ["Type de DPO", "Date de la désignation"]


def register(*rows: dict[str, str]) -> bytes:
    """A register as the CNIL writes it: quoted, `;`, byte order mark, CRLF."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(
        out, HEADER, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n", restval="NULL"
    )
    writer.writeheader()
    writer.writerows(rows)
    return ("\ufeff" + out.getvalue()).encode()


def row(siren: str, day: str, **others: str) -> dict[str, str]:
    return {
        "SIREN organisme désignant": siren,
        "Nom organisme désignant": "CHU de Brume",
        "Date de la désignation": day,
    } | {f"Moyen contact DPO {name}": value for name, value in others.items()}


def test_the_header_has_26_columns() -> None:
    assert len(HEADER) == 26


def test_the_latest_designation_wins() -> None:
    records = read_cnil_dpo(
        register(
            row("999003007", "02/03/2024", email="dpo@neuf.example"),
            row("999003007", "25/05/2018", email="dpo@vieux.example"),
        )
    )
    (organisation,) = records.organisations
    (contact,) = organisation.contacts
    assert contact.address == "dpo@neuf.example"
    assert (contact.role, contact.channel) == (ContactRole.DPO, Channel.EMAIL)
    assert [one.code for one in records.findings] == [FindingCode.OLDER_DESIGNATION]
    assert records.only_known


def test_a_mailbox_that_looks_like_a_persons_is_hidden() -> None:
    records = read_cnil_dpo(
        register(
            row("999003007", "01/01/2020", email="marie.durand@chu.example"),
            row("999004005", "01/01/2020", email="protection.donnees@hugf.example"),
            row("999005002", "01/01/2020", email="jdupont.rgpd@gmail.com"),
        )
    )
    kept = {one.siren: [c.address for c in one.contacts] for one in records.organisations}
    assert kept["999003007"] == []
    assert kept["999004005"] == ["protection.donnees@hugf.example"]
    assert "marie" not in str(records)


def test_null_is_nothing_and_a_postcode_gets_its_zero_back() -> None:
    records = read_cnil_dpo(
        register(
            row("999003007", "01/01/2020") | {
                "Adresse postale organisme désignant": "1 rue X",
                "Code postal organisme désignant": "1440",
                "Ville organisme désignant": "VIRIAT",
            }
        )
    )  # fmt: skip
    (organisation,) = records.organisations
    assert organisation.postal_address == "1 rue X\n01440 VIRIAT"
    assert organisation.contacts == ()
    assert "NULL" not in str(records)
