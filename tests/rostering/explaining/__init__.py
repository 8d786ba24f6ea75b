"""Tests of planning and rosters."""
