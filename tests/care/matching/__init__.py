"""Tests of advice and of matching elders to places."""
