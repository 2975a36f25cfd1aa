"""departures to providers of identity, and members' professional accounts"""

import sqlalchemy as sa
from alembic import op

import hub.models.columns

revision = "0004_identity_providers"
down_revision = "0004_incidents"
branch_labels = None
depends_on = None

INSTANT = hub.models.columns.UTCDateTime()


def upgrade() -> None:
    op.create_table(
        "identification",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("provider", sa.String(40), nullable=False),
        sa.Column("purpose", sa.String(40), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=True),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        sa.Column("after", sa.String(200), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("left_at", INSTANT, nullable=False),
        sa.Column("came_back_at", INSTANT, nullable=True),
        sa.Column("expires_at", INSTANT, nullable=False),
        _of_member("identification"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identification")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_identification_token_hash")),
    )
    op.create_index(op.f("ix_identification_expires_at"), "identification", ["expires_at"])
    op.create_table(
        "proconnect_account",
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("subject_index", sa.LargeBinary(32), nullable=False),
        sa.Column("bound_at", INSTANT, nullable=False),
        _of_member("proconnect_account"),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_proconnect_account")),
        sa.UniqueConstraint("subject_index", name=op.f("uq_proconnect_account_subject_index")),
    )


def _of_member(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_member_id_member")
    return sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=name)


def downgrade() -> None:
    for table in ("proconnect_account", "identification"):
        op.drop_table(table)
