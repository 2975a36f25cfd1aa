"""From choices to planned referrals: what the directory says, routed, ready to file."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from hub.domain.routing import Choice, RoutedReferral, reasons_trace, referral_trace, route
from hub.queries.calendar import added_holidays
from hub.queries.directory import routed_processings
from hub.services.filing_drafts import PlannedItem, PlannedReferral


def route_choices(session: Session, choices: Sequence[Choice]) -> tuple[RoutedReferral, ...]:
    """Which controllers must answer for these choices, each with its reasons and holidays.

    Raises ProcessingNotInDirectory, ProcessingWithoutController.
    """
    directory = routed_processings(session, [choice.processing_id for choice in choices])
    calendar = added_holidays(session)
    return tuple(
        replace(referral, extra_holidays=calendar.in_zone(referral.zone))
        for referral in route(choices, directory)
    )


def plan_referrals(routed: Sequence[RoutedReferral]) -> tuple[PlannedReferral, ...]:
    """The referrals to file, with each controller's holiday zone and the trace it keeps."""
    return tuple(
        PlannedReferral(
            referral.organisation_id,
            referral.zone,
            tuple(
                PlannedItem(item.processing_id, tuple(reasons_trace(item.reasons)))
                for item in referral.items
            ),
            referral_trace(referral),
            referral.extra_holidays,
        )
        for referral in routed
    )
