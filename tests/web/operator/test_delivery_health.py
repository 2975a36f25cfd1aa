"""What Prometheus, /readyz and the logs say of deliveries: figures that add up, nobody named."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update
from structlog.testing import capture_logs

from hub.domain.actors import SYSTEM
from hub.domain.directory import Channel
from hub.domain.lifecycle import ReferralState
from hub.models.delivery import Delivery, DeliveryCircuit, DeliveryKind, DeliveryState
from hub.models.referral import Referral
from tests.factories import open_case
from workers.jobs.delivering import drain


def metric(client, name):
    lines = [one for one in client.get("/metrics").text.splitlines() if one.startswith(name)]
    return [float(one.rsplit(" ", 1)[1]) for one in lines]


def test_what_was_accepted_is_the_sum_of_its_states_and_nothing_is_unaccounted(client, unit, ports):
    case = open_case(unit, ports)
    assert metric(client, "rights_hub_referrals_accepted") == [1]
    assert sum(metric(client, "rights_hub_referrals{")) == 1
    assert metric(client, "rights_hub_referrals_unaccounted") == [0]
    with unit(SYSTEM) as work:
        states = update(Referral).where(Referral.id == case.referral_id)
        work.session.execute(states.values(state=ReferralState.QUEUED))
        work.session.execute(delete(Delivery).where(Delivery.kind == DeliveryKind.REFERRAL))
    assert metric(client, "rights_hub_referrals_unaccounted") == [1]
    assert client.get("/readyz").json["degraded"] == ["referrals"]


def test_a_way_that_rests_and_a_worker_that_does_not_run_are_degraded_but_ready(
    client, unit, ports, clock
):
    case = open_case(unit, ports)
    clock.advance(minutes=3)
    assert client.get("/readyz").json["degraded"] == ["deliveries"]
    with unit(SYSTEM) as work:
        for channel, minutes in ((Channel.EMAIL, 5), (Channel.PORTAL, -1)):
            work.session.add(
                DeliveryCircuit(
                    recipient=f"organisation:{channel}",
                    channel=channel,
                    failures=3,
                    open_until=clock.now() + timedelta(minutes=minutes),
                )
            )
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["degraded"]) == (200, ["deliveries", "circuits"])
    page = client.get("/metrics").text
    assert 'rights_hub_circuits{channel="email",state="open"} 1.0' in page
    assert 'rights_hub_circuits{channel="portal",state="half_open"} 1.0' in page
    assert str(case.organisation_id) not in page


def test_the_pace_of_each_channel_is_told(client, unit, ports, clock):
    case = open_case(unit, ports)
    with unit(SYSTEM) as work:
        for row in work.session.scalars(select(Delivery)):
            row.state, row.delivered_at = DeliveryState.DELIVERED, clock.now()
            row.created_at = clock.now() - timedelta(seconds=4)
    page = client.get("/metrics").text
    assert 'rights_hub_delivery_seconds{channel="email",quantile="0.95"} 4.0' in page
    assert 'rights_hub_delivery_rate{channel="portal"}' in page
    assert str(case.receipt.rights_request_id) not in page


def test_the_journals_lag_is_that_of_the_newest_filing(client, unit, ports, clock):
    open_case(unit, ports)
    assert metric(client, "rights_hub_journal_lag_seconds") == [0]
    ports.journal.lines.clear()
    clock.advance(seconds=90)
    assert metric(client, "rights_hub_journal_lag_seconds") == [90]


@pytest.mark.parametrize("is_down", [False, True])
def test_one_trace_follows_a_filing_to_its_deliveries_and_names_nobody(unit, ports, is_down):
    ports.mailer.down = is_down
    with capture_logs() as lines:
        case = open_case(unit, ports)
        drain("email", f"person:{case.receipt.rights_request_id}")
        drain("email", f"organisation:{case.organisation_id}")
    (filed,) = [line for line in lines if line["event"] == "filed"]
    moved = {line["event"] for line in lines if filed["trace"] in line.get("traces", [])}
    assert moved == ({"delivered", "put_back"} if is_down else {"delivered"})
    said = str(lines)
    for secret in ("Dubois", "angele", "Rennes", str(case.receipt.rights_request_id)):
        assert secret not in said
