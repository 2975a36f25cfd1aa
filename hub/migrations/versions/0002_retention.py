"""ends of retention: what was told and deleted, runs and holds"""

import sqlalchemy as sa
from alembic import op

import hub.models.columns

revision = "0002_retention"
down_revision = "0002_filing"
branch_labels = None
depends_on = None

INSTANT = hub.models.columns.UTCDateTime()
ADDED = (
    ("answer", "deletion_told_at"),
    ("answer", "deleted_at"),
    ("document", "deleted_at"),
    ("member", "deletion_told_at"),
    ("member", "deleted_at"),
)


def upgrade() -> None:
    # Plain ADD COLUMN: a batch would rebuild the table.
    for table, column in ADDED:
        op.add_column(table, sa.Column(column, INSTANT, nullable=True))
    op.create_table(
        "retention_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_run")),
    )
    op.create_index(op.f("ix_retention_run_started_at"), "retention_run", ["started_at"])
    op.create_table(
        "retention_hold",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rights_request_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("placed_at", INSTANT, nullable=False),
        sa.Column("placed_by_id", sa.Uuid(), nullable=True),
        sa.Column("lifted_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["rights_request_id"],
            ["rights_request.id"],
            name=op.f("fk_retention_hold_rights_request_id_rights_request"),
        ),
        sa.ForeignKeyConstraint(
            ["placed_by_id"], ["member.id"], name=op.f("fk_retention_hold_placed_by_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_hold")),
    )
    op.create_index(
        op.f("ix_retention_hold_rights_request_id_lifted_at"),
        "retention_hold",
        ["rights_request_id", "lifted_at"],
    )


def downgrade() -> None:
    op.drop_table("retention_hold")
    op.drop_table("retention_run")
    for table, column in reversed(ADDED):
        op.drop_column(table, column)
