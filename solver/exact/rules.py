"""The constraints of a day: who gives what, in which order, when, and where the rest is."""

from __future__ import annotations

from solver.exact.day import HOME, Arc, Day, Leg, Line, Sum, Task, Var
from solver.problem import Gap


def constrain(day: Day) -> None:
    """Add every hard rule; costs and what may be broken at a price are `terms`."""
    for task in day.tasks:
        day.model.add(sum(task.given.values()) == task.served)
    for line in day.lines:
        _order(day, line)
        _rest(day, line)
        for arc, leg in line.legs.items():
            _drive(day, line, arc, leg)
    _visits(day)
    _people(day)


def _order(day: Day, line: Line) -> None:
    """One closed tour from home through what is given; home to home where nothing is."""
    model, name = day.model, line.shift.id
    nodes = (HOME, *(task.number for task in line.tasks))
    place_of = {node: position for position, node in enumerate(nodes)}
    circuit = [(0, 0, line.used.negated())]
    circuit += [(place_of[one.number],) * 2 + (one.given[name].negated(),) for one in line.tasks]
    for before in nodes:
        for after in nodes:
            if before != after:
                driven = day.flag()
                line.legs[before, after] = _leg(day, line, (before, after), driven)
                circuit.append((place_of[before], place_of[after], driven))
    model.add_circuit(circuit)
    for task in line.tasks:
        model.add_implication(task.given[name], line.used)
    model.add(line.begin >= line.shift.start)
    for instant in (line.begin, line.first, line.end):  # else free, and as many plans alike
        model.add(instant == line.shift.start).only_enforce_if(line.used.negated())


def _leg(day: Day, line: Line, arc: Arc, driven: Var) -> Leg:
    before, after = (None if node == HOME else day.tasks[node].visit for node in arc)
    place = before.place if before else line.shift.start_place
    goal = after.place if after else line.shift.end_place
    setup = after.setup if after else 0
    if before and after and before.building == after.building != "":
        setup = 0
    return Leg(driven, int(day.problem.travel[line.caregiver.mode][place, goal]), setup)


def _rest(day: Day, line: Line) -> None:
    """Where the rest may be: at one node, before or after what happens there."""
    model, rest, start = day.model, line.shift.rest, line.rest_start
    if rest is None or start is None:
        return
    for node in (HOME, *(task.number for task in line.tasks)):
        after, before = day.flag(), day.flag()
        line.rest_after[node], line.rest_before[node] = after, before
        here = line.used if node == HOME else day.tasks[node].given[line.shift.id]
        for choice in (after, before):
            model.add_implication(choice, here)
        ended: Sum = line.begin if node == HOME else day.tasks[node].end
        begins: Sum = line.end if node == HOME else day.tasks[node].start
        model.add(start >= ended).only_enforce_if(after)
        model.add(start + rest.duration <= begins).only_enforce_if(before)
    model.add_at_most_one(*line.rest_after.values(), *line.rest_before.values())
    if rest.miss_cost is None:
        model.add(line.rested == line.used)


def _drive(day: Day, line: Line, arc: Arc, leg: Leg) -> None:
    """What follows an arc comes after what precedes it, with what lies between."""
    model, (before, after) = day.model, arc
    free: Sum = line.begin if before == HOME else day.tasks[before].end
    ready: Sum = line.end if after == HOME else day.tasks[after].start
    way, length = leg.travel + leg.setup, line.rest_length
    if before == HOME and after != HOME:
        model.add(line.first <= ready).only_enforce_if(leg.driven)
    if line.rest_start is None:
        model.add(ready >= free + way).only_enforce_if(leg.driven)
        return
    at_place, at_next = line.rest_after[before], line.rest_before[after]
    rests = length * at_place + length * at_next
    model.add(ready >= free + way + rests).only_enforce_if(leg.driven)
    left = line.rest_start + length
    model.add(ready >= left + way).only_enforce_if(leg.driven, at_place)
    model.add(line.rest_start >= free + leg.travel).only_enforce_if(leg.driven, at_next)


def _visits(day: Day) -> None:
    """Parts in step and by different caregivers; visits that depend on each other."""
    first: dict[str, Task] = {}
    for task in day.tasks:
        leader = first.setdefault(task.visit.id, task)
        if leader is task:
            continue
        if task.visit.sync is not None:
            _gap(day, task.start - leader.start, task.visit.sync, task.served)
        for caregiver in day.problem.caregivers:
            mine = [shift.id for shift in caregiver.shifts]
            both = [one.given[name] for one in (leader, task) for name in mine if name in one.given]
            day.model.add_at_most_one(both)
    for one in day.problem.dependencies:
        between = first[one.after].start - first[one.before].start
        _gap(day, between, one.gap, day.served[one.before], day.served[one.after])


def _gap(day: Day, between: Sum, gap: Gap, *binding: Var) -> None:
    day.model.add(between >= gap.minimum).only_enforce_if(*binding)
    if gap.maximum is not None:
        day.model.add(between <= gap.maximum).only_enforce_if(*binding)


def _people(day: Day) -> None:
    """The largest work, and routes of one caregiver one after another."""
    for caregiver in day.problem.caregivers:
        mine = [line for line in day.lines if line.caregiver is caregiver]
        if caregiver.maximum_work is not None and mine:
            day.model.add(sum(line.work for line in mine) <= caregiver.maximum_work)
        for number, line in enumerate(mine):
            for other in mine[:number]:
                sooner = day.flag()
                both = (line.used, other.used)
                day.model.add(line.end <= other.begin).only_enforce_if(sooner, *both)
                day.model.add(other.end <= line.begin).only_enforce_if(sooner.negated(), *both)
