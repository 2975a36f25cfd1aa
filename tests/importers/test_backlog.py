"""Backlogs as they really come: any encoding, any separator, Excel dates, mailboxes, bad lines."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from openpyxl import Workbook

from hub.domain.backlog import Column, Fallbacks, FaultCode, recognised
from hub.domain.directory_records import NotThatFormat, WrongFormat
from hub.domain.rights import Right
from hub.importers.backlog import read_lines, read_sheet

TODAY = date(2026, 9, 14)
HEADERS = ["N°", "Reçu le", "Droit", "Prénom", "Nom", "Né(e) le", "Canal", "Base"]
LINE = ["D-1", "03/06/2026", "Droit d'accès", "Angèle", "Dubois", "08/03/1965", "courrier", "eHOP"]


def table(*lines, separator=";") -> str:
    return "\n".join(separator.join(cells) for cells in (HEADERS, *lines))


def read(content: bytes, **fallbacks):
    sheet = read_sheet(content)
    columns = recognised(dict(enumerate(sheet.headers)))
    return list(read_lines(sheet, columns, Fallbacks(**fallbacks), TODAY))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_a_table_is_read_in_any_encoding_and_separator(encoding, separator):
    (found,) = read(table(LINE, separator=separator).encode(encoding))
    row = found.row
    assert (found.line, row.key, row.given_names, row.family_name) == (
        2, "D-1", "Angèle", "Dubois",
    )  # fmt: skip
    assert row.received_on == date(2026, 6, 3)
    assert row.right is Right.ACCESS
    assert row.channel == "post"
    assert row.birth_date == date(1965, 3, 8)
    assert row.processing == "eHOP"


def test_a_workbook_gives_its_true_dates_and_its_own_line_numbers():
    book = Workbook()
    book.active.append(HEADERS)
    book.active.append([])
    book.active.append(["7", date(2026, 6, 3), "effacement", "Zoé", "Le Goff", None, "", "x"])
    out = BytesIO()
    book.save(out)
    (found,) = read(out.getvalue())
    assert found.line == 3
    assert found.row.received_on == date(2026, 6, 3)
    assert found.row.right is Right.ERASURE


MAILBOX = """From angele@person.example Mon Jun  1 10:00:00 2026
Received: from mx by chu.example; Wed, 3 Jun 2026 23:30:00 +0000
Date: Mon, 1 Jun 2026 10:00:00 +0200
From: =?utf-8?q?Ang=C3=A8le_Dubois?= <angele@person.example>
Message-ID: <m1@person.example>
Subject: Mes =?utf-8?q?donn=C3=A9es?=

Je veux une copie.

From paul@person.example Tue Jun  2 10:00:00 2026
Date: Tue, 2 Jun 2026 10:00:00 +0200
From: paul@person.example
Subject: rien

Bonjour
"""


def test_a_mailbox_gives_one_request_a_message_dated_by_its_arrival_t2():
    first, second = read(
        MAILBOX.encode(), right=Right.ACCESS, channel="email", processings=("eHOP",)
    )
    assert (first.row.given_names, first.row.family_name) == ("Angèle", "Dubois")
    assert first.row.key == "<m1@person.example>"
    assert first.row.received_on == date(2026, 6, 4), "23:30 UTC is the next day in Paris"
    assert "Je veux une copie." in first.row.statement
    assert first.row.channel == "email"
    assert second.row.email == "paul@person.example"


@pytest.mark.parametrize(
    "broken",
    ["From: Les patients: ;", "From: <>", 'From: "a" <@>', "Date: 99 Foo 99999", "Message-ID: <"],
)
def test_a_mail_whose_headers_no_standard_allows_is_a_line_to_mend_and_not_the_end(broken):
    mailbox = f"From x\n{broken}\nSubject: Accès\n\nBonjour\n\n{MAILBOX}"
    lines = read(mailbox.encode(), right=Right.ACCESS, channel="email", processings=("eHOP",))
    assert len(lines) == 3
    assert lines[0].row is None
    assert lines[1].row.family_name == "Dubois"


@pytest.mark.parametrize(
    ("place", "typed", "code", "column"),
    [
        (1, "24/05/2018", FaultCode.ARRIVED_BEFORE_GDPR, Column.RECEIVED_ON),
        (1, "15/09/2026", FaultCode.ARRIVES_IN_FUTURE, Column.RECEIVED_ON),
        (1, "bientôt", FaultCode.DATE_UNREADABLE, Column.RECEIVED_ON),
        (1, "", FaultCode.MISSING, Column.RECEIVED_ON),
        (2, "réclamation", FaultCode.RIGHT_UNKNOWN, Column.RIGHT),
        (4, "", FaultCode.MISSING, Column.FAMILY_NAME),
        (4, "x" * 121, FaultCode.TOO_LONG, Column.FAMILY_NAME),
        (5, "08/03/2965", FaultCode.DATE_UNREADABLE, Column.BIRTH_DATE),
        (6, "pigeon", FaultCode.CHANNEL_UNKNOWN, Column.CHANNEL),
        (7, "", FaultCode.NO_PROCESSING, Column.PROCESSING),
    ],
)
def test_a_bad_line_is_refused_alone_with_its_column_and_reason(place, typed, code, column):
    bad = ["D-2", *LINE[1:]]
    bad[place] = typed
    good, found = read(table(LINE, bad).encode())
    assert good.row is not None
    assert found.row is None
    assert found.line == 3
    assert [(one.code, one.column) for one in found.faults] == [(code, column)]


def test_all_the_faults_of_a_line_are_told_at_once():
    (found,) = read(table(["1", "x", "y", "", "", "z", "", ""]).encode())
    assert len(found.faults) == 5


def test_the_same_number_twice_is_refused_the_second_time():
    first, second = read(table(LINE, LINE).encode())
    assert first.row
    assert [one.code for one in second.faults] == [FaultCode.KEY_TWICE]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", WrongFormat.EMPTY),
        (b"  \n ", WrongFormat.EMPTY),
        (b"a;b\n", WrongFormat.EMPTY),
        (b"%PDF-1.7 and more", WrongFormat.BINARY),
        (b"PK\x03\x04 not a zip", WrongFormat.BROKEN),
        (b"<html><body>x</body></html>", WrongFormat.WEB_PAGE),
        (b"a\n" + b"1\n" * 6, WrongFormat.TOO_MANY_ROWS),
    ],
)
def test_what_is_no_table_or_too_long_is_refused_whole(content, problem):
    with pytest.raises(NotThatFormat) as refused:
        read_sheet(content, most_rows=5)
    assert refused.value.problem is problem


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("Angèle Dubois", ("Angèle", "Dubois")),
        ("DUBOIS Angèle Marie", ("Angèle Marie", "DUBOIS")),
        ("Dubois, Angèle", ("Angèle", "Dubois")),
    ],
)
def test_a_whole_name_in_one_column_is_parted_as_people_write_it(cell, names):
    text = f"Date;Demandeur\n03/06/2026;{cell}"
    (found,) = read(text.encode(), right=Right.ACCESS, processings=("x",))
    assert (found.row.given_names, found.row.family_name) == names
