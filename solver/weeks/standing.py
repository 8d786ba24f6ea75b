"""A week as it stands: days of every need, what is full, and what another choice would cost."""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations, pairwise

from solver.weeks.problem import WeekNeed, WeekProblem

Days = frozenset[int]
Choice = tuple[int, ...]


class Week:
    """Needs by number with their days; loads and open zones are kept up to date.

    `options` has for every need the days it may have beside its fixed ones. `room` is what a day
    holds, never less than what is fixed there.
    """

    def __init__(self, problem: WeekProblem) -> None:
        self.problem = problem
        self.days_of: list[Days] = [frozenset() for _ in problem.needs]
        self.load = [0] * problem.days
        self.skill_load = {skill: [0] * problem.days for skill in problem.skill_capacity}
        self.reached: dict[str, list[int]] = {}
        number = {need.id: index for index, need in enumerate(problem.needs)}
        self.neighbours: list[list[int]] = [[] for _ in problem.needs]
        for one, other in sorted(problem.apart):
            self.neighbours[number[one]].append(number[other])
            self.neighbours[number[other]].append(number[one])
        self.options = [_options(problem, need) for need in problem.needs]
        for index, need in enumerate(problem.needs):
            self.put(index, need.fixed_days)
        self.room = list(map(max, problem.capacity, self.load))
        self.skill_room = {
            skill: list(map(max, minutes, self.skill_load[skill]))
            for skill, minutes in problem.skill_capacity.items()
        }
        self.shares = shares(problem)

    def put(self, index: int, days: Days) -> None:
        """Give a need these days, and no others."""
        need = self.problem.needs[index]
        reached = self.reached.setdefault(need.zone, [0] * self.problem.days)
        scarce = self.skill_load.get(need.skill)
        for day in self.days_of[index] ^ days:
            sign = 1 if day in days else -1
            reached[day] += sign
            self.load[day] += sign * need.minutes
            if scarce is not None:
                scarce[day] += sign * need.minutes
        self.days_of[index] = days

    def fits(self, index: int, day: int, *, apart: bool = True) -> bool:
        """Whether a need without a visit on that day may have one; `apart`: neighbours count."""
        need = self.problem.needs[index]
        if self.load[day] + need.minutes > self.room[day]:
            return False
        scarce = self.skill_load.get(need.skill)
        if scarce is not None and scarce[day] + need.minutes > self.skill_room[need.skill][day]:
            return False
        return not apart or not any(day in self.days_of[one] for one in self.neighbours[index])

    def price(self, index: int, day: int) -> int:
        """What a visit of the need, without one on that day, would cost there."""
        need, weights = self.problem.needs[index], self.problem.weights
        moved = weights.moved if need.last_days and day not in need.last_days else 0
        opened = weights.zone_day if need.zone and not self.reached[need.zone][day] else 0
        over = max(0, self.load[day] + need.minutes - max(self.shares[day], self.load[day]))
        return moved + opened + weights.balance * over

    def best_days(self, index: int, *, apart: bool = True) -> Days:
        """As many days as the others leave to a need, the cheapest choice of them.

        Its present days, but for the fixed ones, are given up for the moment of looking.
        """
        need, before = self.problem.needs[index], self.days_of[index]
        self.put(index, need.fixed_days)
        free = [day for day in self.options[index] if self.fits(index, day, apart=apart)]
        prices = {day: self.price(index, day) for day in free}
        self.put(index, before)
        for count in range(need.visits - len(need.fixed_days), 0, -1):
            choices = spread_days(tuple(free), count, need.least_distance)
            if choices:
                best = min(choices, key=lambda days: (sum(prices[day] for day in days), days))
                return need.fixed_days.union(best)
        return need.fixed_days

    def cost(self) -> int:
        """The price of the week as it stands."""
        weights, total = self.problem.weights, 0
        for need, days in zip(self.problem.needs, self.days_of, strict=True):
            total += weights.left_out * (1 + need.priority) * (need.visits - len(days))
            total += weights.moved * len(days - need.last_days) if need.last_days else 0
        zones = (counts for zone, counts in self.reached.items() if zone)
        total += weights.zone_day * sum(count > 0 for counts in zones for count in counts)
        over = (max(0, load - share) for load, share in zip(self.load, self.shares, strict=True))
        return total + weights.balance * sum(over)


def shares(problem: WeekProblem) -> list[int]:
    """Minutes of each day if all work were spread as the capacity is, rounded down."""
    work = sum(need.visits * need.minutes for need in problem.needs)
    everything = sum(problem.capacity)
    return [work * one // everything if everything else 0 for one in problem.capacity]


def most_days(problem: WeekProblem, need: WeekNeed) -> int:
    """How many visits the need could have in an empty week, its fixed days included."""
    found, last = len(need.fixed_days), -need.least_distance
    for day in _options(problem, need):
        if day - last >= need.least_distance:
            found, last = found + 1, day
    return min(found, need.visits)


def _options(problem: WeekProblem, need: WeekNeed) -> Choice:
    allowed = range(problem.days) if need.allowed_days is None else sorted(need.allowed_days)
    return tuple(
        day
        for day in allowed
        if day not in need.fixed_days
        and all(abs(day - one) >= need.least_distance for one in need.fixed_days)
    )


@lru_cache(maxsize=10_000)
def spread_days(days: Choice, count: int, distance: int) -> tuple[Choice, ...]:
    """Every choice of so many of the ascending days, any two at least the distance apart."""
    return tuple(
        chosen
        for chosen in combinations(days, count)
        if all(later - earlier >= distance for earlier, later in pairwise(chosen))
    )
