"""files that arrive in parts, copies without active content, tickets of download"""

import sqlalchemy as sa
from alembic import op

import hub.models.columns

revision = "0004_documents"
down_revision = "0004_lost_codes"
branch_labels = None
depends_on = None

INSTANT = hub.models.columns.UTCDateTime()


def upgrade() -> None:
    # Plain ADD COLUMN: a batch would rebuild the table.
    cautions = sa.Column("cautions", sa.String(200), nullable=False, server_default="")
    op.add_column("document", cautions)
    op.create_table(
        "cleaned_copy",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("storage_key", sa.String(100), nullable=False),
        _of("cleaned_copy", "document"),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_cleaned_copy")),
    )
    op.create_table(
        "download_ticket",
        sa.Column("token_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("holder_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("cleaned", sa.Boolean(), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        _of("download_ticket", "document"),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_download_ticket")),
    )
    op.create_index(op.f("ix_download_ticket_document_id"), "download_ticket", ["document_id"])
    op.create_index(op.f("ix_download_ticket_expires_at"), "download_ticket", ["expires_at"])
    op.create_table(
        "upload",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("title_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("touched_at", INSTANT, nullable=False),
        sa.Column("checking_until", INSTANT, nullable=True),
        sa.Column("extension", sa.String(10), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("storage_key", sa.String(100), nullable=True),
        sa.Column("cautions", sa.String(200), nullable=False),
        sa.Column("cleaned_key", sa.String(100), nullable=True),
        sa.Column("cleaned_size", sa.Integer(), nullable=True),
        sa.Column("cleaned_sha256", sa.String(64), nullable=True),
        _of("upload", "referral"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_upload_token_hash")),
    )
    op.create_index(
        op.f("ix_upload_referral_id_created_at"), "upload", ["referral_id", "created_at"]
    )
    op.create_index(op.f("ix_upload_touched_at"), "upload", ["touched_at"])
    op.create_table(
        "upload_part",
        sa.Column("upload_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("storage_key", sa.String(100), nullable=False),
        _of("upload_part", "upload"),
        sa.PrimaryKeyConstraint("upload_id", "number", name=op.f("pk_upload_part")),
    )


def _of(table: str, other: str) -> sa.ForeignKeyConstraint:
    """The key of another table's row."""
    name = op.f(f"fk_{table}_{other}_id_{other}")
    return sa.ForeignKeyConstraint([f"{other}_id"], [f"{other}.id"], name=name)


def downgrade() -> None:
    for table in ("upload_part", "upload", "download_ticket", "cleaned_copy"):
        op.drop_table(table)
    op.drop_column("document", "cautions")
