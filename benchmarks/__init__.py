"""Reproduces the performance table of the README: `python -m benchmarks`."""
