"""A district's ledger of elders: the import against what pandas and the database alone need.

The ledger is CSV with groups and assessments, the database a fresh SQLite file. The target speaks
of the bulk insert of every row that the import writes, search keys and the memory of undoing
included; the insert of the elders alone is told beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter

import pandas as pd
from sqlalchemy import Engine, insert, select
from sqlmodel import SQLModel

from benchmarks.findings import Findings, Miss, Verdict, failures, number
from benchmarks.modes import Mode
from benchmarks.rows import Job, Measured, Row
from eldercare.database import create_all, make_engine, transaction
from eldercare.exchange.exporting import write_ledger
from eldercare.exchange.importing import import_file
from eldercare.exchange.kinds import find_kind
from eldercare.exchange.tables import ImportBatch, ImportedRow
from eldercare.registry.admission.tables import table_of
from eldercare.registry.name_keys import NameKey
from eldercare.registry.tables import Assessment, Community, Elder, ElderGroup, Town

ELDERS = 165_000
SAMPLE = 20_000
TARGET = 3.0
REMARK = (
    "`times` is the import over reading and storing all rows: elders, search keys, groups, "
    "assessments and what undoing needs; the last column counts the elders' rows alone."
)
LIMIT_SECONDS = 120.0
ON = date(2020, 9, 17)
NOW = datetime(2020, 9, 17, tzinfo=UTC)
HEADERS = (
    "老年人编号",
    "姓名",
    "性别",
    "出生日期",
    "社区编码",
    "地址",
    "小区楼栋",
    "电话",
    "经度",
    "纬度",
    "居住方式",
    "登记日期",
    "重点人群",
    "评估日期",
    "评估得分",
    "能力等级",
)
TOWN = "320411001000"
COMMUNITIES = 148
LONGITUDE, LATITUDE = 119.97, 31.83
SURNAMES, GIVEN = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨", "桂兰秀英建国玉珍志强红梅根生巧云福林"


def import_elders(count: int, seed: int) -> Measured:
    """Seconds of the import of so many elders; the facts hold what it is measured against."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "elders.csv"
        with path.open("wb") as file:
            write_ledger(_lines(count, Random(seed)), file, sheet="", as_workbook=False)
        begun = perf_counter()
        pd.read_csv(path, dtype=str, keep_default_na=False)
        read = perf_counter() - begun
        engine = _database(folder / "import.db")
        begun = perf_counter()
        with transaction(engine) as session:
            report = import_file(session, find_kind("elders"), path, on=ON, now=NOW, by="bench")
        seconds = perf_counter() - begun
        bare = [_bulk(engine, folder / f"{kind}.db", kind) for kind in ("elders", "all")]
        engine.dispose()
    fault = "" if report.created == count else f"{report.rejected} lines were rejected"
    return Measured(
        cost=seconds / (read + bare[1]),
        seconds=seconds,
        facts={
            "elders": float(count),
            "read_seconds": read,
            "insert_seconds": bare[0],
            "all_seconds": bare[1],
        },
        fault=fault,
    )


def _lines(count: int, random: Random) -> Iterable[Sequence[str]]:
    yield HEADERS
    for place in range(count):
        name = random.choice(SURNAMES) + "".join(random.choices(GIVEN, k=2))
        block = random.randrange(1, 90)
        assessed = random.choice((("", "", ""), ("2020-03-02", "70", "1")))
        yield (
            f"E{place:07d}",
            name,
            random.choice("男女"),
            (date(1925, 1, 1) + timedelta(days=random.randrange(12_000))).isoformat(),
            _community(place % COMMUNITIES),
            f"某路{random.randrange(1, 300)}号{block}幢{random.randrange(101, 1800)}室",
            f"某苑{block}幢",
            f"138{random.randrange(10**8):08d}",
            f"{random.uniform(119.8, 120.0):.6f}",
            f"{random.uniform(31.8, 32.0):.6f}",
            random.choice(("独居", "与配偶", "与家人")),
            "2018-01-01",
            random.choice(("", "", "", "低保:2019-01-01")),
            *assessed,
        )


def _community(number: int) -> str:
    return f"{TOWN[:9]}{number + 1:03d}"


def _database(path: Path) -> Engine:
    engine = make_engine(f"sqlite:///{path}")
    create_all(engine)
    with transaction(engine) as session:
        session.add(
            Town(
                code=TOWN,
                name="某街道",
                parent_code="320411000000",
                longitude=LONGITUDE,
                latitude=LATITUDE,
            )
        )
        session.flush()
        for place in range(COMMUNITIES):
            code = _community(place)
            session.add(
                Community(
                    code=code,
                    name=code,
                    official_name=code,
                    town_code=TOWN,
                    urban_rural_class=111,
                    longitude=LONGITUDE,
                    latitude=LATITUDE,
                )
            )
    return engine


def _bulk(source: Engine, path: Path, kind: str) -> float:
    """Seconds to store the elders, or every row that an import wrote, in one statement a table."""
    written: tuple[type[SQLModel], ...] = (Elder,)
    if kind == "all":
        written = (Elder, ElderGroup, Assessment, NameKey, ImportBatch, ImportedRow)
    engine = _database(path)
    seconds = 0.0
    for model in written:
        table = table_of(model)
        with source.connect() as connection:
            found = connection.execute(select(table)).mappings()
            rows = [dict(row) for row in found if row.get("owner", "elder") == "elder"]
        if rows:
            begun = perf_counter()
            with engine.begin() as connection:
                connection.execute(insert(table), rows)
            seconds += perf_counter() - begun
    engine.dispose()
    return seconds


def jobs(mode: Mode) -> Iterable[Job]:
    """One ledger for each seed."""
    count = SAMPLE if mode.sample else ELDERS
    for seed in range(1, mode.seeds + 1):
        yield Job(
            section="import",
            item=f"{count} elders",
            engine="import_file",
            seed=seed,
            limit_seconds=LIMIT_SECONDS,
            work=import_elders,
            arguments=(count, seed),
        )


def judge(rows: Sequence[Row]) -> Findings:
    """The import may take so many times what reading and storing alone take."""
    slow = [
        Miss(f"{row.item}, seed {row.seed}", failures([row]) or f"{number(row.cost, 2)} times")
        for row in rows
        if row.cost is None or row.cost > TARGET
    ]
    most = max((row.cost for row in rows if row.cost is not None), default=None)
    return Findings(
        (
            Verdict(
                f"at most {number(most, 2)} times",
                f"at most {TARGET:g} times pandas' reading and the database's bulk insert",
                tuple(slow),
                is_measured=bool(rows),
            ),
        ),
        (
            "ledger",
            "import, s",
            "read, s",
            "all rows, s",
            "times",
            "memory, MiB",
            "elders alone, s",
            "times",
        ),
        tuple(_line(row) for row in rows),
        (REMARK,),
    )


def _line(row: Row) -> tuple[str, ...]:
    read, alone = row.facts.get("read_seconds"), row.facts.get("insert_seconds")
    return (
        row.item,
        failures([row]) or number(row.used_seconds, 1),
        number(read, 2),
        number(row.facts.get("all_seconds"), 2),
        number(row.cost, 2),
        number(row.peak_mib),
        number(alone, 2),
        number(_times(row.used_seconds, read, alone), 1),
    )


def _times(seconds: float | None, read: float | None, insert_seconds: float | None) -> float | None:
    if seconds is None or read is None or insert_seconds is None:
        return None
    return seconds / (read + insert_seconds)
