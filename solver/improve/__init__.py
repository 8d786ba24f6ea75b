"""Compiled local-search kernels that shorten and fill a plan's routes."""
