"""What must hold for every ledger, and a slow second reading of the rules that must agree.

RIGHTS_HUB_CLOCK_EXAMPLES=10000 tries more ledgers than the suite does.
"""

import os
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.domain.clock import ClockEvent, ClockReading, ExtensionReason, read_clock
from hub.domain.clock import ClockEventKind as Kind
from hub.domain.working_days import PARIS, HolidayZone, add_months, is_working_day, roll_forward

EXAMPLES = int(os.environ.get("RIGHTS_HUB_CLOCK_EXAMPLES", "2000"))
thorough = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
quick = settings(thorough, max_examples=max(20, EXAMPLES // 10))

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Story:
    """What happened to one referral, by local date; the zone and holidays to read it by."""

    received_on: date
    pauses: tuple[tuple[date, date | None], ...]
    extensions: tuple[date, ...]
    zone: HolidayZone
    extra_holidays: frozenset[date]

    def events(self) -> list[ClockEvent]:
        events = [ClockEvent(Kind.START, _instant(self.received_on, time(23, 59, 59)))]
        for number, (asked, answered) in enumerate(self.pauses):
            events.append(ClockEvent(Kind.PAUSE, _instant(asked, time(9)), "doubt", str(number)))
            if answered:
                reply = _instant(answered, time(18))
                events.append(ClockEvent(Kind.RESUME, reply, question=str(number)))
        for number, on in enumerate(self.extensions):
            hour = time(0) if number % 2 else time(23, 59, 59)
            events.append(ClockEvent(Kind.EXTEND, _instant(on, hour), ExtensionReason.VOLUME))
        return events

    def read(self) -> ClockReading:
        return read_clock(self.events(), zone=self.zone, extra_holidays=self.extra_holidays)


def _instant(day: date, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=PARIS)


receipts = st.one_of(
    st.dates(date(2018, 5, 25), date(2040, 12, 31)),
    # Ends of months and the weeks before holidays are where dates go wrong.
    st.builds(
        lambda year, month, back: add_months(date(year, 1, 31), month) - back * DAY,
        st.integers(2018, 2040),
        st.integers(0, 12),
        st.integers(0, 3),
    ),
    st.builds(
        lambda year, shift: date(year, 3, 1) + shift * DAY,
        st.integers(2018, 2040),
        st.integers(0, 60),
    ),
)


@st.composite
def stories(draw: st.DrawFn, extensions: int = 3) -> Story:
    received_on = draw(receipts)
    pauses = []
    for start, length in draw(
        st.lists(st.tuples(st.integers(0, 36), st.integers(0, 45) | st.none()), max_size=4)
    ):
        asked = received_on + start * DAY
        pauses.append((asked, None if length is None else asked + length * DAY))
    return Story(
        received_on=received_on,
        pauses=tuple(pauses),
        extensions=tuple(
            received_on + days * DAY
            for days in draw(st.lists(st.integers(-1, 80), max_size=extensions))
        ),
        zone=draw(st.sampled_from(HolidayZone)),
        extra_holidays=frozenset(
            received_on + days * DAY for days in draw(st.lists(st.integers(25, 120), max_size=3))
        ),
    )


# The second reading: by walking the calendar day by day, from the text of the rules alone.


def _knuth_easter(year: int) -> date:
    golden, century = year % 19 + 1, year // 100 + 1
    skipped_leaps, moon = 3 * century // 4 - 12, (8 * century + 5) // 25 - 5
    sunday = 5 * year // 4 - skipped_leaps - 10
    epact = (11 * golden + 20 + moon - skipped_leaps) % 30
    if epact == 24 or (epact == 25 and golden > 11):
        epact += 1
    full_moon = 44 - epact + (30 if epact > 23 else 0)
    easter = full_moon + 7 - (sunday + full_moon) % 7
    return date(year, 3, 1) + (easter - 1) * DAY


FIXED = ["01-01", "05-01", "05-08", "07-14", "08-15", "11-01", "11-11", "12-25"]
LOCAL = {
    "ALSACE-MOSELLE": "12-26",
    "GUADELOUPE": "05-27",
    "GUYANE": "06-10",
    "LA-REUNION": "12-20",
    "MARTINIQUE": "05-22",
    "MAYOTTE": "04-27",
    "SAINT-BARTHELEMY": "10-09",
    "SAINT-MARTIN": "05-28",
}


def _closed(day: date, story: Story) -> bool:
    after_easter = (day - _knuth_easter(day.year)).days
    return (
        day.isoweekday() > 5
        or day in story.extra_holidays
        or day.isoformat()[5:] in [*FIXED, LOCAL.get(story.zone.value)]
        or after_easter in (1, 39, 50)
        or (story.zone.value == "ALSACE-MOSELLE" and after_easter == -2)
    )


def _open_day(day: date, story: Story) -> date:
    while _closed(day, story):
        day += DAY
    return day


def _same_number(day: date, months: int) -> date:
    month = day.replace(day=1)
    for _ in range(months):
        month = (month + 31 * DAY).replace(day=1)
    last = month
    while (last + DAY).month == month.month and last.day < day.day:
        last += DAY
    return last


def _by_the_rules(story: Story) -> tuple[date, date | None, date | None, date]:
    """Return (strict, due, notice limit, refusal limit) in the slowest, plainest way."""
    base = _same_number(story.received_on, 1)
    strict = _open_day(base, story)
    counted = [pause for pause in story.pauses if pause[0] <= strict]
    if any(answered is None for _, answered in counted):
        return strict, None, None, strict
    stopped = {
        asked + n * DAY for asked, answered in counted for n in range((answered - asked).days)
    }
    limit = _open_day(base + len(stopped) * DAY, story)
    due = limit
    if any(story.received_on <= notified <= limit for notified in story.extensions):
        due = _open_day(_same_number(story.received_on, 3) + len(stopped) * DAY, story)
    return strict, due, limit, strict


@thorough
@given(stories())
def test_a_second_reading_of_the_rules_agrees(story: Story) -> None:
    reading = story.read()
    dates = (reading.strict_on, reading.due_on, reading.notice_limit_on, reading.refusal_due_on)
    assert dates == _by_the_rules(story)


@quick
@given(stories(), st.randoms(use_true_random=False))
def test_the_order_in_which_events_are_given_never_matters(story: Story, chance: object) -> None:
    shuffled = story.events()
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    reading = read_clock(shuffled, zone=story.zone, extra_holidays=story.extra_holidays)
    assert reading == story.read()


@quick
@given(stories(), st.integers(0, 40), st.integers(0, 60))
def test_a_pause_never_shortens_the_time_to_answer(story: Story, start: int, length: int) -> None:
    asked = story.received_on + start * DAY
    paused = replace(story, pauses=(*story.pauses, (asked, asked + length * DAY)))
    before, after = story.read().due_on, paused.read().due_on
    assert (before is None) == (after is None)
    assert before is None or after is None or after >= before


@quick
@given(stories(extensions=0), st.integers(0, 80))
def test_an_extension_never_comes_before_the_month(story: Story, days: int) -> None:
    longer = replace(story, extensions=(story.received_on + days * DAY,)).read()
    plain = story.read()
    if plain.due_on is not None and longer.due_on is not None:
        assert longer.due_on >= plain.due_on
        assert longer.due_on > plain.due_on or not longer.extended
    if longer.protective_on is not None and longer.due_on is not None:
        assert longer.protective_on <= longer.due_on


@quick
@given(stories())
def test_neither_pause_nor_extension_moves_the_strict_and_refusal_dates(story: Story) -> None:
    bare = replace(story, pauses=(), extensions=()).read()
    assert story.read().strict_on == story.read().refusal_due_on == bare.due_on


@quick
@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)), st.sampled_from(HolidayZone))
def test_the_roll_is_idempotent_and_ends_on_the_first_working_day(
    day: date, zone: HolidayZone
) -> None:
    rolled = roll_forward(day, zone)
    assert roll_forward(rolled, zone) == rolled
    assert is_working_day(rolled, zone)
    assert not any(is_working_day(day + n * DAY, zone) for n in range((rolled - day).days))


@quick
@given(
    stories(extensions=0), st.integers(0, 30), st.integers(0, 30), st.none() | st.integers(0, 80)
)
def test_an_extension_cancelled_is_as_one_never_made(
    story: Story, made: int, lasted: int, again: int | None
) -> None:
    made_on = story.received_on + made * DAY
    cancelled_on = made_on + lasted * DAY
    acts = [
        ClockEvent(Kind.EXTEND, _instant(made_on, time(9)), ExtensionReason.VOLUME),
        ClockEvent(Kind.CANCEL_EXTEND, _instant(cancelled_on, time(10))),
    ]
    if again is not None:
        again_at = _instant(cancelled_on + again * DAY, time(11))
        story_events = [*story.events(), ClockEvent(Kind.EXTEND, again_at, ExtensionReason.VOLUME)]
    else:
        story_events = story.events()
    cancelled, never = (
        read_clock(events, zone=story.zone, extra_holidays=story.extra_holidays)
        for events in ([*story_events, *acts], story_events)
    )
    assert replace(cancelled, steps=()) == replace(never, steps=())


@quick
@given(stories())
def test_asking_as_of_the_end_of_time_changes_nothing(story: Story) -> None:
    late = _instant(date(2100, 1, 1), time(0))
    reading = read_clock(
        story.events(), zone=story.zone, extra_holidays=story.extra_holidays, as_of=late
    )
    assert reading == story.read()
