"""second reading of refusals, and the letter of an answer"""

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
ADDED = {"answer": ANSWER, "organisation": ORGANISATION}


def upgrade() -> None:
    for table, columns in ADDED.items():
        for column in columns:
            op.add_column(table, column.copy())


def downgrade() -> None:
    for table, columns in ADDED.items():
        for column in columns:
            op.drop_column(table, column.name)
