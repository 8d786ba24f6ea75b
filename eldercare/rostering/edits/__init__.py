"""Edits of a roster by hand: one at a time, into the draft, answered at once."""
