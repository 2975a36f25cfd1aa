"""that the code of a filing waits for the person in whose name somebody acted"""

import sqlalchemy as sa
from alembic import op

revision = "0006_code_waits"
down_revision = "0005_token_scope"
branch_labels = None
depends_on = None


def upgrade() -> None:
    waits = sa.Column("code_waits", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("representation", waits)


def downgrade() -> None:
    op.drop_column("representation", "code_waits")
