"""Filing by others: one person found again under another filing."""

import sqlalchemy as sa
from alembic import op

import hub.models.columns

revision = "0002_filing"
down_revision = "0002_person"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("identity", schema=None) as batch_op:
        batch_op.add_column(sa.Column("person_index", sa.LargeBinary(length=32), nullable=True))
        batch_op.create_index(
            batch_op.f("ix_identity_person_index"), ["person_index"], unique=False
        )
    _create_batches()


def downgrade() -> None:
    for table in ("remembered_columns", "intake_line", "intake_batch"):
        op.drop_table(table)
    with op.batch_alter_table("identity", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_identity_person_index"))
        batch_op.drop_column("person_index")


def _create_batches() -> None:
    instant = hub.models.columns.UTCDateTime
    op.create_table(
        "intake_batch",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("key_wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("storage_key", sa.String(100), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("created_at", instant(), nullable=False),
        sa.Column("claimed_until", instant(), nullable=True),
        sa.Column("finished_at", instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_intake_batch_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_intake_batch_member_id_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake_batch")),
    )
    with op.batch_alter_table("intake_batch", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_intake_batch_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_intake_batch_state_created_at"), ["state", "created_at"], unique=False
        )
    op.create_table(
        "intake_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("faults", sa.JSON(), nullable=False),
        sa.Column("reference", sa.String(16), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["intake_batch.id"], name=op.f("fk_intake_line_batch_id_intake_batch")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake_line")),
        sa.UniqueConstraint("batch_id", "line", name=op.f("uq_intake_line_batch_id_line")),
    )
    with op.batch_alter_table("intake_line", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_intake_line_batch_id_state"), ["batch_id", "state"], unique=False
        )
    op.create_table(
        "remembered_columns",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_remembered_columns_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_remembered_columns")),
    )
