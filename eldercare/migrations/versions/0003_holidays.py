"""What becomes of plan items on holidays, and announcements that correct the calendar."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table('holiday_override',
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('kind', sa.Enum('holiday', 'workday', name='holidaykind', native_enum=False, length=32), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.PrimaryKeyConstraint('on', name=op.f('pk_holiday_override'))
    )
    rule = sa.Enum('keep', 'skip', 'move', name='holidayrule', native_enum=False, length=32)
    # The default only fills the rows that are there; new rows get theirs from the program.
    with op.batch_alter_table('plan_item', schema=None) as batch_op:
        batch_op.add_column(sa.Column('holiday_rule', rule, server_default='keep', nullable=False))
    with op.batch_alter_table('plan_item', schema=None) as batch_op:
        batch_op.alter_column('holiday_rule', existing_type=rule, existing_nullable=False, server_default=None)


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table('plan_item', schema=None) as batch_op:
        batch_op.drop_column('holiday_rule')

    op.drop_table('holiday_override')
