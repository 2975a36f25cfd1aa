"""What is published in the DNS so that mails arrive (RFC 7208, 6376, 7489)."""

from hub.domain.mail_records import MailRecord, RecordNeed, records_to_publish

SPF = "v=spf1 a:mail.hub.example -all"
OF_SENDER = [
    MailRecord("hub.example", "TXT", SPF, RecordNeed.SPF),
    MailRecord("hub._domainkey.hub.example", "TXT", "v=DKIM1; k=rsa; p=MIIB…", RecordNeed.DKIM),
    MailRecord(
        "_dmarc.hub.example",
        "TXT",
        "v=DMARC1; p=quarantine; rua=mailto:postmaster@hub.example",
        RecordNeed.DMARC,
    ),
]


def test_a_sender_publishes_who_sends_how_it_signs_and_what_to_do_else():
    assert records_to_publish("droits@hub.example", None) == OF_SENDER


def test_where_answers_come_back_has_its_server_and_is_an_envelope_too():
    found = records_to_publish("droits@hub.example", "reponse.hub.example")
    assert found[0] == MailRecord(
        "reponse.hub.example", "MX", "10 mail.hub.example.", RecordNeed.REPLIES
    )
    assert found[2] == MailRecord("reponse.hub.example", "TXT", SPF, RecordNeed.SPF)
    assert [found[1], *found[3:]] == OF_SENDER
