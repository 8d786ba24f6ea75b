"""Takes a merge back, exactly, unless something was built on it since."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, or_, select, update
from sqlmodel import Session, SQLModel, col

from eldercare.accounts.audit import record
from eldercare.errors import Conflict, NotFound
from eldercare.registry.admission.tables import table_of
from eldercare.registry.duplicates.elder_rows import forget_rows, lock_elders
from eldercare.registry.duplicates.holders import Holder, holders, require_all_known
from eldercare.registry.duplicates.moving import State, state_of
from eldercare.registry.duplicates.stored import as_json, from_json, has_key, key_names
from eldercare.registry.people import Elder
from eldercare.registry.same_person import ElderMerge


def unmerge_elders(session: Session, merge_id: int, *, now: datetime, by: str) -> ElderMerge:
    """Give the dropped elder everything back as it was before the merge.

    Raises NotFound for an unknown merge, Conflict where it was undone before, where a later merge
    stands on it, or where either elder's rows changed since (the first such row is named).
    """
    require_all_known(session)
    merge = session.get(ElderMerge, merge_id)
    if merge is None:
        raise NotFound(f"no merge has the number {merge_id}", code="merge_not_found")
    keep, drop = lock_elders(session, merge.keep_id, merge.drop_id)
    session.refresh(merge)  # somebody may have undone it while we waited for the lock
    _require_on_top(session, merge)
    for elder, side in ((keep, "keep"), (drop, "drop")):
        _require_as_left(elder, merge.journal[side]["after"])
    left = merge.journal["after"]
    _require_unchanged(left, state_of(session, (keep.id, drop.id), like=left))
    _move_back(session, merge)
    _put_back(session, merge)
    for elder, side in ((keep, "keep"), (drop, "drop")):  # the kept one first: it has the number
        _restore(session, elder, merge.journal[side]["before"])
    forget_rows(session)
    merge.undone_at, merge.undone_by = now, by
    session.add(merge)
    record(
        session,
        at=now,
        user_name=by,
        action="elder.unmerge",
        subject=f"elder/{merge.drop_id}",
        before={"merge": merge.id, "kept": merge.keep_id},
        after={"moved": {name: len(keys) for name, keys in merge.journal["moved"].items()}},
    )
    return merge


def _require_on_top(session: Session, merge: ElderMerge) -> None:
    if merge.undone_at is not None:
        raise Conflict(f"merge {merge.id} was undone already", code="merge_undone")
    both = (merge.keep_id, merge.drop_id)
    later = session.scalars(
        select(ElderMerge)
        .where(
            col(ElderMerge.id) > merge.id,
            col(ElderMerge.undone_at).is_(None),
            or_(col(ElderMerge.keep_id).in_(both), col(ElderMerge.drop_id).in_(both)),
        )
        .order_by(col(ElderMerge.id).desc())
    ).first()
    if later is not None:
        raise Conflict(
            f"merge {later.id} ({later.drop_id} into {later.keep_id}) stands on merge {merge.id}: "
            "undo that one first",
            code="built_upon",
        )


def _require_as_left(elder: Elder, after: Mapping[str, Any]) -> None:
    now = as_json({name: getattr(elder, name) for name in after})
    for name, value in after.items():
        if now[name] != value:
            raise _built_upon(f"the field {name} of elder {elder.id} was changed")


def _require_unchanged(left: State, found: State) -> None:
    for table in sorted({*left, *found}):
        before, now = (state.get(table, {}).get("rows", {}) for state in (left, found))
        for key in sorted({*before, *now}):
            if before.get(key) != now.get(key):
                what = "added" if key not in before else "removed" if key not in now else "changed"
                raise _built_upon(f"the {table} {key} was {what}")


def _built_upon(what: str) -> Conflict:
    return Conflict(
        f"the merge cannot be taken back: {what} since, and nobody can tell whose that is; "
        "take that change back first, or correct the rows by hand",
        code="built_upon",
    )


def _move_back(session: Session, merge: ElderMerge) -> None:
    known = {holder.name: holder for holder in holders()}
    for name, keys in merge.journal["moved"].items():
        holder = known.get(name)
        if holder is None:
            raise _built_upon(f"the column {name} is no longer what it was")
        for key in keys:
            present = _renamed(holder, key, merge.keep_id)
            # A draft roster made anew meanwhile has other rows: then there is nothing to give back.
            session.execute(
                update(holder.table)
                .where(has_key(holder.table, present), holder.column == merge.keep_id)
                .values({holder.column.name: merge.drop_id})
            )


def _renamed(holder: Holder, key: list[Any], elder_id: str) -> list[Any]:
    """The key with the elder in it replaced, where it holds one."""
    own = holder.column.name
    return [
        elder_id if name == own else value
        for name, value in zip(key_names(holder.table), key, strict=True)
    ]


def _put_back(session: Session, merge: ElderMerge) -> None:
    for name, rows in merge.journal["set_aside"].items():
        table = SQLModel.metadata.tables[name]
        for row in rows:
            key = [row[part] for part in key_names(table)]
            if session.execute(select(table).where(has_key(table, key))).first() is not None:
                raise _built_upon(f"the {name} {key} was added")
            session.execute(insert(table).values(from_json(table, row)))


def _restore(session: Session, elder: Elder, before: Mapping[str, Any]) -> None:
    # Not through the gate: these values passed it once, and exactly they are to come back.
    for name, value in from_json(table_of(Elder), before).items():
        setattr(elder, name, value)
    session.flush()
