"""Several drafts of a date beside each other, by name."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    # Never made anew: SQLite would drop a table that others refer to.
    with op.batch_alter_table('roster', schema=None, recreate='never') as batch_op:
        batch_op.add_column(sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=40), server_default='', nullable=False))
        batch_op.add_column(sa.Column('created_by', sqlmodel.sql.sqltypes.AutoString(length=60), nullable=True))
    op.create_index('uq_roster_on_name', 'roster', ['on', 'name'], unique=True, sqlite_where=sa.text("name <> ''"), postgresql_where=sa.text("name <> ''"))


def downgrade() -> None:
    """Take back: the scenarios go, the draft and the versions stay."""
    scenarios = "SELECT id FROM roster WHERE name <> ''"
    # A draft made of a scenario goes back to no version: what it was based on is gone.
    op.execute(f"UPDATE roster SET based_on_id = NULL WHERE based_on_id IN ({scenarios})")
    for table in ('roster_stop', 'roster_route', 'roster_event', 'roster_meal', 'roster_visit', 'town_plan'):
        op.execute(f"DELETE FROM {table} WHERE roster_id IN ({scenarios})")
    op.execute("DELETE FROM roster WHERE name <> ''")
    op.drop_index('uq_roster_on_name', table_name='roster')
    with op.batch_alter_table('roster', schema=None, recreate='never') as batch_op:
        batch_op.drop_column('created_by')
        batch_op.drop_column('name')
