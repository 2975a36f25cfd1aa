"""lost codes, boxes renewed, files asked for again; mails to mailboxes not confirmed"""

import sqlalchemy as sa
from alembic import op

import hub.models.columns

revision = "0004_lost_codes"
down_revision = "0004_accounts"
branch_labels = None
depends_on = None

INSTANT = hub.models.columns.UTCDateTime()


def upgrade() -> None:
    # Plain ADD COLUMN: a batch would rebuild the tables.
    op.add_column("rights_request", sa.Column("box_renewed_at", INSTANT, nullable=True))
    op.add_column("document", sa.Column("asked_again_at", INSTANT, nullable=True))
    op.execute(
        "UPDATE rights_request SET box_renewed_at = (SELECT revoked_at FROM representation "
        "WHERE representation.rights_request_id = rights_request.id)"
    )
    op.create_table(
        "lost_code",
        sa.Column("rights_request_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("told_at", INSTANT, nullable=False),
        sa.Column("ready_at", INSTANT, nullable=False),
        sa.Column("until_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["rights_request_id"],
            ["rights_request.id"],
            name=op.f("fk_lost_code_rights_request_id_rights_request"),
        ),
        sa.PrimaryKeyConstraint("rights_request_id", name=op.f("pk_lost_code")),
    )
    op.create_table(
        "confirmation_mail",
        sa.Column("mailbox_index", sa.LargeBinary(32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("sent_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("mailbox_index", "number", name=op.f("pk_confirmation_mail")),
        sa.UniqueConstraint("delivery_id", name=op.f("uq_confirmation_mail_delivery_id")),
    )
    op.create_index(op.f("ix_confirmation_mail_sent_at"), "confirmation_mail", ["sent_at"])


def downgrade() -> None:
    op.drop_table("confirmation_mail")
    op.drop_table("lost_code")
    op.drop_column("document", "asked_again_at")
    op.drop_column("rights_request", "box_renewed_at")
