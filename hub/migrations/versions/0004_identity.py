"""proofs of identity, and what a controller that knows a person does for her"""

import sqlalchemy as sa
from alembic import op

import hub.models.columns

revision = "0004_identity"
down_revision = "0004_controls"
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
        sa.Column("known_by", sa.String(40), nullable=True),
        sa.Column("confirmed_by_id", sa.Uuid(), nullable=True),
        sa.Column("confirmed_by_name", sa.String(200), nullable=False, server_default=""),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        _of("identity_proof", "member", "confirmed_by_id"),
        *_keys("identity_proof"),
    )
    op.create_index(op.f("ix_identity_proof_visit_id"), "identity_proof", ["visit_id"])
    op.create_table(
        "identity_ask",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rights_request_id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("way", sa.String(40), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("done_at", INSTANT, nullable=True),
        *_keys("identity_ask"),
    )
    op.create_table(
        "identity_letter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rights_request_id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        *_keys("identity_letter"),
    )
    for table in ("identity_proof", "identity_ask", "identity_letter"):
        for column in ("rights_request_id", "referral_id"):
            op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _keys(table: str) -> list[sa.Constraint]:
    """Its primary key, and the keys of the case it belongs to."""
    return [
        _of(table, "rights_request"),
        _of(table, "referral"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def _of(table: str, other: str, column: str = "") -> sa.ForeignKeyConstraint:
    """The key of another table's row."""
    column = column or f"{other}_id"
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def downgrade() -> None:
    for table in ("identity_letter", "identity_ask", "identity_proof"):
        op.drop_table(table)
