"""Settings of one installation, from the environment (`ELDERCARE_…`) or the command line."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

TIME_ZONE = ZoneInfo("Asia/Shanghai")
"""The district's civil time; instants are stored in UTC and shown in this zone."""

DISTRICT_CODE = "320411000000"
DISTRICT_NAME = "新北区"

DEMO_ON = date(2020, 9, 17)
"""The day of the demonstration: a Thursday in the plan's last year."""

LOOK_BACK_DAYS = 90
"""A delivered service counts for coverage for so many days; argued in docs/coverage.md."""

NEAR_POINTS = 10
"""A figure that misses its target by at most so many percentage points is called near."""


class Settings(BaseSettings):
    """What differs from one installation to the next."""

    model_config = SettingsConfigDict(env_prefix="ELDERCARE_", extra="ignore")

    database_url: str = "sqlite:///var/eldercare.db"
    data_folder: Path = Path("var")
    secret_key: SecretStr | None = None
    """Signs tokens and sessions; None: made once and kept in the data folder."""
    nightly_at: str = "02:00"
    """Local time (HH:MM) of the nightly demand, plan and snapshot."""
    plan_time_limit_seconds: float = 30.0
    coverage_look_back_days: int = LOOK_BACK_DAYS
    coverage_near_points: int = NEAR_POINTS
