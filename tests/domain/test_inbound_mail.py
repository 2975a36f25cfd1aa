"""What a mail that comes back is, and reading it within bounds."""

import time
from dataclasses import replace
from email.message import EmailMessage

import pytest

from hub.domain.inbound_mail import (
    BOUNCES,
    HARD_BOUNCES,
    MOST_A_DAY,
    MOST_WAITING,
    DeliveryStatus,
    MailClass,
    MailSigns,
    class_of,
    is_known_sender,
    own_words,
    status_code,
)
from hub.domain.mail_reading import MailUnreadable, read_mail, recipient_named

SENDER = "dpo@chu.example"
DIGEST = b"A: b\r\nContent-Type: multipart/digest; boundary=b\r\n\r\n"


def mail(text: str = "Aucune donnée.", **headers: str) -> EmailMessage:
    """A plain mail of a controller."""
    message = EmailMessage()
    message["From"] = f"Déléguée <{SENDER}>"
    message["Subject"] = "Re : à lire"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def read_class(message: EmailMessage, envelope_from: str = SENDER) -> MailClass:
    return class_of(read_mail(message.as_bytes(), envelope_from).signs)


def report(action: str, status: str) -> bytes:
    """What a mail server sends back (RFC 3464)."""
    return (
        "From: MAILER-DAEMON@chu.example\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nNot delivered.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.chu.example\r\n\r\n"
        f"Final-Recipient: rfc822; dpo@chu.example\r\nAction: {action}\r\nStatus: {status}\r\n\r\n"
        "--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        "Message-ID: <0199@hub.example>\r\nSubject: x\r\n\r\n--b--\r\n"
    ).encode()


@pytest.mark.parametrize(
    ("action", "status", "expected"),
    [
        ("failed", "5.1.1", MailClass.HARD_BOUNCE),
        ("failed", "5.2.1 (mailbox disabled)", MailClass.HARD_BOUNCE),
        ("failed", "5.0.0", MailClass.HARD_BOUNCE),
        ("failed", "5.2.2", MailClass.SOFT_BOUNCE),
        ("failed", "5.7.1", MailClass.SOFT_BOUNCE),
        ("failed", "4.4.7", MailClass.SOFT_BOUNCE),
        ("delayed", "4.4.1", MailClass.SOFT_BOUNCE),
        ("delivered", "2.0.0", MailClass.RECEIPT),
        ("failed", "what?", MailClass.SOFT_BOUNCE),
    ],
)
def test_a_report_says_whether_the_address_is_wrong_for_good_rfc_3464(
    action: str, status: str, expected: MailClass
) -> None:
    found = read_mail(report(action, status), "<>")

    assert class_of(found.signs) is expected
    assert found.answers_to == ("0199@hub.example",)
    assert found.signs.statuses[0].recipient == "dpo@chu.example"


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated; x=y"},
        {"Precedence": "bulk"},
        {"X_Autoreply": "yes"},
        {"X_Auto_Response_Suppress": "DR, OOF, AutoReply"},
        {"List_Id": "<news.chu.example>"},
    ],
)
def test_a_machine_s_reply_is_never_taken_for_an_answer_rfc_3834(headers: dict[str, str]) -> None:
    assert read_class(mail(**headers)) is MailClass.AUTO_REPLY


def test_a_mail_without_envelope_sender_is_a_machine_s_and_a_person_s_is_a_reply() -> None:
    assert read_class(mail(), "<>") is MailClass.AUTO_REPLY
    assert read_class(mail()) is MailClass.REPLY
    assert read_class(mail(Auto_Submitted="no")) is MailClass.REPLY
    assert class_of(MailSigns(is_report=True)) is MailClass.SOFT_BOUNCE
    none_read = (DeliveryStatus("expanded", "2.0.0"),)
    assert class_of(MailSigns(is_report=True, statuses=none_read)) is MailClass.RECEIPT


def test_the_sender_s_own_words_are_kept_without_what_they_quote() -> None:
    text = "Bonjour,\nAucune donnée.\n\nLe 14 septembre 2026, Hub a écrit :\n> Bonjour\n> lien"

    assert own_words(text) == "Bonjour,\nAucune donnée."
    assert own_words("Oui.\n-----Message d'origine-----\nDe : x") == "Oui."
    assert own_words("> vous demandez\nNous répondons ici.") == "Nous répondons ici."


def test_a_mail_with_files_and_a_page_is_read_whole() -> None:
    message = mail()
    message.set_content("<head><title>x</title></head><p>Voici&nbsp;tout.</p><p>D.</p>", "html")
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="vos.pdf")

    found = read_mail(message.as_bytes(), SENDER)

    assert (found.sender, found.subject) == (SENDER, "Re : à lire")
    assert found.text.split() == ["Voici", "tout.", "D."]
    assert [(one.name, one.content) for one in found.files] == [("vos.pdf", b"%PDF-1.7")]


def test_a_known_domain_is_known_and_a_shared_one_is_not() -> None:
    known = ["dpo@chu.example", "cabinet@orange.fr"]

    assert is_known_sender("Marie.Petit@CHU.example", known)
    assert is_known_sender("cabinet@orange.fr", known)
    assert not is_known_sender("else@orange.fr", known)
    assert not is_known_sender("dpo@evil-chu.example", known)
    assert not is_known_sender("", known)


def _nested(depth: int) -> bytes:
    return b"From: a@b.example\r\n" + b"Content-Type: message/rfc822\r\n\r\n" * depth + b"x"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "broken"),
        (b"\r\n\r\nno header", "broken"),
        (b"From: a@b.example\r\n" + b"X-A: b\r\n" * 5_000 + b"\r\nx", "headers"),
        (b"From: a@b.example\r\nX: " + b"a" * 100_000 + b"\r\n\r\nx", "headers"),
        (_nested(30), "depth"),
        (_nested(5_000), "parts"),
        (DIGEST + b"--b\r\n\r\n" * 20_000, "parts"),
        (b"A: b\r\nContent-Type: text/plain;" + b"\r\n a=b;" * 500 + b"\r\n\r\nx", "headers"),
    ],
)  # fmt: skip
def test_a_bomb_is_refused_at_the_cost_of_a_scan(content: bytes, reason: str) -> None:
    begun = time.process_time()

    with pytest.raises(MailUnreadable) as refused:
        read_mail(content, SENDER)

    assert refused.value.facts["reason"] == reason
    assert time.process_time() - begun < 2


def test_malformed_parts_lose_neither_the_mail_nor_its_words() -> None:
    content = (
        b"From: =?utf-9?q?x <dpo@chu.example>\r\nSubject: =?nope?b?!?=\r\n"
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/plain; charset=klingon\r\n\r\nr\xc3\xa9ponse\r\n--c\r\n"
    )

    found = read_mail(content, SENDER)

    assert found.sender == SENDER
    assert "réponse" in found.text


def test_a_pipe_that_names_no_recipient_finds_it_on_top_of_the_mail() -> None:
    assert recipient_named(b"X-Original-To: r.abc@x.example\nTo: b@c.example\n\nhi") == (
        "r.abc@x.example"
    )
    assert recipient_named(b"To: b@c.example\n\nhi") == ""


PERSONS_OWN = MailSigns(envelope_from=SENDER)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, MailClass.REPLY),
        ({"auto_submitted": " No ; x=y"}, MailClass.REPLY),
        ({"auto_submitted": "Auto-Replied"}, MailClass.AUTO_REPLY),
        ({"precedence": "first-class"}, MailClass.REPLY),
        ({"precedence": "auto_reply"}, MailClass.AUTO_REPLY),
        ({"precedence": " Bulk "}, MailClass.AUTO_REPLY),
        ({"precedence": "junk"}, MailClass.AUTO_REPLY),
        ({"precedence": "list"}, MailClass.AUTO_REPLY),
        ({"is_list": True}, MailClass.AUTO_REPLY),
        ({"suppresses_replies": True}, MailClass.AUTO_REPLY),
        ({"is_auto_response": True}, MailClass.AUTO_REPLY),
        ({"envelope_from": ""}, MailClass.AUTO_REPLY),
        ({"envelope_from": "<>"}, MailClass.AUTO_REPLY),
    ],
)
def test_one_sign_of_a_machine_is_enough_rfc_3834_5(changes, found) -> None:
    assert class_of(replace(PERSONS_OWN, **changes)) is found


def test_a_mail_of_which_nothing_is_known_came_without_a_sender() -> None:
    assert MailSigns() == MailSigns("", "", "", statuses=())
    assert class_of(MailSigns()) is MailClass.AUTO_REPLY
    assert DeliveryStatus("failed", "5.1.1").recipient == ""


@pytest.mark.parametrize(
    ("statuses", "found"),
    [
        ([("failed", "5.3.0")], MailClass.SOFT_BOUNCE),
        ([("failed", "5.6.0")], MailClass.SOFT_BOUNCE),
        ([("failed", "5.2.3")], MailClass.HARD_BOUNCE),
        ([("failed", "5.1.2")], MailClass.HARD_BOUNCE),
        ([("failed", "4.1.1")], MailClass.SOFT_BOUNCE),
        ([("Failed", " 5.1.1 ")], MailClass.HARD_BOUNCE),
        ([("delivered", "2.0.0"), ("failed", "5.1.1")], MailClass.HARD_BOUNCE),
        ([("delivered", "2.0.0"), ("Delayed", "4.4.1")], MailClass.SOFT_BOUNCE),
        ([("delivered", "5.1.1")], MailClass.RECEIPT),
        ([("relayed", "2.0.0")], MailClass.RECEIPT),
    ],
)
def test_only_an_address_refused_for_good_is_a_hard_bounce_rfc_3463(statuses, found) -> None:
    signs = MailSigns(is_report=True, statuses=tuple(DeliveryStatus(*one) for one in statuses))
    assert class_of(signs) is found
    assert (found in BOUNCES) is (found is not MailClass.RECEIPT)


def test_the_first_code_that_can_be_read_is_told() -> None:
    codes = [DeliveryStatus("failed", one) for one in ("?", " 5.2.1 (off)", "4.4.7")]
    assert status_code(codes) == "5.2.1"
    assert status_code(codes[:1]) == ""


def test_who_sends_without_end_is_asked_to_come_back_tomorrow() -> None:
    assert (MOST_A_DAY, MOST_WAITING, HARD_BOUNCES) == (50, 5_000, 2)


@pytest.mark.parametrize(
    "domain",
    [
        *("free.fr", "gmail.com", "gmx.com", "gmx.fr", "hotmail.com", "hotmail.fr", "icloud.com"),
        *("laposte.net", "live.com", "live.fr", "orange.fr", "outlook.com", "outlook.fr"),
        *("proton.me", "protonmail.com", "sfr.fr", "wanadoo.fr", "yahoo.com", "yahoo.fr"),
    ],
)
def test_where_anybody_has_a_mailbox_a_neighbour_is_a_stranger(domain: str) -> None:
    known = [f"Cabinet@{domain}"]
    assert is_known_sender(f"cabinet@{domain}", known)
    assert not is_known_sender(f"else@{domain}", known)


def test_what_is_no_address_makes_nobody_known() -> None:
    assert not is_known_sender("chu.example", ["chu.example"])
    assert not is_known_sender("x@", ["dpo@"])


@pytest.mark.parametrize(
    "line",
    [
        "-----Message d’origine-----",
        "-- Original Message --",
        "--- message transféré ---",
        "____________________",
        "On 14 Sep 2026, the hub wrote:",
        "Le lun. 14 sept. 2026, le hub a écrit",
    ],
)
def test_all_below_the_line_of_a_mail_program_is_quoted(line: str) -> None:
    assert own_words(f" Oui.\n>> non\nVoici.\n{line}\nDe : le hub\nBonjour") == "Oui.\nVoici."


def test_a_line_that_only_looks_like_it_is_the_senders_own() -> None:
    for line in ("Le hub", "___________________", "-Original message-"):
        assert own_words(f"Oui.\n{line}\nVoici.") == f"Oui.\n{line}\nVoici."
