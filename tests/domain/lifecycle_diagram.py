"""Draws the life cycle's table as a Mermaid diagram; run as a module, it rewrites the document."""

from pathlib import Path

from hub.domain.lifecycle import TRANSITIONS, Action, ReferralState, next_state

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "lifecycle.md"
HEAD = """# Life of a referral

Drawn from `hub/domain/lifecycle.py`, the one table that says who may do what from where. A test
holds that this picture is the table's; `python -m tests.domain.lifecycle_diagram` draws it again.
Acts that leave the state as it is (note, assignment, extension…) are not drawn.
"""


def diagram() -> str:
    """The whole document."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for state in ReferralState:
        for action in Action:
            if state not in TRANSITIONS[action].sources:
                continue
            target = next_state(action, state)
            if target is not state:
                arrows.setdefault((state.value, target.value), []).append(action.value)
    lines = [f"    {a} --> {b}: {', '.join(acts)}" for (a, b), acts in sorted(arrows.items())]
    return "\n".join(
        [HEAD, "```mermaid", "stateDiagram-v2", "    [*] --> queued", *lines, "```", ""]
    )


if __name__ == "__main__":
    DOCUMENT.write_text(diagram(), encoding="utf-8")
