"""A plan changed by hand: one visit goes elsewhere, and the routes concerned get their times."""

from solver.by_hand.excused import excused
from solver.by_hand.moving import Wish, placed, swapped, without

__all__ = ["Wish", "excused", "placed", "swapped", "without"]
