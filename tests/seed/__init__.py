"""Tests of the seeded district."""
