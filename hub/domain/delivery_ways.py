"""By which ways a thing may reach a recipient, in which order: a channel, then the next."""

from collections.abc import Collection

from hub.domain.directory import Channel

LADDER = (Channel.EMAIL, Channel.PORTAL)
"""The ways of a referral, from the one a controller chooses to the one that is always there."""


def next_channel(channel: Channel, open_channels: Collection[Channel]) -> Channel | None:
    """The next way down the ladder that is open to this recipient; None: a person must find one.

    A channel that stands on no rung (a machine's own) falls to the first of the ladder.
    """
    below = LADDER[LADDER.index(channel) + 1 :] if channel in LADDER else LADDER
    return next((one for one in below if one in open_channels), None)
