"""Tests of users, roles and audit."""
