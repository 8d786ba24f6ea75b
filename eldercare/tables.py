"""Every table of the product, imported once so that the metadata is complete."""

from __future__ import annotations

import eldercare.care.tables
import eldercare.registry.tables
import eldercare.rostering.tables  # noqa: F401
