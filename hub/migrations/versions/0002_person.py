"""acknowledgements of receipt"""

import sqlalchemy as sa
from alembic import op

import hub.models.columns
from hub.models.acknowledgement import POSTGRESQL_GUARDS, SQLITE_GUARDS

revision = "0002_person"
down_revision = "0002_lean_indexes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "acknowledgement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rights_request_id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("occasion", sa.String(40), nullable=False),
        sa.Column("language", sa.String(5), nullable=False),
        sa.Column("composed_at", hub.models.columns.UTCDateTime(), nullable=False),
        sa.Column("missing", sa.JSON(), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referral.id"], name=op.f("fk_acknowledgement_referral_id_referral")
        ),
        sa.ForeignKeyConstraint(
            ["rights_request_id"],
            ["rights_request.id"],
            name=op.f("fk_acknowledgement_rights_request_id_rights_request"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acknowledgement")),
    )
    with op.batch_alter_table("acknowledgement", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_acknowledgement_referral_id_composed_at"),
            ["referral_id", "composed_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_acknowledgement_rights_request_id"), ["rights_request_id"], unique=False
        )
    guards = SQLITE_GUARDS if op.get_bind().dialect.name == "sqlite" else POSTGRESQL_GUARDS
    for guard in guards:
        op.execute(guard)


def downgrade() -> None:
    op.drop_table("acknowledgement")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION IF EXISTS acknowledgement_guard()")
