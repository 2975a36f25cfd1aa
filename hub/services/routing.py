"""From choices to planned referrals: what the directory says, routed, ready to file."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from hub.domain.routing import Choice, RoutedReferral, reasons_trace, referral_trace, route
from hub.queries.directory import routed_processings
from hub.services.filing import PlannedItem, PlannedReferral


def route_choices(session: Session, choices: Sequence[Choice]) -> tuple[RoutedReferral, ...]:
    """Which controllers must answer for these choices, each with its reasons.

    Raises ProcessingNotInDirectory, ProcessingWithoutController.
    """
    directory = routed_processings(session, [choice.processing_id for choice in choices])
    return route(choices, directory)


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
        )
        for referral in routed
    )
