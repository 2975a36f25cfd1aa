"""who acts for a person, what was seen of it, and the tasks of the hub's agents"""

import sqlalchemy as sa
from alembic import op

import hub.models.columns

revision = "0003_mandates"
down_revision = "0003_registers"
branch_labels = None
depends_on = None

INSTANT = hub.models.columns.UTCDateTime()


def upgrade() -> None:
    op.create_table(
        "representation",
        sa.Column("rights_request_id", sa.Uuid(), nullable=False),
        sa.Column("capacity", sa.String(40), nullable=False),
        sa.Column("answer_to", sa.String(40), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("objection", sa.String(40), nullable=True),
        sa.Column("left_out", sa.JSON(), nullable=False),
        sa.Column("disputed_at", INSTANT, nullable=True),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.Column("code_renewed_at", INSTANT, nullable=True),
        _of("representation", "rights_request"),
        sa.PrimaryKeyConstraint("rights_request_id", name=op.f("pk_representation")),
    )
    op.create_table(
        "sighting",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rights_request_id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("verdict", sa.String(40), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.Column("seen_by_id", sa.Uuid(), nullable=True),
        sa.Column("seen_by_name", sa.String(200), nullable=False),
        sa.Column("noted_at", INSTANT, nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        _of("sighting", "rights_request"),
        _of("sighting", "referral"),
        _of("sighting", "organisation"),
        _of("sighting", "member", "seen_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sighting")),
    )
    op.create_index(op.f("ix_sighting_rights_request_id"), "sighting", ["rights_request_id"])
    op.create_table(
        "hub_task",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("rights_request_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.Column("done_by_id", sa.Uuid(), nullable=True),
        sa.Column("done_by_name", sa.String(200), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        _of("hub_task", "rights_request"),
        _of("hub_task", "member", "done_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hub_task")),
    )
    op.create_index(op.f("ix_hub_task_rights_request_id"), "hub_task", ["rights_request_id"])
    op.create_index(op.f("ix_hub_task_done_at_opened_at"), "hub_task", ["done_at", "opened_at"])


def _of(table: str, other: str, column: str = "") -> sa.ForeignKeyConstraint:
    """The key of another table's row."""
    column = column or f"{other}_id"
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def downgrade() -> None:
    for table in ("hub_task", "sighting", "representation"):
        op.drop_table(table)
