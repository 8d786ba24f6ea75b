"""Tests of field events."""
