"""A day that is under way, planned again with as few people disturbed as possible."""

from solver.replanning.disturbance import Appointment, Disturbed, appointments, disturbed
from solver.replanning.mending import Replanned, replan
from solver.replanning.remainder import Remainder, joined, remainder

__all__ = [
    "Appointment",
    "Disturbed",
    "Remainder",
    "Replanned",
    "appointments",
    "disturbed",
    "joined",
    "remainder",
    "replan",
]
