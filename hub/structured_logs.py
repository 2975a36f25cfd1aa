"""Logs as lines of JSON, without personal data."""

import structlog


def write_as_json() -> None:
    """One JSON object a line: event, level, time in UTC, and what was given."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    )
