"""links: answers without account, letters to controllers, contact points kept true"""

import sqlalchemy as sa
from alembic import op

import hub.models.columns

revision = "0005_links"
down_revision = "0005_replies"
branch_labels = None
depends_on = None

INSTANT = hub.models.columns.UTCDateTime()
INSTANTS = ("doubted_at", "asked_at", "checked_at")


def upgrade() -> None:
    op.create_table(
        "answer_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("contact_point_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("address_index", sa.LargeBinary(32), nullable=False),
        sa.Column("round_number", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("code_round", sa.Integer(), nullable=False),
        sa.Column("code_sent_at", INSTANT, nullable=True),
        sa.Column("code_tries", sa.Integer(), nullable=False),
        sa.Column("codes_since", INSTANT, nullable=True),
        sa.Column("codes_counted", sa.Integer(), nullable=False),
        sa.Column("revoked_at", INSTANT, nullable=True),
        _of("answer_link", "contact_point"),
        _of("answer_link", "referral"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_link")),
        sa.UniqueConstraint("referral_id", name=op.f("uq_answer_link_referral_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_answer_link_token_hash")),
    )
    op.create_index(op.f("ix_answer_link_contact_point_id"), "answer_link", ["contact_point_id"])
    op.create_table(
        "link_visit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("answer_link_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        _of("link_visit", "answer_link"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_visit")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_link_visit_token_hash")),
    )
    op.create_index(op.f("ix_link_visit_answer_link_id"), "link_visit", ["answer_link_id"])
    op.create_index(op.f("ix_link_visit_expires_at"), "link_visit", ["expires_at"])
    op.create_table(
        "postal_letter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=True),
        sa.Column("printed_at", INSTANT, nullable=True),
        sa.Column("posted_on", sa.Date(), nullable=True),
        sa.Column("returned_on", sa.Date(), nullable=True),
        _of("postal_letter", "delivery"),
        _of("postal_letter", "referral"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_postal_letter")),
    )
    for columns in (["batch_id", "posted_on"], ["delivery_id"], ["referral_id"]):
        name = op.f("ix_postal_letter_" + "_".join(columns))
        op.create_index(name, "postal_letter", columns)
    op.add_column("contact_point", sa.Column("doubt", sa.String(40), nullable=True))
    for name in INSTANTS:
        op.add_column("contact_point", sa.Column(name, INSTANT, nullable=True))


def _of(table: str, other: str) -> sa.ForeignKeyConstraint:
    """The key of another table's row."""
    column = f"{other}_id"
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def downgrade() -> None:
    for name in (*INSTANTS, "doubt"):
        op.drop_column("contact_point", name)
    op.drop_table("postal_letter")
    op.drop_table("link_visit")
    op.drop_table("answer_link")
