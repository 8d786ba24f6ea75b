"""Tests of what the performance table is made with."""
