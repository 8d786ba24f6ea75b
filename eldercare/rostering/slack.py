"""Slack as planners buy it: one percentage for visits and the ways to them."""

from __future__ import annotations

from solver.robustness import Slack


def slack_of(percent: int) -> Slack | None:
    """The slack of so many per cent; None where none is bought."""
    share = percent / 100
    return Slack(travel_share=share, service_share=share) if share else None
