"""The best plan of a tiny problem, proved: a slow reference that shares nothing with the engine.

Every choice of a plan (who, in which order, when, the rest's place and time) is a variable of one
CP-SAT model, which is searched to the end: it tries, or refutes, all of them. The model words
`docs/solver_model.md` once more; what it finds is priced by `solver.verify`, and a test holds the
model itself against the checker alone, plan by plan. For up to about six visits and three shifts.
"""

from __future__ import annotations

from collections.abc import Iterator

from ortools.sat.python import cp_model

from solver.objective import Term
from solver.problem import Caregiver, Gap, Problem, Shift, Visit, WindowMet
from solver.solution import Proof, Solution, Unserved
from tests.solver.brute_force_routes import HOME, Line, Sum, Task, Var, read_route

# Price of a visit that must be served and is not: above any cost of a tiny day.
MUST = 10**9
# Bound of the search in CP-SAT's own unit of work, about a second each.
MOST_WORK = 60.0


class NotProvedError(Exception):
    """The search ended without a proof: the problem is not tiny."""


def best_plan(problem: Problem) -> tuple[Solution, int]:
    """A cheapest plan and what the model says it costs (`MUST` for each visit it cannot serve).

    Raises:
        NotProvedError: the problem is too large to be searched to the end.
    """
    return _Reference(problem).solve()


class _Reference:
    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.model = cp_model.CpModel()
        self.horizon = problem.horizon + 1
        self.costs: list[Sum] = []
        self.tasks = [self._task(visit, part) for visit, part in _parts(problem)]
        self.lines = [
            self._line(caregiver, shift)
            for caregiver in problem.caregivers
            for shift in caregiver.shifts
        ]
        self._visits()
        self._people()
        self._highest()

    def solve(self) -> tuple[Solution, int]:
        self.model.minimize(sum(self.costs))
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.max_deterministic_time = MOST_WORK
        if solver.solve(self.model) != cp_model.OPTIMAL:
            raise NotProvedError(self.problem.name)
        routes = tuple(
            read_route(self.problem, self.tasks, line, solver)
            for line in self.lines
            if solver.boolean_value(line.used)
        )
        given = {stop.visit_id for route in routes for stop in route.stops}
        unserved = tuple(
            Unserved(visit.id, "no_room", Proof.NOT_FOUND)
            for visit in self.problem.visits
            if visit.id not in given
        )
        return Solution(routes, unserved), round(solver.objective_value)

    def time(self) -> Var:
        """A new variable for an instant or a length of time."""
        return self.model.new_int_var(0, self.horizon, "")

    def pay(self, term: Term, value: Sum) -> None:
        """Price a value; without a price it must be 0."""
        weight = self.problem.weights.of(term)
        if weight is None:
            self.model.add(value == 0)
        else:
            self.costs.append(weight * value)

    def _task(self, visit: Visit, part: int) -> Task:
        """Start and lateness: the window that counts is the latest begun."""
        task = Task(visit, part, self.time(), self.time())
        met: Sum = task.start
        if self.problem.window_met is WindowMet.AT_END:
            met = met + task.duration
        counts = [self.model.new_bool_var("") for _ in visit.windows]
        self.model.add_exactly_one(counts)
        for number, (window, mine) in enumerate(zip(visit.windows, counts, strict=True)):
            self.model.add(task.start >= window.start).only_enforce_if(mine)
            if number + 1 < len(visit.windows):
                following = visit.windows[number + 1].start
                self.model.add(task.start < following).only_enforce_if(mine)
            self.model.add(task.late >= met - window.end).only_enforce_if(mine)
        return task

    def _line(self, caregiver: Caregiver, shift: Shift) -> Line:
        used, rests, following = (self.model.new_bool_var("") for _ in range(3))
        line = Line(
            caregiver, shift, used, self.time(), self.time(), self.time(), rests, self.time(),
            following,
        )  # fmt: skip
        for task in self.tasks:
            task.given[shift.id] = self.model.new_bool_var("")
            self._may(task, line)
        self._order(line)
        self._rest(line)
        for (before, after), arc in line.arcs.items():
            if (before, after) != (HOME, HOME):
                self._leg(line, before, after, arc)
        self._bounds(line)
        return line

    def _may(self, task: Task, line: Line) -> None:
        """Who may give a part."""
        visit, who, given = task.visit, line.caregiver, task.given[line.shift.id]
        locked = visit.locked_caregivers
        refused = who.id in visit.refused_caregivers or not visit.required_tags <= who.tags
        refused |= visit.only_caregivers is not None and who.id not in visit.only_caregivers
        refused |= locked is not None and locked[task.part] != who.id
        for need in visit.parts[task.part].skills:
            held = [one for one in who.skills if one.skill == need.skill]
            ends = [one.valid_until for one in held if one.level >= need.level]
            refused |= not ends
            if ends and None not in ends:
                latest = max(end for end in ends if end is not None)
                self.model.add(task.start + task.duration <= latest).only_enforce_if(given)
        if refused:
            self.model.add(given == 0)
            return
        if visit.preferred_caregivers and who.id not in visit.preferred_caregivers:
            self.pay(Term.PREFERENCE, given)
        if visit.familiarity and (missing := 100 - visit.familiarity.get(who.id, 0)):
            self.pay(Term.CONTINUITY, missing * given)

    def _order(self, line: Line) -> None:
        """One closed tour of the stops from home and back; unused, home to home."""
        count, name = len(self.tasks), line.shift.id
        circuit = [(count, count, line.used.negated())]
        for before in (HOME, *range(count)):
            for after in (HOME, *range(count)):
                if before == after:
                    continue
                arc = line.arcs[before, after] = self.model.new_bool_var("")
                circuit.append((before % (count + 1), after % (count + 1), arc))
        circuit += [(n, n, one.given[name].negated()) for n, one in enumerate(self.tasks)]
        self.model.add_circuit(circuit)
        for task in self.tasks:
            self.model.add_implication(task.given[name], line.used)

    def _rest(self, line: Line) -> None:
        """Whether, where and when the rest is taken."""
        rest, model = line.shift.rest, self.model
        for after in (HOME, *range(len(self.tasks))):
            here = line.rest_before[after] = model.new_bool_var("")
            home = after == HOME
            model.add_implication(
                here, line.used if home else self.tasks[after].given[line.shift.id]
            )
        model.add(sum(line.rest_before.values()) == line.rests)
        if rest is None:
            model.add(line.rests == 0)
            return
        model.add(line.rest_start >= rest.earliest).only_enforce_if(line.rests)
        model.add(line.rest_start + rest.duration <= rest.latest_end).only_enforce_if(line.rests)
        if rest.miss_cost is None:
            model.add_implication(line.used, line.rests)
            if rest.due_without_stops:
                model.add(line.used == 1)
        elif rest.miss_cost:
            self.pay(Term.MISSED_BREAK, rest.miss_cost * (line.used - line.rests))
            if rest.due_without_stops:
                self.pay(Term.MISSED_BREAK, rest.miss_cost * (1 - line.used))

    def _leg(self, line: Line, before: int, after: int, arc: Var) -> None:
        """Travel, setup and the rest on the way between two places, and what is paid for them."""
        place, following = line.shift.start_place, line.shift.end_place
        if before != HOME:
            place = self.tasks[before].visit.place
        setup = 0
        if after != HOME:
            visit = self.tasks[after].visit
            following, setup = visit.place, visit.setup
            if before != HOME and visit.building == self.tasks[before].visit.building != "":
                setup = 0
        travel = int(self.problem.travel[line.caregiver.mode][place, following])
        line.work.append((travel + setup) * arc)
        self.pay(Term.TRAVEL, travel * arc)
        rested = line.rest_before[after]
        length = line.shift.rest.duration if line.shift.rest else 0
        free: Sum = line.departure
        if before != HOME:
            free = self.tasks[before].start + self.tasks[before].duration
        ready: Sum = line.end if after == HOME else self.tasks[after].start
        slack = self.time()
        needed = travel + setup + length * rested
        if before == HOME:  # the place before is left at the departure, rest or no rest
            at_next = self.model.new_bool_var("")
            self.model.add_multiplication_equality(at_next, [rested, line.rest_next])
            needed = travel + setup + length * at_next
        self.model.add(ready - free - needed == slack).only_enforce_if(arc)
        if before != HOME:
            self.pay(Term.WAITING, slack)
        self._rest_on_leg(line, after, (arc, rested), (free, ready), (travel, setup))
        if before == HOME:
            self._rest_at_start(line, (arc, rested), free)
        else:
            at_place = (arc, rested, line.rest_next.negated())
            self.model.add(line.rest_start >= free).only_enforce_if(*at_place)
        if after == HOME:
            self.model.add(slack == 0).only_enforce_if(arc, rested.negated())

    def _rest_on_leg(
        self,
        line: Line,
        after: int,
        here: tuple[Var, Var],
        between: tuple[Sum, Sum],
        way: tuple[int, int],
    ) -> None:
        """The rest lies at the next place after the way there, or ends before the way begins."""
        (free, ready), (travel, setup), start = between, way, line.rest_start
        done = start + (line.shift.rest.duration if line.shift.rest else 0)
        at_next, at_place = (*here, line.rest_next), (*here, line.rest_next.negated())
        self.model.add(start >= free + travel).only_enforce_if(*at_next)
        if after == HOME:  # the return is exactly what the rest makes it
            self.model.add(done == ready).only_enforce_if(*at_next)
            self.model.add(done + travel == ready).only_enforce_if(*at_place)
        else:
            self.model.add(done <= ready).only_enforce_if(*at_next)
            self.model.add(done + travel + setup <= ready).only_enforce_if(*at_place)

    def _rest_at_start(self, line: Line, here: tuple[Var, Var], departure: Sum) -> None:
        at_place = (*here, line.rest_next.negated())
        done = line.rest_start + (line.shift.rest.duration if line.shift.rest else 0)
        self.model.add(line.rest_start >= line.shift.start).only_enforce_if(*at_place)
        self.model.add(line.rest_start >= line.begin).only_enforce_if(*at_place)
        self.model.add(done <= departure).only_enforce_if(*at_place)

    def _bounds(self, line: Line) -> None:
        """Shift, overtime and use."""
        shift, model = line.shift, self.model
        model.add(line.departure >= shift.start)
        model.add(line.begin <= line.departure)
        late = self.time()
        model.add(late >= line.end - shift.end).only_enforce_if(line.used)
        if shift.maximum_overtime is not None:
            model.add(late <= shift.maximum_overtime)
        self.pay(Term.OVERTIME, late)
        name = shift.id
        line.work += [task.duration * task.given[name] for task in self.tasks]

    def _visits(self) -> None:
        """Served with all parts, by different caregivers and in step, or left out."""
        model = self.model
        self.served: dict[str, Var] = {}
        self.first: dict[str, Task] = {}
        for visit in self.problem.visits:
            served = self.served[visit.id] = model.new_bool_var("")
            parts = [task for task in self.tasks if task.visit is visit]
            self.first[visit.id] = parts[0]
            for task in parts:
                model.add(sum(task.given.values()) == served)
                self._late(task, served)
            for caregiver in self.problem.caregivers if len(parts) == 2 else ():
                mine = [shift.id for shift in caregiver.shifts]
                model.add(sum(task.given[one] for task in parts for one in mine) <= 1)
            if visit.sync is not None:
                self._gap(parts[1].start - parts[0].start, visit.sync, served)
            start = parts[0].start
            if visit.locked_start is not None:
                model.add(start == visit.locked_start).only_enforce_if(served)
            if visit.preferred_start is not None:
                off = self.time()
                model.add(off >= start - visit.preferred_start).only_enforce_if(served)
                model.add(off >= visit.preferred_start - start).only_enforce_if(served)
                self.pay(Term.START_DEVIATION, off)
            if visit.drop_cost is None:
                self.costs.append(MUST * (1 - served))
            else:
                self.pay(Term.UNSERVED, visit.drop_cost * (1 - served))
        for one in self.problem.dependencies:
            between = self.first[one.after].start - self.first[one.before].start
            self._gap(between, one.gap, self.served[one.before], self.served[one.after])

    def _late(self, task: Task, served: Var) -> None:
        paid = self.time()
        self.model.add(paid >= task.late).only_enforce_if(served)
        if task.visit.late_is_hard:
            self.model.add(paid == 0)
        self.pay(Term.LATENESS, paid)
        task.late = paid

    def _gap(self, between: Sum, gap: Gap, *binding: Var) -> None:
        self.model.add(between >= gap.minimum).only_enforce_if(*binding)
        if gap.maximum is not None:
            self.model.add(between <= gap.maximum).only_enforce_if(*binding)

    def _people(self) -> None:
        """What is counted by caregiver: work, idle time, use, balance, routes one after another."""
        most = self.time()
        work: list[Sum] = []
        for caregiver in self.problem.caregivers:
            mine = [line for line in self.lines if line.caregiver is caregiver]
            self.model.add(sum(self._idle(line) for line in mine) <= most)
            today = sum(part for line in mine for part in line.work)
            if caregiver.maximum_work is not None:
                self.model.add(today <= caregiver.maximum_work)
            used = self.model.new_bool_var("")
            for line in mine:
                self.model.add_implication(line.used, used)
            self.pay(Term.CAREGIVERS_USED, used)
            if mine:
                work.append(caregiver.past_workload + today)
            for number, line in enumerate(mine):
                for other in mine[:number]:
                    self._apart(line, other)
        self.pay(Term.LARGEST_IDLE, most)
        if work and self.problem.weights.balance != 0:
            self._balance(work)

    def _apart(self, line: Line, other: Line) -> None:
        first = self.model.new_bool_var("")
        both = (line.used, other.used)
        self.model.add(line.end <= other.begin).only_enforce_if(first, *both)
        self.model.add(other.end <= line.begin).only_enforce_if(first.negated(), *both)

    def _idle(self, line: Line) -> Var:
        idle, shift = self.time(), line.shift
        rested = (shift.rest.duration if shift.rest else 0) * line.rests
        busy = sum(line.work) + rested + shift.start
        self.model.add(idle >= shift.end - busy)
        self.model.add(idle >= line.end - busy).only_enforce_if(line.used)
        return idle

    def _balance(self, work: list[Sum]) -> None:
        large = len(work) * sum(self.horizon * 10 for _ in work) + 10**6
        above = []
        for mine in work:
            over = self.model.new_int_var(0, large, "")
            self.model.add(over >= len(work) * mine - sum(work))
            above.append(over)
        value = self.model.new_int_var(0, large, "")
        self.model.add(len(work) * value + len(work) - 1 >= sum(above))
        self.pay(Term.BALANCE, value)

    def _highest(self) -> None:
        highest = self.time()
        for task in self.tasks:
            self.model.add(highest >= task.late)
        self.pay(Term.HIGHEST_LATENESS, highest)


def _parts(problem: Problem) -> Iterator[tuple[Visit, int]]:
    return ((visit, part) for visit in problem.visits for part in range(len(visit.parts)))
