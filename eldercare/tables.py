"""Every table of the product, imported once so that the metadata is complete."""

from __future__ import annotations

import eldercare.accounts.tables
import eldercare.care.tables
import eldercare.coverage.tables
import eldercare.exchange.tables
import eldercare.jobs.tables
import eldercare.registry.tables
import eldercare.rostering.tables
import eldercare.seeding.tables  # noqa: F401 - importing fills the metadata
