"""`rights-hub deadline`: a file of cases, one case in words, and how light it must stay."""

import csv
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from hub.commands.deadline import DeadlineRow, MissingColumns, deadline, deadline_rows

OUR_CASES = Path(__file__).parents[1] / "domain" / "deadline_cases.csv"
HEADER = "id,track,received_at,holiday_zone,pauses,extensions"
GOOD = "good,gdpr,2026-06-09,METROPOLE,,"


def rows(*lines: str, header: str = HEADER) -> list[DeadlineRow]:
    return list(deadline_rows(f"{line}\n" for line in (header, *lines)))


def run(*words: str, piped: str | None = None) -> str:
    result = CliRunner().invoke(deadline, words, input=piped, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_a_file_gets_one_line_a_case_in_its_order_and_with_its_dates() -> None:
    answers = list(csv.DictReader(run("--csv", str(OUR_CASES)).splitlines()))
    with OUR_CASES.open(encoding="utf-8", newline="") as lines:
        expected = list(csv.DictReader(lines))
    assert list(answers[0]) == [
        *("id", "strict_on", "due_on", "notice_limit_on", "refusal_due_on", "status"),
    ]
    got = [(row["id"], row["strict_on"], row["due_on"], row["status"]) for row in answers]
    assert got == [
        (row["id"], row["strict_on"], row["expected_date"], row["status"]) for row in expected
    ]


def test_the_four_dates_of_one_case() -> None:
    case = "a,gdpr,2026-01-05,METROPOLE,2026-01-07->2026-01-17,2026-02-12"
    assert rows(case) == [
        DeadlineRow("a", "2026-02-05", "2026-04-15", "2026-02-16", "2026-02-05", "on_time")
    ]


def test_the_date_is_empty_while_suspended() -> None:
    (row,) = rows("a,gdpr,2026-02-01,METROPOLE,2026-02-03->,")
    assert row == DeadlineRow("a", "2026-03-02", "", "", "2026-03-02", "suspended")


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("bad,gdpr,,METROPOLE,,", "received_at is empty"),
        ("bad,gdpr,31/12/2026,METROPOLE,,", "received_at: '31/12/2026' not understood"),
        ("bad,gdpr,2026-02-30,METROPOLE,,", "received_at: '2026-02-30' not understood"),
        ("bad,gdpr,9999-12-15,METROPOLE,,", "received_at: '9999-12-15' not understood"),
        ("bad,gdpr,0001-01-01,METROPOLE,,", "received_at: '0001-01-01' not understood"),
        ("bad,gdpr,2026-06-09,ATLANTIS,,", "holiday_zone: 'ATLANTIS' not understood"),
        ("bad,fishing,2026-06-09,METROPOLE,,", "track: 'fishing' not understood"),
        ("bad,gdpr,2026-06-09,METROPOLE,2026-06-10,", "pauses: '2026-06-10' not understood"),
        (
            "bad,gdpr,2026-06-09,METROPOLE,2026-06-12->2026-06-11,",
            "pauses: '2026-06-12->2026-06-11' answered before asked",
        ),
        (
            "bad,gdpr,2026-06-09,METROPOLE,2026-06-01->2026-06-11,",
            "pauses: '2026-06-01->2026-06-11' before receipt",
        ),
        ("bad,gdpr,2026-06-09,METROPOLE,,soon", "extensions: 'soon' not understood"),
        ("bad", "received_at is empty"),
    ],
)
def test_a_bad_case_says_why_and_the_others_go_on(line: str, complaint: str) -> None:
    before, bad, after = rows(GOOD, line, GOOD)
    assert bad == DeadlineRow("bad", status=f"error: {complaint}")
    assert before.due_on == after.due_on == "2026-07-09"


def test_a_quotation_mark_left_open_costs_its_line_alone() -> None:
    bad, *others = rows('bad,gdpr,"2026-06-09,METROPOLE,,', GOOD, GOOD)
    assert bad.status.startswith("error: ")
    assert [row.due_on for row in others] == ["2026-07-09", "2026-07-09"]


def test_a_note_on_two_lines_stays_one_case() -> None:
    lines = [f"{HEADER},note\n", f'{GOOD},"first\n', 'second"\n', f"{GOOD},\n"]
    assert [row.id for row in deadline_rows(lines)] == ["good", "good"]


def test_a_file_saved_by_a_french_spreadsheet_is_read(tmp_path: Path) -> None:
    file = tmp_path / "cases.csv"
    text = f"{HEADER}\r\n{GOOD}\r\n\r\n".replace(",", ";")
    file.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert "good,2026-07-09,2026-07-09," in run("--csv", str(file))


def test_columns_may_come_in_any_order_and_others_are_ignored() -> None:
    assert rows("x,2026-06-09,a", header="colour,received_at,id")[0].due_on == "2026-07-09"


def test_cases_can_be_piped() -> None:
    assert "good,2026-07-09" in run("--csv", "-", piped=f"{HEADER}\n{GOOD}\n")


def test_a_file_with_a_header_alone_gives_a_header_alone() -> None:
    assert run("--csv", "-", piped=f"{HEADER}\n").count("\n") == 1


@pytest.mark.parametrize("text", ["", "\n", "name,colour\n1,2\n"])
def test_a_file_without_its_columns_is_refused(text: str) -> None:
    with pytest.raises(MissingColumns):
        list(deadline_rows(text.splitlines(keepends=True)))
    result = CliRunner().invoke(deadline, ["--csv", "-"], input=text)
    assert result.exit_code == 1
    assert "received_at" in result.output


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    result = CliRunner().invoke(deadline, ["--csv", str(tmp_path / "none.csv")])
    assert result.exit_code == 1
    assert "No such file" in result.output


def test_the_status_is_that_of_the_day_asked_for() -> None:
    line = [f"{HEADER}\n", f"{GOOD}\n"]
    days = (date(2026, 6, 10), date(2026, 7, 8), date(2026, 7, 10))
    statuses = [next(deadline_rows(line, today)).status for today in days]
    assert statuses == ["on_time", "due_soon", "overdue"]


def test_one_case_is_explained_in_french() -> None:
    told = run("--received", "2026-08-31")
    assert "Reçue le 31 août 2026." in told
    assert "le 31 septembre n’existe pas" in told
    assert "au plus tard le mercredi 30 septembre 2026" in told


def test_one_case_is_explained_in_english() -> None:
    told = run(
        *("--received", "2026-08-31", "--pauses", "2026-09-01->2026-09-11"),
        *("--extensions", "2026-09-20", "--language", "en"),
    )
    assert "there is no 31 September" in told
    assert "An answer is due by Thursday 10 December 2026 at the latest" in told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "either --csv FILE or --received DATE"),
        (["--received", "2026-06-09", "--csv", "-"], "either --csv FILE or --received DATE"),
        (["--received", "2026-06-09", "--zone", "ATLANTIS"], "METROPOLE"),
        (["--received", "tomorrow"], "received_at: 'tomorrow' not understood"),
        (["--received", "9999-12-15"], "received_at: '9999-12-15' not understood"),
        (["--received", "2026-06-09", "--today", "today"], "a date such as"),
    ],
)
def test_a_mistake_on_the_command_line_is_said(words: list[str], told: str) -> None:
    result = CliRunner().invoke(deadline, words)
    assert result.exit_code != 0
    assert told in result.output


def many(count: int) -> Iterator[str]:
    yield f"{HEADER}\n"
    for number in range(count):
        pauses = "2026-06-11->2026-06-20;2026-06-15->2026-06-30"
        yield f"c{number},gdpr,2026-06-09T10:00:00+02:00,METROPOLE,{pauses},2026-06-30\n"


def test_a_thousand_cases_all_get_the_same_answer() -> None:
    answers = {replace(row, id="") for row in deadline_rows(many(1000))}
    assert answers == {
        DeadlineRow("", "2026-07-09", "2026-09-28", "2026-07-28", "2026-07-09", "on_time")
    }


def test_it_needs_no_home_no_secret_and_loads_neither_web_nor_database(tmp_path: Path) -> None:
    script = (
        "import sys, runpy; sys.argv = ['deadline', '--received', '2026-06-09'];\n"
        "try: runpy.run_module('hub.commands.deadline', run_name='__main__')\n"
        "except SystemExit: pass\n"
        "heavy = {'flask', 'sqlalchemy', 'redis', 'config', 'pydantic', 'cryptography'}\n"
        "print('heavy:', sorted(heavy & sys.modules.keys()))"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(root), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "heavy: []" in done.stdout
    assert list(tmp_path.iterdir()) == []
