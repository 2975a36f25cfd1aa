"""The calls that the hub makes, as the `webhooks` of its OpenAPI 3.1 description."""

from typing import Any

from hub.domain.lifecycle import ReferralState
from hub.domain.webhooks import CallKind

SUMMARIES = {
    CallKind.CHALLENGE: "Shows that the endpoint is its organisation's own.",
    CallKind.REFERRAL_RECEIVED: "A request has reached the organisation's inbox.",
    CallKind.TEST: "A test, asked for by an administrator of the organisation.",
}
DATA: dict[CallKind, dict[str, Any]] = {
    CallKind.CHALLENGE: {"challenge": {"type": "string"}},
    CallKind.REFERRAL_RECEIVED: {
        "referral": {"type": "string", "format": "uuid"},
        "pull_url": {
            "type": "string",
            "format": "uri",
            "description": "Opens the referral for seven days, to a token of the organisation.",
        },
    },
    CallKind.TEST: {},
}
SIGNED_BY = (
    ("webhook-id", "The same at each attempt: do nothing twice for it."),
    ("webhook-timestamp", "Seconds since 1970; refuse what is five minutes old or ahead."),
    ("webhook-signature", "One or more `v1,…`, apart by a space; one good one is enough."),
)
STATES = (
    "States of a referral, in `GET /referrals` and what `pull_url` opens: "
    + ", ".join(f"`{state.value}`" for state in ReferralState)
    + ". A call is made once the referral is `delivered`; answers are taken from then on."
)


def described_webhooks() -> dict[str, Any]:
    """Each call with what it carries, and the one answer that counts as received."""
    return {kind.value: {"post": _operation(kind)} for kind in CallKind}


def _operation(kind: CallKind) -> dict[str, Any]:
    data = _object(DATA[kind])
    said = _object({"type": {"const": kind.value}, "timestamp": _instant(), "data": data})
    name = "challenge" if kind is CallKind.CHALLENGE else "received"
    receipt = _object({name: {"type": "string"}})
    return {
        "tags": ["Webhooks"],
        "operationId": kind.value.replace(".", "_"),
        "summary": SUMMARIES[kind],
        "description": "Signed by Standard Webhooks; names nobody. " + STATES,
        "parameters": [
            {
                "name": header,
                "in": "header",
                "required": True,
                "description": words,
                "schema": {"type": "string"},
            }
            for header, words in SIGNED_BY
        ],
        "requestBody": {"required": True, "content": {"application/json": {"schema": said}}},
        "responses": {
            "200": {
                "description": f"Received. `{name}` repeats the challenge."
                if kind is CallKind.CHALLENGE
                else f"Received. `{name}` is the value of `webhook-id`; nothing else counts.",
                "content": {"application/json": {"schema": receipt}},
            },
            "401": {"description": "The signature or the time is not good."},
            "410": {"description": "Closed for good: the hub calls no more."},
        },
    }


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": sorted(properties), "properties": properties}


def _instant() -> dict[str, str]:
    return {"type": "string", "format": "date-time"}
