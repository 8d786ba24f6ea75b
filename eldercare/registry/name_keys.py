"""Search keys of names: 周桂兰 is found by zgl, zhougui, 周桂 and 桂兰, always from an index.

A name has its full pinyin without tones, its initials, and itself from every character on as keys;
whoever types the beginning of one finds the bearer. Of tables that are searched by any piece of a
name anyway (`BY_PIECES`), only keys that begin with a letter are kept. Keys follow every write of
an ORM session; after writes past it, `fill_name_keys` makes them anew.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from string import ascii_lowercase

from sqlalchemy import Connection, Select, String, Table, delete, event, select
from sqlalchemy import inspect as inspected
from sqlmodel import Field, Session, SQLModel, col

from eldercare.bulk import insert_lines
from eldercare.registry.facilities import CareCentre, Institution, MealSite
from eldercare.registry.people import Elder
from eldercare.registry.places import Community
from eldercare.registry.spelling import spelled
from eldercare.registry.workers import Caregiver, Rider

KEY_LENGTH = 60
CHUNK = 2_000
PEOPLE: tuple[type[SQLModel], ...] = (Elder, Caregiver, Rider)
NAMED: tuple[type[SQLModel], ...] = (*PEOPLE, Community, CareCentre, MealSite, Institution)
"""Tables whose rows are found by their `name`."""
BY_PIECES: tuple[type[SQLModel], ...] = (Elder, Caregiver)
"""Tables whose names are asked themselves for what is not pinyin: their keys are letters."""

_BEHIND_ALL = "\U0010ffff"
_BETWEEN = re.compile(r"[\s·•.'’_-]+")
_SURNAMES = {
    "万俟": ("mo", "qi"),
    "尉迟": ("yu", "chi"),
    "单于": ("chan", "yu"),
    "长孙": ("zhang", "sun"),
    "澹台": ("tan", "tai"),
    "单": ("shan",),
    "仇": ("qiu",),
    "曾": ("zeng",),
    "解": ("xie",),
    "区": ("ou",),
    "查": ("zha",),
    "任": ("ren",),
    "华": ("hua",),
    "覃": ("qin",),
    "朴": ("piao",),
    "翟": ("zhai",),
    "乐": ("yue",),
    "盖": ("ge",),
    "种": ("chong",),
    "召": ("shao",),
    "缪": ("miao",),
    "尉": ("wei",),
    "员": ("yun",),
    "繁": ("po",),
    "折": ("she",),
    "祭": ("zhai",),
    "洗": ("xian",),
}
"""Characters that a surname reads otherwise than a word; the double surnames stand first."""


class NameKey(SQLModel, table=True):
    """One key of a row's name; `owner` is the row's table. Keys compare byte by byte."""

    __tablename__ = "name_key"

    owner: str = Field(primary_key=True, max_length=32)
    key: str = Field(
        primary_key=True,
        # Beginnings are found as a range, so the order must not be that of a language.
        sa_type=String(KEY_LENGTH).with_variant(String(KEY_LENGTH, collation="C"), "postgresql"),
    )
    owner_id: str = Field(primary_key=True, max_length=40, index=True)


def plain_words(words: str) -> str:
    """What is typed, as keys are written: half width, small letters, nothing between syllables."""
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", words).lower())[:KEY_LENGTH]


@lru_cache(maxsize=8_192)
def keys_of_name(name: str, *, of_person: bool = True) -> frozenset[str]:
    """The keys of a name; a person's surname is read as a surname."""
    plain = plain_words(name)
    readings = _readings(plain, of_person=of_person)
    keys = {"".join(readings), "".join(reading[:1] for reading in readings)}
    keys.update(plain[start:] for start in range(len(plain)))
    return frozenset(key[:KEY_LENGTH] for key in keys if key)


@lru_cache(maxsize=8_192)
def _keys_kept(name: str, model: type[SQLModel]) -> tuple[str, ...]:
    keys = keys_of_name(name, of_person=model in PEOPLE)
    if model in BY_PIECES:
        return tuple(key for key in keys if key[0] in ascii_lowercase)
    return tuple(keys)


def _readings(plain: str, *, of_person: bool) -> list[str]:
    if of_person:
        for surname, readings in _SURNAMES.items():
            if plain.startswith(surname):
                return [*readings, *spelled(plain[len(surname) :])]
    return spelled(plain)


def bearers(model: type[SQLModel], words: str) -> Select[str]:
    """Keys of the rows that have a name key beginning with the words.

    Words for a table of `BY_PIECES` are letters: other pieces of its names are no keys.
    """
    first = plain_words(words)
    return (
        select(col(NameKey.owner_id))
        .distinct()
        .where(
            col(NameKey.owner) == _table(model).name,
            col(NameKey.key) >= first,
            col(NameKey.key) < first + _BEHIND_ALL,
        )
    )


def fill_name_keys(session: Session) -> int:
    """Make all keys anew; returns how many there are."""
    session.flush()
    connection = session.connection()
    connection.execute(delete(NameKey))
    written = 0
    for model in NAMED:
        table = _table(model)
        (key,) = table.primary_key.columns
        pairs = iter(connection.execute(select(key, table.c.name)).all())
        while chunk := list(islice(pairs, CHUNK)):
            names = {str(owner): str(name) for owner, name in chunk}
            written += add_name_keys(connection, model, names)
    return written


def _rows(
    model: type[SQLModel], pairs: Iterable[tuple[str, str]]
) -> Iterator[tuple[str, str, str]]:
    # A plain string: drivers take SQLAlchemy's kind of name for a stranger and ask it its form.
    owner = str(_table(model).name)
    for owner_id, name in pairs:
        for key in _keys_kept(name, model):
            yield owner, key, owner_id


@event.listens_for(Session, "after_flush")
def _follow(session: Session, _context: object) -> None:
    """Write the keys of what this flush has written."""
    gone = [row for row in session.deleted if type(row) in NAMED]
    renamed = [row for row in session.new if type(row) in NAMED]
    renamed += [
        row
        for row in session.dirty
        if type(row) in NAMED and inspected(row).attrs["name"].history.has_changes()
    ]
    if gone or renamed:
        for model in {type(row) for row in (*gone, *renamed)}:
            replace_name_keys(
                session.connection(),
                model,
                [_owner_id(row) for row in gone if type(row) is model],
                {_owner_id(row): row.name for row in renamed if type(row) is model},
            )


def _owner_id(row: SQLModel) -> str:
    (key,) = _table(type(row)).primary_key.columns
    return str(getattr(row, key.name))


def replace_name_keys(
    connection: Connection, model: type[SQLModel], gone: list[str], names: dict[str, str]
) -> None:
    """Drop the keys of the rows gone and write those of the new names: after a bulk write."""
    owners = iter(sorted({*gone, *names}))
    while chunk := list(islice(owners, CHUNK)):
        connection.execute(
            delete(NameKey).where(
                col(NameKey.owner) == _table(model).name, col(NameKey.owner_id).in_(chunk)
            )
        )
    add_name_keys(connection, model, names)


def add_name_keys(connection: Connection, model: type[SQLModel], names: dict[str, str]) -> int:
    """Write the keys of rows that have none yet; returns how many there are."""
    # In the order of the index, which is then filled page by page.
    rows = sorted(_rows(model, names.items()))
    if rows:
        insert_lines(connection, _table(NameKey), ("owner", "key", "owner_id"), rows)
    return len(rows)


def _table(model: type[SQLModel]) -> Table:
    table: Table = inspected(model).local_table
    return table
