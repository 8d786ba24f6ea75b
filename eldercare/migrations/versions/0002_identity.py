"""Resident ID numbers, and what was decided on two rows of one person."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

import eldercare.columns


revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table('elder', schema=None) as batch_op:
        batch_op.add_column(sa.Column('id_number_cipher', sqlmodel.sql.sqltypes.AutoString(length=160), nullable=True))
        batch_op.add_column(sa.Column('id_number_hash', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True))
        batch_op.create_index(batch_op.f('ix_elder_id_number_hash'), ['id_number_hash'], unique=True)

    op.create_table('duplicate_dismissal',
    sa.Column('first_id', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
    sa.Column('second_id', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
    sa.Column('dismissed_at', eldercare.columns.UtcDateTime(timezone=True), nullable=False),
    sa.Column('dismissed_by', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.CheckConstraint('first_id < second_id', name=op.f('ck_duplicate_dismissal_in_order')),
    sa.ForeignKeyConstraint(['first_id'], ['elder.id'], name=op.f('fk_duplicate_dismissal_first_id_elder')),
    sa.ForeignKeyConstraint(['second_id'], ['elder.id'], name=op.f('fk_duplicate_dismissal_second_id_elder')),
    sa.PrimaryKeyConstraint('first_id', 'second_id', name=op.f('pk_duplicate_dismissal'))
    )
    with op.batch_alter_table('duplicate_dismissal', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_duplicate_dismissal_second_id'), ['second_id'], unique=False)

    op.create_table('merge_journal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('keep_id', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
    sa.Column('drop_id', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
    sa.Column('merged_on', sa.Date(), nullable=False),
    sa.Column('merged_at', eldercare.columns.UtcDateTime(timezone=True), nullable=False),
    sa.Column('merged_by', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('undone_at', eldercare.columns.UtcDateTime(timezone=True), nullable=True),
    sa.Column('undone_by', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=True),
    sa.Column('journal', sa.JSON(), nullable=False),
    sa.CheckConstraint('keep_id <> drop_id', name=op.f('ck_merge_journal_two_elders')),
    sa.ForeignKeyConstraint(['drop_id'], ['elder.id'], name=op.f('fk_merge_journal_drop_id_elder')),
    sa.ForeignKeyConstraint(['keep_id'], ['elder.id'], name=op.f('fk_merge_journal_keep_id_elder')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_merge_journal'))
    )
    with op.batch_alter_table('merge_journal', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_merge_journal_drop_id'), ['drop_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_merge_journal_keep_id'), ['keep_id'], unique=False)


def downgrade() -> None:
    """Take back: the ID numbers and the decisions are gone, merged rows stay merged."""
    with op.batch_alter_table('merge_journal', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_merge_journal_keep_id'))
        batch_op.drop_index(batch_op.f('ix_merge_journal_drop_id'))

    op.drop_table('merge_journal')
    with op.batch_alter_table('duplicate_dismissal', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_duplicate_dismissal_second_id'))

    op.drop_table('duplicate_dismissal')
    # An elder merged into another has a reason that the tables of 0001 do not know.
    op.execute("UPDATE elder SET end_reason = 'moved' WHERE end_reason = 'merged'")
    # Never made anew: SQLite would drop a table that half the database refers to.
    with op.batch_alter_table('elder', schema=None, recreate='never') as batch_op:
        batch_op.drop_index(batch_op.f('ix_elder_id_number_hash'))
        batch_op.drop_column('id_number_hash')
        batch_op.drop_column('id_number_cipher')
