"""Names of the columns and entries of the arrays the compiled search works on."""

from __future__ import annotations

# What no instant, and no cost of a route, ever reaches; sums of a few of them fit 64 bits.
FAR = 1 << 40
UNSET = -(1 << 40)
# Price of leaving out a visit that must be served, and of one unit of what has no price.
MANDATORY = 1 << 44
PROHIBITIVE = 1 << 30

# Data.tasks: one row for each part of a visit.
PLACE, DURATION, SETUP, BUILDING = 0, 1, 2, 3
LOW, HIGH = 4, 5  # bounds of the start that nothing but feasibility knows
CLOSE = 6  # last start in the first window that is not late
WINDOW_FROM, WINDOW_TO, HARD = 7, 8, 9  # rows of Data.windows; must lateness be 0?
WISH = 10  # preferred start, or UNSET
DROP = 11
MATE, SYNC, PART = 12, 13, 14  # the other part (-1: none); tied to it?; number of this part
LINK_FROM, LINK_TO = 15, 16  # rows of Data.links
ABLE = 17  # how many shifts of Data.able may do it
LATEST = 18  # last start that breaks no bound of the task itself
TASK_COLUMNS = 19

# Data.windows: first start, last start that is not late.
OPENS, CLOSES = 0, 1

# Data.links: the other task; whether this one comes after it; bounds of after minus before.
OTHER, IS_AFTER, LEAST, MOST = 0, 1, 2, 3

# Data.shifts
BEGIN, END, LAST_RETURN, FROM_PLACE, TO_PLACE, MODE, PERSON = 0, 1, 2, 3, 4, 5, 6
REST, REST_MUST, REST_FROM, REST_UNTIL, REST_LENGTH = 7, 8, 9, 10, 11
MISS, MISS_IDLE = 12, 13  # weighted price of no rest: with stops, and without
SHIFT_COLUMNS = 14

# Data.people
MAX_WORK, PAST, PRESENT = 0, 1, 2  # PRESENT: has a shift
PEOPLE_COLUMNS = 3

# Data.prices, per unit of each term; a term that must be 0 is PROHIBITIVE.
TRAVEL, WAITING, LATENESS, HIGHEST, OVERTIME, IDLE, DEVIATION, USED, BALANCE, PUSH = range(10)
DELAY = 10  # least price of a tick by which a start is put off beyond its slack
PRICES = 11

# State.at: times and sums of a task in its route; "after" sums begin with the next stop.
START, READY = 0, 1
WAITED, ROOM, LATE, WORST = 2, 3, 4, 5
WAITED_AFTER, ROOM_AFTER, LATE_AFTER, WORST_AFTER = 6, 7, 8, 9
SLACK = 10  # delay of the start that costs nothing, in any route
OWN, HELD, REST_HELD, REST_ROOM = 11, 12, 13, 14
BEFORE = 15  # start before the last sweep
STEEP = 16  # least price of a tick of delay beyond SLACK
ALONE = 17  # SLACK if nothing were tied to this start
AT_COLUMNS = 18

# State.route
COST, RETURN, ROUTE_IDLE, WORK, ROUTE_WORST, STOPS, WAIT, LATER = 0, 1, 2, 3, 4, 5, 6, 7
ROUTE_TRAVEL, ROUTE_PRICE, REST_TAKEN, ROUTE_LATE = 8, 9, 10, 11
ROUTE_COLUMNS = 12

# State.cursor: where the sweep is in a route; whether its sums are out of date; last search of it
NEXT, FREE, WHERE, HOUSE, RESTING, SEEN, DIRTY, TRIED = range(8)
CURSOR_COLUMNS = 8

# State.gaps: before each place of a row: when the stop before is left, from where, whereto, the way
FREED, FROM, ONTO, WAY = 0, 1, 2, 3
GAP_COLUMNS = 4

# State.person
PERSON_IDLE, PERSON_WORK, PERSON_STOPS = 0, 1, 2
PERSON_COLUMNS = 3
