"""proofs of identity, given in a visit or for one referral"""

import sqlalchemy as sa
from alembic import op

import hub.models.columns

revision = "0004_identity"
down_revision = "0003_mandates"
branch_labels = None
depends_on = None

INSTANT = hub.models.columns.UTCDateTime()


def upgrade() -> None:
    op.create_table(
        "identity_proof",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rights_request_id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=True),
        sa.Column("referral_id", sa.Uuid(), nullable=True),
        sa.Column("means", sa.String(40), nullable=False),
        sa.Column("level", sa.String(40), nullable=False),
        sa.Column("match", sa.String(40), nullable=False),
        sa.Column("subject_index", sa.LargeBinary(32), nullable=True),
        sa.Column("proven_at", INSTANT, nullable=False),
        _of("identity_proof", "rights_request"),
        _of("identity_proof", "referral"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_proof")),
    )
    for column in ("rights_request_id", "visit_id", "referral_id"):
        op.create_index(op.f(f"ix_identity_proof_{column}"), "identity_proof", [column])


def _of(table: str, other: str) -> sa.ForeignKeyConstraint:
    """The key of another table's row."""
    name = op.f(f"fk_{table}_{other}_id_{other}")
    return sa.ForeignKeyConstraint([f"{other}_id"], [f"{other}.id"], name=name)


def downgrade() -> None:
    op.drop_table("identity_proof")
