"""A hub that is tried out sends every mail to one address."""

from __future__ import annotations

from dataclasses import replace

import pytest

from config import SettingInvalid, Settings
from hub.adapters.mail.memory import MemoryMailer
from hub.adapters.mail.redirected import RedirectedMailer
from hub.bootstrap import real_ports
from hub.ports import OutgoingMail

MAIL = OutgoingMail("elle@person.example", "Sujet", "Texte", "<p>Texte</p>", "<a@hub>", "fr")


def test_only_the_recipient_changes() -> None:
    inner = MemoryMailer()
    RedirectedMailer(inner, "essais@hub.example").send(MAIL)
    assert inner.sent == [replace(MAIL, to="essais@hub.example")]


def test_the_setting_turns_all_mail_and_a_bad_address_stops_the_start(tmp_path, app) -> None:
    given = {"RIGHTS_HUB_HOME": str(tmp_path), "RIGHTS_HUB_ALL_MAIL_TO": "essais@hub.example"}
    settings = Settings.from_environment(given)
    assert isinstance(real_ports(settings, app).mailer, RedirectedMailer)
    for bad in ("a@b.example, c@d.example", "Nom <a@b.example>", "rien"):
        with pytest.raises(SettingInvalid, match="RIGHTS_HUB_ALL_MAIL_TO"):
            Settings.from_environment(given | {"RIGHTS_HUB_ALL_MAIL_TO": bad})
