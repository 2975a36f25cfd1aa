"""What is read of a mail, and up to which bounds; bombs are tried in test_inbound_mail.py."""

from __future__ import annotations

import pytest

from hub.domain.inbound_mail import DeliveryStatus, MailSigns, ReadMail
from hub.domain.mail_reading import (
    LARGEST_MAIL,
    LONGEST_SUBJECT,
    LONGEST_TEXT,
    MOST_DASHED_LINES,
    MOST_DEPTH,
    MOST_FILES,
    MOST_HEADER_BYTES,
    MOST_HEADER_LINES,
    MOST_HEADERS,
    MOST_PARTS,
    MailUnreadable,
    read_mail,
    recipient_named,
)

FROM = b"From: dpo@chu.example\r\n"


def read(*headers: str, body: str = "Oui.") -> ReadMail:
    """A mail of these headers and this body."""
    return read_mail("\r\n".join([*headers, "", body]).encode(), "dpo@chu.example")


def refusal(content: bytes) -> str:
    """Why a mail is not taken, "" when it is."""
    try:
        read_mail(content, "")
    except MailUnreadable as refused:
        return str(refused.facts["reason"])
    return ""


def test_the_bounds_are_the_ones_that_were_reviewed():
    assert (LARGEST_MAIL, MOST_HEADER_BYTES) == (26_214_400, 65_536)
    assert MOST_HEADER_LINES == 3_000
    assert (MOST_HEADERS, MOST_PARTS, MOST_DEPTH, MOST_FILES) == (300, 100, 10, 20)
    assert (LONGEST_TEXT, LONGEST_SUBJECT, MOST_DASHED_LINES) == (20_000, 300, 10_000)


def test_a_mail_has_25_megabytes_at_most():
    largest = b"X" * 26_214_400
    assert refusal(largest) == "headers"
    assert refusal(largest + b"X") == "too_large"


def test_the_headers_have_64_kib_at_most():
    head = b"X: " + b"a" * 65_533
    for end in (b"\r\n\r\n", b"\n\n"):
        assert refusal(head + end + b"x" * 9) == ""
    assert refusal(head + b"a\r\n\r\nx") == "headers"
    assert refusal(head) == ""


@pytest.mark.parametrize(
    ("most", "next_one", "reason"),
    [
        (b"X: y\r\n" * 300 + b"\r\nx", b"X: y\r\n", "headers"),
        (FROM + b" y\n" * 2_999 + b"\nx", b"X: y\n", "headers"),
        (FROM + b"\r\n" + b"Content-Type: a\r\n" * 100, b"CONTENT-TYPE\t: a\r\n", "parts"),
        (FROM + b"\r\n" + b"--\r\n" * 10_000, b"--\r\n", "parts"),
        (b"Content-Type: a" + b"\n b" * 29 + b"\n\nx", b"", ""),
        (b"content-disposition : a" + b"\n\tb" * 30 + b"\n\nx", b"", "headers"),
    ],
)
def test_what_is_at_a_bound_is_read_and_one_more_is_refused(most, next_one, reason):
    if next_one:
        assert refusal(most) == ""
        at_the_head = reason == "headers"
        assert refusal(next_one + most if at_the_head else most + next_one) == reason
    else:
        assert refusal(most) == reason


def nested(depth: int) -> bytes:
    return FROM + b"Content-Type: message/rfc822\r\n\r\n" * depth + b"X: y\r\n\r\nx"


def with_files(count: int) -> bytes:
    part = b'--b\r\nContent-Disposition: attachment; filename="a.pdf"\r\n\r\nx\r\n'
    head = FROM + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    return head + part * count + b"--b--\r\n"


def test_mails_are_ten_deep_and_bring_twenty_files_at_most():
    assert (refusal(nested(10)), refusal(nested(11))) == ("", "depth")
    assert len(read_mail(with_files(20), "").files) == 20
    assert refusal(with_files(21)) == "parts"


def test_a_mailbox_file_begins_with_a_line_of_its_own_and_a_header_with_its_name():
    assert refusal(b"From dpo@chu.example Mon Sep 14\r\nX: y\r\n\r\nx") == ""
    assert refusal(b"X-A \t: y\r\n\r\nx") == ""
    assert refusal(b"no header here\r\n\r\nx") == "broken"
    assert refusal(b" X: y\r\n\r\nx") == "broken"


def test_what_the_parser_itself_cannot_read_is_refused():
    part = b"--b\r\nContent-Disposition: attachment; filename*=\x00''%E9\r\n\r\nx\r\n--b--"
    mixed = FROM + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    assert refusal(mixed + part) == "broken"


@pytest.mark.parametrize("charset", ["klingon", "idna", "undefined", "\0"])
def test_a_charset_that_nobody_reads_loses_no_mail(charset):
    assert read(f"Content-Type: text/plain; charset={charset}", body="réponse").text == "réponse"


def test_letters_that_cannot_be_read_are_marked_and_lose_no_mail():
    assert read_mail(FROM + b"\r\nr\xe9ponse", "").text == "r\ufffdponse"


def test_the_sender_of_the_envelope_is_kept_without_its_brackets():
    assert read_mail(FROM + b"\r\n", "<X.Ray@chu.exampleX>").signs.envelope_from == (
        "X.Ray@chu.exampleX"
    )


def test_what_is_too_long_is_cut():
    found = read("From: a@b.example", f"Subject: {'s' * 301}", body="t" * 20_001)
    assert (len(found.subject), len(found.text)) == (300, 20_000)
    encoded = "=?utf-8?q?=C3=A9?="
    assert read(f"Subject: {encoded}").subject == "é"
    padded = f"Subject: {encoded}{{}}"
    assert read(padded.format(" " + "s" * (1_999 - len(encoded)))).subject.startswith("é")
    assert read(padded.format(" " + "s" * (2_000 - len(encoded)))).subject.startswith("=?")


def test_signs_that_nobody_sees_become_blanks_in_a_subject():
    assert read("Subject: a=?utf-8?q?_b=00c=E2=80=AEd?=").subject == "a b c d"


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("Déléguée <dpo@chu.example>", "dpo@chu.example"),
        ("dpo@chu.example", "dpo@chu.example"),
        ("b@evil.example <dpo@chu.example> ", "dpo@chu.example"),
        ("Nobody", ""),
        ("x" * 500 + " <dpo@chu.example>", "dpo@chu.example"),
    ],
)
def test_the_last_address_is_the_senders(written, address):
    assert read(f"From: {written}").sender == address


def test_a_mail_without_headers_of_its_own_says_nothing_of_who_wrote_it():
    found = read("X: y")
    assert (found.sender, found.subject, found.files) == ("", "", ())
    assert (found.authentication, found.answers_to, found.signs.statuses) == ((), (), ())
    assert found.signs == MailSigns(envelope_from="dpo@chu.example")


@pytest.mark.parametrize(
    ("header", "sign"),
    [
        ("List-Id: <a.example>", "is_list"),
        ("List-Unsubscribe: <mailto:a@b.example>", "is_list"),
        ("List-Post: NO", "is_list"),
        ("X-Auto-Response-Suppress: All", "suppresses_replies"),
        ("X-Auto-Response-Suppress: DR, OOF", "suppresses_replies"),
        ("X-Autoreply: yes", "is_auto_response"),
        ("X-Autorespond: yes", "is_auto_response"),
        ("X-Autoresponder: yes", "is_auto_response"),
        ("X-Auto-Reply-From: a", "is_auto_response"),
        ('Content-Type: multipart/report; boundary="b"', "is_report"),
        ('Content-Type: multipart/report; report-type=Delivery-Status; boundary="b"', "is_report"),
    ],
)
def test_the_headers_of_machines_are_known_whatever_they_say(header, sign):
    assert getattr(read("X: y", header).signs, sign) is True


def test_a_person_who_wants_no_receipt_and_a_notice_of_reading_are_no_machines_report():
    assert not read("X: y", "X-Auto-Response-Suppress: DR").signs.suppresses_replies
    read_notice = "multipart/report; report-type=Disposition-Notification; boundary=b"
    assert not read(f"Content-Type: {read_notice}").signs.is_report
    assert read("Auto-Submitted: no", "Precedence: bulk").signs.precedence == "bulk"
    assert read("Auto-Submitted: no").signs.auto_submitted == "no"


STATUS = """--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.chu.example

Final-Recipient: rfc822; a@chu.example
Action: failed
Status: 5.1.1

Final-Recipient: b@chu.example
Status: 4.4.1

Action: delayed

--b
Content-Type: text/plain; name="a.txt"
Content-Disposition: attachment; filename="a.txt"

Action: failed
--b
Content-Type: message/rfc822

Message-ID: <whole@hub.example>
Action: failed

x
--b
Content-Type: text/rfc822-headers

Subject: x
message-id: <head@hub.example>
--b--
"""


def test_a_report_tells_each_recipient_and_the_mails_that_come_back():
    found = read("Content-Type: multipart/report; boundary=b", body=STATUS)
    assert found.signs.statuses == (
        DeliveryStatus("failed", "5.1.1", "a@chu.example"),
        DeliveryStatus("", "4.4.1", "b@chu.example"),
        DeliveryStatus("delayed", "", ""),
    )
    assert found.answers_to == ("whole@hub.example", "head@hub.example")
    assert found.files == ()


def test_a_reply_tells_the_mails_that_it_answers():
    found = read("In-Reply-To: <a@hub.example>", "References: <b@hub.example> <c@hub.example>")
    assert found.answers_to == ("a@hub.example", "b@hub.example", "c@hub.example")
    assert read("References: " + "x" * 3_991 + " <a@b.fr>").answers_to == ("a@b.fr",)
    assert read("References: " + "x" * 3_992 + " <a@b.fr>").answers_to == ()


def test_a_part_of_the_reply_is_no_mail_that_comes_back():
    part = "--b\r\nMessage-ID: <part@chu.example>\r\n\r\nOui.\r\n--b--"
    assert read("Content-Type: multipart/mixed; boundary=b", body=part).answers_to == ()


def test_the_headers_of_the_relay_are_all_kept_in_their_order():
    found = read("Authentication-Results: a; x\r\n  y", "AUTHENTICATION-RESULTS: b")
    assert found.authentication == ("a; x y", "b")


def test_a_page_is_read_as_it_shows():
    page = (
        "<html><head>h<title>t</title></head><style>s</style><body><title>t</title>Bonjour,"
        "<div>voici\nla <b>réponse</b>.<br>Ligne</div><script>s</script><ul><li>un<li>deux</ul>"
        "<table><tr><td>a</td></tr></table></style>fin<p>p<!-- c --></body></html>"
    )
    found = read("Content-Type: text/html; charset=utf-8", body=page)
    assert found.text == "Bonjour,\nvoici la réponse.\nLigne\nun\ndeux\nafin\np"
    assert read("Content-Type: text/html", body="Pôle R&D").text == "Pôle R&D"


def test_a_plain_text_is_read_before_its_page_and_blank_lines_are_few():
    body = (
        "--b\r\nContent-Type: text/html\r\n\r\n<p>page</p>\r\n"
        "--b\r\nContent-Type: text/plain; charset=iso-8859-1\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\nr=E9ponse\r\n\r\n\r\n\r\nfin\r\n--b--"
    )
    found = read("Content-Type: multipart/alternative; boundary=b", body=body)
    assert found.text == "réponse\n\nfin"


def test_a_mail_that_is_a_file_alone_has_no_words():
    found = read("Content-Type: application/pdf", body="%PDF")
    assert found.text == ""


def test_pictures_of_a_signature_and_nameless_parts_are_no_files():
    part = "--b\r\nContent-Disposition: {}\r\nContent-Type: image/png\r\n{}\r\nx\r\n"
    body = "".join(
        [
            "--b\r\n\r\nOui.\r\n",
            part.format('inline; filename="logo.png"', "Content-ID: <l>\r\n"),
            part.format('inline; filename="page.png"', ""),
            part.format('attachment; filename="scan.png"', "Content-ID: <s>\r\n"),
            part.format("attachment", ""),
            part.format(f'attachment; filename="{"n" * 201}"', ""),
            "--b--",
        ]
    )
    found = read("Content-Type: multipart/mixed; boundary=b", body=body)
    assert [one.name for one in found.files] == ["page.png", "scan.png", "n" * 200]


@pytest.mark.parametrize("name", ["X-Original-To", "Delivered-To", "Envelope-To"])
def test_the_relay_writes_the_recipient_on_top(name):
    below = b"To: b@c.example\r\n\r\nX-Original-To: z@x.example\r\n"
    assert recipient_named(f"{name}: <r.abc@x.example>\r\n".encode() + below) == "r.abc@x.example"
    assert recipient_named(below) == ""


def test_a_head_alone_names_its_recipient_too():
    assert recipient_named(b"Delivered-To: a@x.example") == "a@x.example"


def test_the_name_given_first_by_the_relay_comes_before_the_others():
    both = b"Delivered-To: a@x.example\nX-Original-To: b@x.example\nX-Original-To: c@x.example"
    assert recipient_named(both + b"\n\n") == "b@x.example"
    with pytest.raises(MailUnreadable):
        recipient_named(b"")
