"""Tests of care plans and the needs of a date."""
