"""Rules that a coordinator set aside by hand, with the reason."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table('roster_visit', schema=None) as batch_op:
        batch_op.add_column(sa.Column('override_reason', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True))
        batch_op.add_column(sa.Column('override_by', sqlmodel.sql.sqltypes.AutoString(length=60), nullable=True))

    with op.batch_alter_table('town_plan', schema=None) as batch_op:
        batch_op.add_column(sa.Column('overridden', sa.Integer(), server_default='0', nullable=False))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table('town_plan', schema=None) as batch_op:
        batch_op.drop_column('overridden')

    with op.batch_alter_table('roster_visit', schema=None) as batch_op:
        batch_op.drop_column('override_by')
        batch_op.drop_column('override_reason')
