"""What happens on a day, and what coordinators decided about a visit by hand."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

import eldercare.columns


revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table('roster_event',
    sa.Column('roster_id', sa.Integer(), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('town_code', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('event', sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
    sa.Column('at_minutes', sa.Integer(), nullable=False),
    sa.Column('recorded_at', eldercare.columns.UtcDateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
    sa.ForeignKeyConstraint(['roster_id'], ['roster.id'], name=op.f('fk_roster_event_roster_id_roster')),
    sa.ForeignKeyConstraint(['town_code'], ['town.code'], name=op.f('fk_roster_event_town_code_town')),
    sa.PrimaryKeyConstraint('roster_id', 'sequence', name=op.f('pk_roster_event'))
    )
    with op.batch_alter_table('roster_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_roster_event_town_code'), ['town_code'], unique=False)

    with op.batch_alter_table('roster_visit', schema=None) as batch_op:
        batch_op.add_column(sa.Column('is_phoned', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('locked_caregiver_ids', sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column('locked_start_minutes', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('is_left_out', sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table('roster_visit', schema=None) as batch_op:
        batch_op.drop_column('is_left_out')
        batch_op.drop_column('locked_start_minutes')
        batch_op.drop_column('locked_caregiver_ids')
        batch_op.drop_column('is_phoned')

    with op.batch_alter_table('roster_event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_roster_event_town_code'))

    op.drop_table('roster_event')
