"""Answers about a roster for people: why, who else could come, what changes, what it costs."""
