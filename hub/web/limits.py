"""Limits of the open doors: by network for people, by token for programs; 429 says how long.

Nothing of an address is kept but a keyed digest of its network, another one each day, in the
counters alone. When they are away each process counts by itself, and nobody waits for them.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast

from flask import Flask, Response, current_app, make_response, render_template, request
from flask_limiter import Limiter, RateLimitExceeded
from limits import RateLimitItemPerMinute
from redis.exceptions import RedisError

from hub.domain.limits import LIMITS, Bucket, Door, network_of
from hub.web.errors import API, problem
from hub.web.work import ports

DOORS = {
    "accounts.forgotten_password": Door.LOST_CODE,
    "accounts.invitation": Door.SIGN_IN,
    "accounts.new_password": Door.SIGN_IN,
    "by_link.letter_door": Door.WRONG_SECRET,
    "by_link.renew": Door.CODES,
    "by_link.send_code": Door.CODES,
    "by_link.try_code": Door.CODES,
    "channel_trials.link": Door.CODES,
    "colleague_tasks.task": Door.CODES,
    "contact_addresses.address": Door.CODES,
    "filing_sending.send": Door.FILING,
    "identification.for_filing": Door.IDENTIFICATION,
    "in_my_name.code": Door.CODES,
    "identification.for_new_code": Door.IDENTIFICATION,
    "lost_code.for_proven": Door.WRONG_SECRET,
    "lost_code.lost": Door.LOST_CODE,
    "lost_code.take": Door.CODES,
    "opt_out.register": Door.FILING,
    "passkeys.sign_in": Door.SIGN_IN,
    "proconnect.sign_in": Door.IDENTIFICATION,
    "security.login": Door.SIGN_IN,
    "security.mf_recovery": Door.SIGN_IN,
    "security.two_factor_token_validation": Door.SIGN_IN,
    "tracking.enter": Door.WRONG_SECRET,
    "tracking_confirmation.address": Door.CODES,
    "tracking_confirmation.code": Door.CODES,
    "tracking_confirmation.send_again": Door.CODES,
}
"""The open forms that are counted, each time they are sent."""


ONLY_FAILURES = frozenset({Door.SIGN_IN, Door.WRONG_SECRET})
"""Doors at which who comes in rightly is not counted: a whole hospital signs in at nine."""

EVERYBODYS = RateLimitItemPerMinute(1_000_000)
OF_EVERYBODY = ("limits", "everybody", Door.FILING.value)


def init_app(app: Flask, store: str, options: dict[str, str | int], *, counts: bool) -> None:
    """Count at each door of the table, and every call of a program by its token.

    `counts` is off for a hub that is measured, or counted by what stands before it.
    """
    # The library would write the counted key at each refusal.
    logging.getLogger("flask-limiter").setLevel(logging.WARNING)
    limiter = Limiter(
        key_func=by_network,
        storage_uri=store,
        storage_options=options,
        strategy="fixed-window",
        in_memory_fallback_enabled=True,
        swallow_errors=True,
        key_prefix="limits",
        enabled=counts,
    )
    limiter.init_app(app)
    app.extensions["limits"] = limiter
    app.register_error_handler(RateLimitExceeded, _refused_by(limiter))
    views: dict[str, Any] = app.view_functions
    for endpoint, view in list(views.items()):
        door = DOORS.get(endpoint)
        if door is not None:
            views[endpoint] = _counted(limiter, door)(view)
        elif str(getattr(view, "access", "")).startswith("api_client:"):
            views[endpoint] = limiter.shared_limit(
                _written(LIMITS[Door.PROGRAMS]), Door.PROGRAMS.value, key_func=_by_token
            )(view)


def count_sending() -> None:
    """Count one anonymous sending among everybody's of this minute."""
    if not _limiter().enabled:
        return
    with suppress(OSError, RedisError):
        _limiter().limiter.hit(EVERYBODYS, *OF_EVERYBODY)


def sent_this_minute() -> int:
    """How many anonymous sendings there were this minute; 0 where nothing counts them."""
    if not _limiter().enabled:
        return 0
    try:
        left = _limiter().limiter.get_window_stats(EVERYBODYS, *OF_EVERYBODY).remaining
    except (OSError, RedisError):
        return 0
    return EVERYBODYS.amount - left


def _limiter() -> Limiter:
    return cast(Limiter, current_app.extensions["limits"])


def by_network() -> str:
    """The counted key of a person's call: a digest of her network that nobody can turn back."""
    today = ports().clock.now().date().isoformat()
    network = network_of(request.remote_addr or "")
    return ports().keyring.exact_digest(network, f"network:{today}")[:16].hex()


def _by_token() -> str:
    given = request.headers.get("Authorization", "")
    return ports().keyring.exact_digest(given, "counted_token")[:16].hex()


def _counted(limiter: Limiter, door: Door) -> Callable[[Any], Any]:
    return limiter.shared_limit(
        _written(LIMITS[door]),
        door.value,
        methods=["POST"],
        deduct_when=_opened_nothing if door in ONLY_FAILURES else None,
    )


def _opened_nothing(response: Response) -> bool:
    """Whether a form was shown again: what opens leads elsewhere."""
    return response.status_code != 302


def _written(bucket: Bucket) -> str:
    """A bucket in the library's notation."""
    burst = f"{bucket.burst} per {bucket.burst_seconds} second"
    return f"{burst}; {bucket.count} per {bucket.period_seconds} second"


def _seconds_left(limiter: Limiter) -> int:
    """How long the window that is full still lasts."""
    full = limiter.current_limit
    if full is None:
        return 60
    left = round(full.reset_at - ports().clock.now().timestamp())
    return min(max(1, left), full.limit.get_expiry())


def _refused_by(limiter: Limiter) -> Callable[[RateLimitExceeded], Any]:
    def refused(error: RateLimitExceeded) -> Any:
        """How long to wait, as a page or as RFC 9457, with Retry-After (RFC 9110 §10.2.3)."""
        seconds = _seconds_left(limiter)
        if request.path.startswith(API):
            answer = problem(429, "Too Many Requests", code="too_many_calls", seconds=seconds)
        else:
            page = render_template("errors/429.html", seconds=seconds)
            answer = make_response(page, 429)
        answer.headers["Retry-After"] = str(seconds)
        return answer

    return refused
