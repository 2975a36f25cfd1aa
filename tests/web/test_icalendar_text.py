"""What calendar programs need of a calendar file, whatever the words in it."""

from datetime import date, datetime, timedelta, timezone

from hypothesis import example, given
from hypothesis import strategies as st

from hub.web.icalendar_text import DayEvent, calendar_text

AT = datetime(2026, 9, 14, 10, 2, tzinfo=timezone(timedelta(hours=2)))
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200)


def event(title: str = "R-DX7K-3M9Q : réponse due", **more: str) -> DayEvent:
    return DayEvent("case@hub.example", date(2026, 12, 31), title, AT, **more)


def lines_of(content: bytes) -> list[str]:
    """The content lines, unfolded as RFC 5545 §3.1 says."""
    return content.replace(b"\r\n ", b"").decode().split("\r\n")


def test_an_event_lasts_the_whole_day_and_the_next_day_is_free() -> None:
    lines = lines_of(calendar_text("Délais", [event()]))
    assert lines[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert "DTSTART;VALUE=DATE:20261231" in lines
    assert "DTEND;VALUE=DATE:20270101" in lines
    assert "DTSTAMP:20260914T080200Z" in lines
    assert "UID:case@hub.example" in lines
    assert "SUMMARY:R-DX7K-3M9Q : réponse due" in lines


def test_commas_semicolons_and_lines_stay_part_of_the_text() -> None:
    text = "Un, deux; trois\\\r\nquatre"
    lines = lines_of(calendar_text("a", [event(text=text)]))
    assert "DESCRIPTION:Un\\, deux\\; trois\\\\\\nquatre" in lines


def test_a_title_cannot_smuggle_in_another_line() -> None:
    lines = lines_of(calendar_text("a", [event("fin\nEND:VCALENDAR")]))
    assert lines.count("END:VCALENDAR") == 1


@given(WORDS)
@example("x" * 300)
@example("é" * 300)
@example("x" + "😀" * 100)
def test_no_line_is_longer_than_75_octets_and_no_character_is_cut(words: str) -> None:
    content = calendar_text("a", [event(words)])
    assert content.endswith(b"\r\n")
    for line in content.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()
    escaped = words.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    assert f"SUMMARY:{escaped}" in lines_of(content)


def test_a_calendar_without_event_is_still_a_calendar() -> None:
    assert calendar_text("a", []).startswith(b"BEGIN:VCALENDAR\r\n")
