"""Read everything a date's plan needs, once, split by town."""

from __future__ import annotations
