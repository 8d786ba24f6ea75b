"""The `eldercare` command: parses, calls one use case, commits and prints."""

from __future__ import annotations

from eldercare.cli.app import main

__all__ = ["main"]
