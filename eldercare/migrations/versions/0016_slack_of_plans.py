"""The slack that was bought for a town's plan stays with it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table('town_plan', schema=None, recreate='never') as batch_op:
        batch_op.add_column(sa.Column('slack_percent', sa.Integer(), server_default='0', nullable=False))


def downgrade() -> None:
    """Take back: plans are what they were, nobody knows with which slack."""
    with op.batch_alter_table('town_plan', schema=None, recreate='never') as batch_op:
        batch_op.drop_column('slack_percent')
