"""When a delivery is tried again, by which way, and when a person is called: for any history."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from hub.domain.delivery_circuits import CLOSED, PAUSES, Circuit, CircuitState
from hub.domain.delivery_retries import (
    Failure,
    NextStep,
    RetryTable,
    jittered,
    next_try_at,
    step_after,
)
from hub.domain.delivery_turns import MOST_IN_FLIGHT, Queued, admitted, in_order, waiting_since
from hub.domain.delivery_ways import next_channel
from hub.domain.directory import Channel

NOON = datetime(2026, 9, 14, 12, tzinfo=UTC)
chances = st.floats(0, 1)
ages = st.timedeltas(timedelta(0), timedelta(days=10))
circuit_states = st.sampled_from(CircuitState)


@given(st.integers(0, 50), chances)
def test_the_next_try_is_later_and_within_a_tenth_of_its_wait(attempts, chance):
    wait = next_try_at(attempts, NOON, lambda: chance) - NOON
    planned = RetryTable().waits[min(max(attempts, 1), 6) - 1]
    assert planned * 0.899 <= wait <= planned * 1.101


def test_waits_grow_from_a_minute_to_twelve_hours():
    waits = [next_try_at(n, NOON, lambda: 0.5) - NOON for n in (1, 2, 3, 4, 5, 6, 7)]
    hours = [wait / timedelta(hours=1) for wait in waits]
    assert hours == [1 / 60, 5 / 60, 0.5, 2, 6, 12, 12]


@given(st.floats(allow_nan=False))
def test_a_source_of_chance_that_strays_moves_no_wait_further(chance):
    wait = timedelta(hours=1)
    assert wait * 0.899 <= jittered(wait, lambda: chance) <= wait * 1.101


@given(ages, st.integers(0, 5), st.booleans(), st.booleans())
def test_after_72_hours_it_is_always_a_persons_task_and_never_before_while_a_way_may_work(
    age, way, ways_left, is_permanent
):
    step = step_after(Failure(NOON, way, ways_left, is_permanent), NOON + age)
    if age >= timedelta(hours=72):
        assert step is NextStep.NEEDS_PERSON
    elif ways_left or not is_permanent:
        assert step is not NextStep.NEEDS_PERSON
    else:
        assert step is NextStep.NEEDS_PERSON


def test_a_way_has_24_hours_and_one_that_will_never_work_is_left_at_once():
    hour = timedelta(hours=1)
    steps = [
        step_after(Failure(NOON, way, ways_left=True), NOON + age * hour)
        for way, age in ((0, 23), (0, 24), (1, 47), (1, 48))
    ]
    again, fall_back = NextStep.TRY_AGAIN, NextStep.FALL_BACK
    assert steps == [again, fall_back, again, fall_back]
    assert step_after(Failure(NOON, ways_left=True, is_permanent=True), NOON) is fall_back
    assert step_after(Failure(NOON), NOON + 30 * hour) is again


@given(st.sampled_from(Channel), st.sets(st.sampled_from(Channel)))
def test_a_fallback_is_open_and_is_another_way(channel, open_channels):
    found = next_channel(channel, open_channels)
    assert found is None or (found in open_channels and found is not channel)


def test_the_inbox_is_the_last_way_and_after_it_a_person_looks():
    every = set(Channel)
    assert next_channel(Channel.EMAIL, every) is Channel.PORTAL
    assert next_channel(Channel.PORTAL, every) is None
    assert next_channel(Channel.POST, {Channel.PORTAL}) is Channel.PORTAL


@given(st.lists(st.booleans(), max_size=40), st.integers(0, 10_000))
def test_a_circuit_opens_after_three_failures_in_a_row_and_never_for_long(history, seconds):
    circuit, in_a_row = CLOSED, 0
    for succeeded in history:
        circuit = CLOSED if succeeded else circuit.failed(NOON)
        in_a_row = 0 if succeeded else in_a_row + 1
    is_open = circuit.state(NOON) is CircuitState.OPEN
    assert is_open == (in_a_row >= PAUSES.opens_after)
    later = NOON + PAUSES.longest_pause + timedelta(seconds=seconds)
    assert circuit.state(later) is not CircuitState.OPEN


def test_a_circuit_pauses_twice_as_long_each_time_up_to_ten_minutes():
    circuit, pauses = Circuit(failures=2), []
    for _ in range(7):
        circuit = circuit.failed(NOON)
        pauses.append((circuit.open_until - NOON).total_seconds())
    assert pauses == [30, 60, 120, 240, 480, 600, 600]


def test_while_one_delivery_tries_no_other_passes_until_its_lease_is_over():
    half_open = Circuit(3, NOON)
    assert half_open.state(NOON) is CircuitState.HALF_OPEN
    probing = half_open.probing(NOON, timedelta(seconds=60))
    assert probing.state(NOON + timedelta(seconds=59)) is CircuitState.OPEN
    assert probing.state(NOON + timedelta(seconds=60)) is CircuitState.HALF_OPEN
    assert probing.failures == 3


@given(st.integers(0, 1000), st.integers(0, 10), st.lists(circuit_states, max_size=2))
def test_what_is_admitted_respects_the_circuits_and_the_conversations_open(
    wanted, in_flight, circuits
):
    found = admitted(wanted, in_flight, circuits)
    assert 0 <= found <= wanted
    if CircuitState.OPEN in circuits or in_flight >= MOST_IN_FLIGHT:
        assert found == 0
    elif CircuitState.HALF_OPEN in circuits:
        assert found == min(wanted, 1)
    else:
        assert found == wanted


@given(st.lists(st.integers(0, 100), min_size=2, max_size=6), st.integers(1, 60))
def test_no_recipient_starves_however_much_another_has_waiting(arrivals, turns):
    due = {who: NOON + timedelta(seconds=second) for who, second in enumerate(arrivals)}
    served: dict[int, datetime] = {}
    now, counts = NOON + timedelta(seconds=200), dict.fromkeys(due, 0)
    for _ in range(turns):
        who = min(due, key=lambda one: (waiting_since(due[one], served.get(one)), one))
        served[who], counts[who], now = now, counts[who] + 1, now + timedelta(seconds=1)
    assert max(counts.values()) - min(counts.values()) <= 1


ids = st.integers(0, 30).map(lambda number: UUID(int=number))
queues = st.lists(
    st.builds(Queued, ids, st.none() | st.integers(0, 3).map(lambda n: UUID(int=n))),
    unique_by=lambda one: one.id,
    max_size=12,
)


@given(queues, st.integers(0, 12))
def test_nothing_leaves_before_what_was_made_before_it_for_the_same_request(queue, how_many):
    chosen = queue[:how_many]
    left = in_order(chosen, queue)
    staying = [one for one in queue if one not in left]
    for gone in left:
        assert gone in chosen
        if gone.rights_request_id is not None:
            request = gone.rights_request_id
            assert not [one for one in staying if one.rights_request_id == request and one < gone]
    assert left == sorted(left)


@given(queues)
def test_what_is_chosen_whole_leaves_whole(queue):
    assert in_order(queue, queue) == sorted(queue)


def test_at_72_hours_to_the_second_it_is_a_persons_task_whatever_way_it_is_on():
    for way in (0, 2):
        kept = Failure(NOON, way, ways_left=way == 0)
        before = step_after(kept, NOON + timedelta(hours=72) - timedelta(microseconds=1))
        assert before is not NextStep.NEEDS_PERSON
        assert step_after(kept, NOON + timedelta(hours=72)) is NextStep.NEEDS_PERSON


def test_the_first_way_is_the_one_a_failure_is_on_unless_told():
    a_day = NOON + timedelta(hours=24)
    assert step_after(Failure(NOON, ways_left=True), a_day) is NextStep.FALL_BACK
    assert step_after(Failure(NOON, 1, ways_left=True), a_day) is NextStep.TRY_AGAIN
    half_a_day = NOON + timedelta(hours=12)
    assert step_after(Failure(NOON, ways_left=True), half_a_day) is NextStep.TRY_AGAIN


def test_chance_shortens_a_wait_at_its_least_and_lengthens_it_at_its_most():
    hour = timedelta(hours=1)
    assert jittered(hour, lambda: 0.0) == hour * 0.9
    assert jittered(hour, lambda: 1.0) == hour * 1.1


def test_a_circuit_of_whom_nothing_is_known_is_closed():
    assert CLOSED.state(NOON) is CircuitState.CLOSED
    assert Circuit(2).state(NOON) is CircuitState.CLOSED


def test_a_recipient_that_fails_for_days_is_still_tried_every_ten_minutes():
    assert Circuit(100_000).failed(NOON).open_until == NOON + timedelta(minutes=10)


def test_one_controller_has_four_conversations_at_most():
    assert (admitted(1, 3, []), admitted(1, 4, [])) == (1, 0)


def test_one_delivery_tries_a_way_that_failed_and_none_where_another_is_shut():
    half, shut = CircuitState.HALF_OPEN, CircuitState.OPEN
    assert [admitted(wanted, 0, [half]) for wanted in (0, 1, 2, 9)] == [0, 1, 1, 1]
    assert admitted(9, 0, [half, shut]) == 0


def test_a_rest_that_is_asked_for_opens_the_circuit_and_never_shortens_a_pause():
    hour = timedelta(hours=1)
    asked = CLOSED.resting(NOON + hour)
    assert asked.state(NOON) is CircuitState.OPEN
    assert asked.state(NOON + hour) is CircuitState.HALF_OPEN
    paused = Circuit(3, NOON + 2 * hour)
    assert paused.resting(NOON + hour) == paused
