"""When lunch reaches an elder, and how long it is eaten. Minutes after midnight."""

from __future__ import annotations

LUNCH_FROM_MINUTES = 10 * 60 + 45
LUNCH_UNTIL_MINUTES = 12 * 60 + 30
"""Lunch is handed over from 10:45 to 12:30 (assumed; later a setting of the site)."""
EATING_MINUTES = 30
"""From the hand-over to the end of the meal (assumed)."""
