"""Elders over time: former homes, moves ahead, positions to mend, item scores, contacts, consents."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

import eldercare.columns


revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    _create_homes()
    _create_position_task()
    _create_kin()
    op.create_table('status_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('elder_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('kind', sa.Enum('died', 'moved', 'merged', name='endreason', native_enum=False, length=32), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('at', eldercare.columns.UtcDateTime(timezone=True), nullable=False),
    sa.Column('by', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('journal', sa.JSON(), nullable=False),
    sa.Column('undone_at', eldercare.columns.UtcDateTime(timezone=True), nullable=True),
    sa.Column('undone_by', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=True),
    sa.ForeignKeyConstraint(['elder_id'], ['elder.id'], name=op.f('fk_status_change_elder_id_elder')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_status_change'))
    )
    with op.batch_alter_table('status_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_status_change_elder_id'), ['elder_id'], unique=False)

    with op.batch_alter_table('assessment', schema=None) as batch_op:
        batch_op.add_column(sa.Column('item_scores', sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column('grounds', sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column('reassess_on', sa.Date(), nullable=True))


def _create_homes() -> None:
    for table, day in (('former_home', 'until_on'), ('planned_move', 'from_on')):
        op.create_table(table,
        sa.Column('community_code', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column('address', sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column('building', sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column('longitude', sa.Float(), nullable=True),
        sa.Column('latitude', sa.Float(), nullable=True),
        sa.Column('position_is_estimated', sa.Boolean(), nullable=False),
        sa.Column('elder_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(day, sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(['community_code'], ['community.code'], name=op.f(f'fk_{table}_community_code_community')),
        sa.ForeignKeyConstraint(['elder_id'], ['elder.id'], name=op.f(f'fk_{table}_elder_id_elder')),
        sa.PrimaryKeyConstraint('elder_id', day, name=op.f(f'pk_{table}'))
        )
    op.create_table('former_living',
    sa.Column('elder_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('until_on', sa.Date(), nullable=False),
    sa.Column('living_arrangement', sa.Enum('alone', 'spouse', 'family', 'carer', name='livingarrangement', native_enum=False, length=32), nullable=False),
    sa.ForeignKeyConstraint(['elder_id'], ['elder.id'], name=op.f('fk_former_living_elder_id_elder')),
    sa.PrimaryKeyConstraint('elder_id', 'until_on', name=op.f('pk_former_living'))
    )


def _create_position_task() -> None:
    op.create_table('position_task',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('elder_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('reason', sa.Enum('missing', 'outside_district', 'far_from_community', 'estimated', name='positionreason', native_enum=False, length=32), nullable=False),
    sa.Column('longitude', sa.Float(), nullable=True),
    sa.Column('latitude', sa.Float(), nullable=True),
    sa.Column('opened_on', sa.Date(), nullable=False),
    sa.Column('owner', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=True),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.Column('how', sa.Enum('placed', 'confirmed', 'moved', name='positionoutcome', native_enum=False, length=32), nullable=True),
    sa.ForeignKeyConstraint(['elder_id'], ['elder.id'], name=op.f('fk_position_task_elder_id_elder')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_position_task'))
    )
    with op.batch_alter_table('position_task', schema=None) as batch_op:
        for column in ('closed_on', 'elder_id', 'owner'):
            batch_op.create_index(batch_op.f(f'ix_position_task_{column}'), [column], unique=False)


def _create_kin() -> None:
    op.create_table('consent',
    sa.Column('elder_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('kind', sa.Enum('data_use', 'photos', 'location', 'share_with_family_doctor', name='consentkind', native_enum=False, length=32), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('until_on', sa.Date(), nullable=True),
    sa.Column('given_by', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.ForeignKeyConstraint(['elder_id'], ['elder.id'], name=op.f('fk_consent_elder_id_elder')),
    sa.PrimaryKeyConstraint('elder_id', 'kind', 'from_on', name=op.f('pk_consent'))
    )
    op.create_table('elder_contact',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('elder_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('relation', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('phone', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('is_emergency', sa.Boolean(), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['elder_id'], ['elder.id'], name=op.f('fk_elder_contact_elder_id_elder')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_elder_contact'))
    )
    with op.batch_alter_table('elder_contact', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_elder_contact_elder_id'), ['elder_id'], unique=False)


def downgrade() -> None:
    """Take back: earlier homes are forgotten, and every elder has always lived at today's."""
    with op.batch_alter_table('assessment', schema=None, recreate='never') as batch_op:
        batch_op.drop_column('reassess_on')
        batch_op.drop_column('grounds')
        batch_op.drop_column('item_scores')
    for table in ('status_change', 'elder_contact', 'consent', 'position_task', 'former_living', 'planned_move', 'former_home'):
        op.drop_table(table)
