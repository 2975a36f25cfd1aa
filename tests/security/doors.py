"""Every way by which somebody's name, address, birth or words come into a running hub.

Each door is given canaries, and checks that the hub took them: what was refused proves nothing.
"""

from __future__ import annotations

import re
import secrets
import smtplib
from dataclasses import dataclass, field
from datetime import date, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import requests

from hub.queries.caught_mail import caught_mails
from hub.state_folder import remembered_intake_port
from tests.journeys.cases import find_processing, is_delivered
from tests.journeys.directories import VALMONT_SIREN, VALMONT_TITLE
from tests.journeys.hubs import JourneyHub
from tests.running import eventually
from tests.security.canaries import Flock, Kind
from tests.security.visitors import Exchanged, Page, Visitor

AGENT = "lucie.besson@chu-valmont.example"
COLLEAGUE = "archives@chu-valmont.example"
DPO = "etienne.roussel@chu-valmont.example"
OPERATOR = "omar.fontaine@plateforme-donnees-sante.example"
HUB_COLLEAGUE = "archives@chu-valmont.example"
DPO = "irene.castaing@plateforme-donnees-sante.example"
REPLY_ADDRESS = re.compile(r"\br\.[\w.-]+@reponse\.hub\.example")
CODE = re.compile(r"^\s*(\d{3}) (\d{3})\s*$", re.M)


def paper_of(words: str) -> bytes:
    """A small PDF with these words in it."""
    return (
        f"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n%{words}\n"
        "trailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
    ).encode()


@dataclass
class Doors:
    """The hub, who knocks, and what was filed so far."""

    hub: JourneyHub
    flock: Flock
    exchanged: Exchanged
    secrets: list[str] = field(default_factory=list)
    """What opens a request or lets a program in: it must be found nowhere either."""
    opened: dict[str, Any] = field(default_factory=dict)

    def name(self) -> str:
        return self.flock.take(Kind.NAME)

    def email(self) -> str:
        return self.flock.take(Kind.EMAIL)

    def birth(self) -> date:
        return date.fromisoformat(self.flock.take(Kind.BIRTH))

    def text(self) -> str:
        return self.flock.take(Kind.TEXT)

    def visitor(self) -> Visitor:
        """Somebody who comes for the first time."""
        return Visitor(self.hub.address, self.exchanged)

    def token(self, scope: str) -> str:
        """A program's token of the hospital."""
        token = self.hub.token(VALMONT_SIREN, scope)
        self.secrets.append(token)
        return token

    def program(self, method: str, path: str, scope: str, **more: Any) -> requests.Response:
        """A call of a program."""
        headers = {"Authorization": f"Bearer {self.token(scope)}"} | more.pop("headers", {})
        reply = requests.request(
            method, f"{self.hub.address}/api/v1{path}", headers=headers, timeout=30, **more
        )
        self.exchanged.note(reply)
        return reply

    def file_on_the_web(self) -> None:
        """A person fills in the pages, confirms her address and comes back later."""
        person, asker = self.visitor(), self.email()
        base = find_processing(self.hub, VALMONT_TITLE)
        person.go("/demander/trouver")
        person.send("/demander/trouver", illness=self.text(), hospitals="Valmont")
        person.go(f"/demander?base={base}")
        person.send("/demander", right="access")
        filled = {
            "given_names": "Angèle",
            "family_name": self.name(),
            "birth_date": f"{self.birth():%d/%m/%Y}",
            "email": asker,
            "birth_name": self.name(),
            "birthplace": "Brest, France",
            "inclusion_number": "HZ-20417",
            "sex": "female",
        }
        person.send("/demander/identite", **self._asked(person.page, filled))
        person.send("/demander/precisions", statement=self.text())
        person.send("/demander/envoyer")
        self._keep_receipt(person.page, "web")
        code = self._code_mailed_to(asker)
        person.send("/suivre/confirmer", code=code)
        expect(person.page, "/suivre")

    def file_for_somebody(self) -> None:
        """An agent under mandate files for another, who is told of it."""
        agent = self.visitor()
        agent.go(f"/demander?base={find_processing(self.hub, VALMONT_TITLE)}")
        agent.go("/demander?droit=proche")
        agent.send("/demander/pour", capacity="agent")
        agent.send(
            "/demander/pour/precisions",
            name=f"Jean {self.name()}",
            rights=["access"],
            answer_to="representative",
            own_email=self.email(),
            own_postal_address=f"4 rue {self.name()}\n35000 Rennes",
        )
        if "/demander/identite" not in agent.page.address:
            agent.go(f"/demander?base={find_processing(self.hub, VALMONT_TITLE)}")
            agent.send("/demander", right="access")
        filled = {
            "given_names": "Yann",
            "family_name": self.name(),
            "birth_date": f"{self.birth():%d/%m/%Y}",
            "email": self.email(),
            "birth_name": "Martin",
            "birthplace": "Brest, France",
        }
        agent.send("/demander/identite", **self._asked(agent.page, filled))
        agent.send("/demander/precisions", statement=self.text())
        agent.send("/demander/envoyer")
        self._keep_receipt(agent.page, "mandate")

    def file_by_program(self) -> None:
        """One request by the API, then a table of two, one of them refused."""
        base = find_processing(self.hub, VALMONT_TITLE)
        body = {
            "right": "access",
            "processings": [base],
            "person": {
                "given_names": self.name(),
                "family_name": self.name(),
                "birth_date": self.birth().isoformat(),
                "email": self.email(),
                "identifiers": {"birth_name": self.name()},
            },
            "statement": self.text(),
        }
        key = {"Idempotency-Key": secrets.token_hex(16)}
        filed = self.program("POST", "/requests", "file", json=body, headers=key)
        assert filed.status_code == 201, filed.text
        receipt = filed.json()
        self.secrets.append(receipt["secret"])
        self.opened["api"] = receipt | {"family_name": body["person"]["family_name"]}
        refused = self.program("POST", "/requests", "file", json=body | {"right": self.text()})
        assert refused.status_code in (400, 422), refused.text
        table = (
            "key;right;processings;given_names;family_name;birth_date;email;statement\n"
            f"{uuid4()};access;{base};Yann;{self.name()};{self.birth()};{self.email()};x\n"
            f"{uuid4()};nothing;{base};Yann;{self.name()};1958-11-30;;{self.text()}\n"
        )
        report = self.program("POST", "/requests:batch", "file", data=table.encode())
        assert report.json()["filed"] == report.json()["refused"] == 1, report.text
        line = next(one for one in report.json()["lines"] if one["result"] == "filed")
        self.secrets.append(line["receipt"]["secret"])

    def refuse_all_reuse(self) -> None:
        """The refusal of all reuse, with a complaint."""
        person = self.visitor()
        person.go("/demander/refus-europeen")
        person.send(
            "/demander/refus-europeen",
            given_names="Angèle",
            family_name=self.name(),
            birth_date=f"{self.birth():%d/%m/%Y}",
            email=self.email(),
        )
        self._keep_receipt(person.page, "refusal")
        person.go("/suivre/refus-europeen/reclamation")
        person.send("/suivre/refus-europeen/reclamation", text=self.text())
        assert person.page.status == 200, person.page.address

    def be_identified(self) -> None:
        """FranceConnect of the demonstration says who she is; she goes no further."""
        person = self.visitor()
        person.go(f"/demander?base={find_processing(self.hub, VALMONT_TITLE)}")
        person.send("/demander", right="access")
        name = self.name()
        person.send("/identite/demande/franceconnect")
        person.follow_refresh()
        person.send(
            urlsplit(person.page.address).path,
            person="other",
            given_names="Odette",
            family_name=name,
            birth_date="08/03/1965",
        )
        expect(person.page, "/demander/identite")
        assert name in person.page.text

    def key_in_a_letter(self) -> None:
        """A member types what came by post, with its scan."""
        agent = self.visitor().sign_in(AGENT)
        agent.go("/saisie")
        scan = {"scan": ("lettre.pdf", paper_of("lettre"), "application/pdf")}
        agent.send(
            "/saisie",
            files=scan,
            channel="post",
            arrived_on=f"{date.today():%Y-%m-%d}",  # noqa: DTZ011 (as the page's calendar gives it)
            rights=["access"],
            bases=[find_processing(self.hub, VALMONT_TITLE)],
            given_names="Odette",
            family_name=self.name(),
            birth_date=f"{self.birth():%d/%m/%Y}",
            email=self.email(),
            statement=self.text(),
        )
        assert agent.page.status == 200, agent.page.text

    def bring_a_backlog(self, folder: Path) -> None:
        """Earlier requests, from a file of the hospital's own."""
        file = folder / "reprise.csv"
        file.write_text(
            "Date;Nom;Prénom;Date de naissance;Droit;Canal;E-mail;Base;Demande\n"
            f"{date.today():%d/%m/%Y};{self.name()};Marie;{self.birth():%d/%m/%Y};accès;courrier;"  # noqa: DTZ011
            f"{self.email()};{VALMONT_TITLE};{self.text()}\n"
        )
        brought = self.hub.command("import", "backlog", file, "--siren", VALMONT_SIREN)
        assert brought.returncode == 0, brought.stdout + brought.stderr
        self.exchanged.sent.append(file.read_bytes())
        file.unlink()

    def work_on_the_case(self) -> None:
        """The hospital notes, asks, and answers with a file; she replies, and contests."""
        receipt = self.opened["api"]
        key = receipt["referrals"][0]["id"]
        assert eventually(lambda: is_delivered(self.hub, key, self.token("answer")))
        agent, case = self.visitor().sign_in(AGENT), f"/dossiers/{key}"
        agent.go("/dossiers")
        name = receipt["family_name"]
        agent.send("/dossiers/recherche", mots=name)
        assert name in agent.page.text, "what was filed is not found by who may read it"
        agent.go(case)
        agent.send(f"{case}/note", text=self.text())
        agent.go(f"{case}/collegue")
        agent.send(
            f"{case}/collegue",
            name="Service des archives",
            email=COLLEAGUE,
            text=self.text(),
            reply_by_on=f"{date.today() + timedelta(days=7):%Y-%m-%d}",  # noqa: DTZ011
        )
        agent.go(f"{case}/question")
        agent.send(f"{case}/question", text=self.text())
        person = self.visitor()
        person.go("/suivre")
        person.send("/suivre", reference=receipt["reference"], secret="AAAA-AAAA-AAAA")
        person.go("/suivre")
        person.send("/suivre", reference=receipt["reference"], secret=receipt["secret"])
        found = re.search(r"/suivre/question/[\w-]+", person.page.text)
        assert found, person.page.address
        person.go(found[0])
        carte = {"files": (f"{self.text()}.pdf", paper_of("carte"), "application/pdf")}
        person.send(found[0], files=carte, text=self.text())
        agent.go(case)
        answer = {"outcome": "granted", "text": self.text()}
        given = self.program("POST", f"/referrals/{key}/answer", "answer", json=answer)
        assert given.status_code == 200, given.text
        person.go("/suivre/ma-demande")

    def write_by_mail(self) -> None:
        """Somebody answers, from a mailbox that nobody knows, to the address of a notice."""
        mail = EmailMessage()
        sender, subject, text = self.email(), self.text(), self.text()
        mail["From"], mail["Subject"], mail["To"] = sender, subject, self._reply_address()
        mail.set_content(text)
        self.exchanged.sent.append("\n".join((sender, subject, text)).encode())
        port = remembered_intake_port(self.hub.home)
        with smtplib.SMTP("127.0.0.1", port, timeout=20) as server:
            server.send_message(mail)

    def knock_in_vain(self) -> None:
        """Wrong sign-in, lost code: what is typed at a door that stays shut."""
        stranger = self.visitor()
        stranger.go("/connexion")
        stranger.send("/connexion", email=self.email(), password=self.text())
        stranger.go("/suivre/perdu")
        stranger.send(
            "/suivre/perdu", reference=self.opened["api"]["reference"], email=self.email()
        )

    def _reply_address(self) -> str:
        def named() -> str:
            for mail in caught_mails(self.hub.spool):
                if found := REPLY_ADDRESS.search(mail.text):
                    return found[0]
            return ""

        assert eventually(lambda: bool(named())), "no notice gave an address"
        return named()

    def _asked(self, page: Page, filled: dict[str, str]) -> dict[str, str]:
        """What this page asks of it."""
        shown = page.text
        return {name: text for name, text in filled.items() if f'name="{name}"' in shown}

    def _keep_receipt(self, page: Page, door: str) -> None:
        found = {
            name: re.search(rf'id="{name}"[^>]*>\s*([^<\s]+)', page.text)
            for name in ("reference", "secret")
        }
        assert all(found.values()), (page.address, page.status, page.text[-3000:])
        kept = {name: match[1] for name, match in found.items() if match}
        self.secrets.append(kept["secret"])
        self.opened[door] = kept

    def _code_mailed_to(self, address: str) -> str:
        def code() -> str:
            for mail in caught_mails(self.hub.spool):
                if address in mail.recipients and (found := CODE.search(mail.text)):
                    return found[1] + found[2]
            return ""

        assert eventually(lambda: bool(code())), "no code was mailed"
        return code()


def expect(page: Page, path: str) -> None:
    """The page that was reached."""
    assert path in page.address, (page.address, page.status)
    assert page.status == 200, (page.address, page.status)
