"""second reading of refusals, the letter of an answer, what was done, and who was told (art. 19)"""

import sqlalchemy as sa
from alembic import op

import hub.models.columns

revision = "0002_answers"
down_revision = "0002_retention"
branch_labels = None
depends_on = None

# Added without rebuilding: rows of other tables point at these, and SQLite would drop them.
ANSWER = (
    sa.Column("second_reader_id", sa.Uuid(), nullable=True),
    sa.Column("second_reader_name", sa.String(200), server_default="", nullable=False),
    sa.Column("second_read_at", hub.models.columns.UTCDateTime(), nullable=True),
    sa.Column("reader_words_sealed", sa.LargeBinary(), nullable=True),
    sa.Column("alone_reason_sealed", sa.LargeBinary(), nullable=True),
    sa.Column("review_wanted", sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column("reviewed_by_name", sa.String(200), server_default="", nullable=False),
    sa.Column("reviewed_at", hub.models.columns.UTCDateTime(), nullable=True),
    sa.Column("author_capacity", sa.String(120), server_default="", nullable=False),
    sa.Column("author_service", sa.String(200), server_default="", nullable=False),
    sa.Column("letter_key", sa.String(100), nullable=True),
    sa.Column("letter_sha256", sa.String(64), nullable=True),
    sa.Column("letter_size", sa.Integer(), nullable=True),
)
ORGANISATION = (
    sa.Column("second_reader_wanted", sa.Boolean(), server_default=sa.true(), nullable=False),
)
ITEM = (sa.Column("applied_words_sealed", sa.LargeBinary(), nullable=True),)
DOCUMENT = (sa.Column("referral_item_id", sa.Uuid(), nullable=True),)
ADDED = {
    "answer": ANSWER,
    "organisation": ORGANISATION,
    "referral_item": ITEM,
    "document": DOCUMENT,
}


def upgrade() -> None:
    for table, columns in ADDED.items():
        for column in columns:
            op.add_column(table, column.copy())
    op.create_index("ix_document_referral_item_id", "document", ["referral_item_id"])
    op.create_table(
        "recipient_notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("referral_item_id", sa.Uuid(), nullable=False),
        sa.Column("recipient_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("opened_at", hub.models.columns.UTCDateTime(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=True),
        sa.Column("channel", sa.String(40), nullable=True),
        sa.Column("proof_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("not_told_reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("closed_at", hub.models.columns.UTCDateTime(), nullable=True),
        sa.Column("closed_by_name", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(
            ["referral_id"],
            ["referral.id"],
            name=op.f("fk_recipient_notice_referral_id_referral"),
        ),
        sa.ForeignKeyConstraint(
            ["referral_item_id"],
            ["referral_item.id"],
            name=op.f("fk_recipient_notice_referral_item_id_referral_item"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recipient_notice")),
        sa.UniqueConstraint(
            "referral_item_id",
            "recipient_id",
            name=op.f("uq_recipient_notice_referral_item_id_recipient_id"),
        ),
    )
    op.create_index("ix_recipient_notice_referral_id", "recipient_notice", ["referral_id"])


def downgrade() -> None:
    op.drop_table("recipient_notice")
    op.drop_index("ix_document_referral_item_id", "document")
    for table, columns in ADDED.items():
        for column in columns:
            op.drop_column(table, column.name)
