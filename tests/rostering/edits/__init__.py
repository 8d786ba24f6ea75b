"""Edits of a roster by hand."""
