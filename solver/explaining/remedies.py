"""What could be changed about a day so that a visit can be served, and the day so changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from solver.problem import Caregiver, Problem, Shift, SkillHeld, SkillNeed, TimeWindow, Visit


class Kind(StrEnum):
    """Kinds of remedies; the order is that of equals."""

    SERVE_ANYWAY = "serve_anyway"
    DROP_PREFERENCE = "drop_preference"
    RELEASE_START = "release_start"
    RELEASE_CAREGIVER = "release_caregiver"
    WIDEN_EARLIER = "widen_earlier"
    WIDEN_LATER = "widen_later"
    OVERTIME = "overtime"
    SHIFT_EARLIER = "shift_earlier"
    SHIFT_LATER = "shift_later"
    LIFT_REFUSAL = "lift_refusal"
    ADD_SKILL = "add_skill"
    MORE_SHIFT = "more_shift"


SIZE = {
    Kind.SERVE_ANYWAY: 0,
    Kind.DROP_PREFERENCE: 5,
    Kind.RELEASE_START: 10,
    Kind.RELEASE_CAREGIVER: 20,
    Kind.LIFT_REFUSAL: 60,
    Kind.ADD_SKILL: 240,
    Kind.MORE_SHIFT: 300,
}
"""How large a remedy without minutes counts among those that have some (assumed)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """One change: its kind and what of the fields the kind needs.

    `minutes` by which a window or a shift grows or overtime is allowed; the `caregiver` and `shift`
    it is about; the `skills` she would need. For `more_shift` the caregiver is new, and `opens` and
    `closes` (ticks) are her shift, from the base of shift `shift` and back.
    """

    kind: Kind
    visit_id: str
    minutes: int = 0
    caregiver: str = ""
    shift: str = ""
    skills: tuple[SkillNeed, ...] = ()
    opens: int = 0
    closes: int = 0

    @property
    def size(self) -> int:
        """Minutes, or what the kind counts like in minutes."""
        return self.minutes or SIZE.get(self.kind, 0) * max(1, len(self.skills))

    def apply(self, day: Problem) -> Problem:
        """The day with the change made.

        Raises:
            ProblemError: the change contradicts the day, such as a shift that meets the next.
        """
        if self.kind is Kind.MORE_SHIFT:
            return replace(day, caregivers=(*day.caregivers, self._further(day)))
        if self.kind is Kind.ADD_SKILL:
            return replace(day, caregivers=tuple(map(self._skilled, day.caregivers)))
        if self.kind in {Kind.OVERTIME, Kind.SHIFT_EARLIER, Kind.SHIFT_LATER}:
            return self._with_longer_shift(day)
        ticks = self.minutes * day.ticks_per_minute
        visits = (self._eased(one, ticks) if one.id == self.visit_id else one for one in day.visits)
        return replace(day, visits=tuple(visits))

    def _eased(self, visit: Visit, ticks: int) -> Visit:
        first, last = visit.windows[0], visit.windows[-1]
        match self.kind:
            case Kind.SERVE_ANYWAY:
                return replace(visit, drop_cost=None)
            case Kind.RELEASE_START:
                return replace(visit, locked_start=None)
            case Kind.RELEASE_CAREGIVER:
                return replace(visit, locked_caregivers=None)
            case Kind.WIDEN_EARLIER:
                wider = TimeWindow(max(0, first.start - ticks), first.end)
                return replace(visit, windows=(wider, *visit.windows[1:]))
            case Kind.WIDEN_LATER:
                wider = TimeWindow(last.start, last.end + ticks)
                return replace(visit, windows=(*visit.windows[:-1], wider))
            case Kind.LIFT_REFUSAL:
                only = visit.only_caregivers
                return replace(
                    visit,
                    refused_caregivers=visit.refused_caregivers - {self.caregiver},
                    only_caregivers=None if only is None else only | {self.caregiver},
                )
            case _:
                return replace(
                    visit,
                    preferred_caregivers=frozenset(),
                    familiarity={},
                    preferred_start=None,
                )

    def _skilled(self, one: Caregiver) -> Caregiver:
        if one.id != self.caregiver:
            return one
        held = tuple(SkillHeld(need.skill, need.level) for need in self.skills)
        return replace(one, skills=(*one.skills, *held))

    def _further(self, day: Problem) -> Caregiver:
        like, base = day.shift_by_id[self.shift]
        shift = Shift(
            id=f"{self.caregiver}/more",
            start=self.opens,
            end=self.closes,
            start_place=base.start_place,
            end_place=base.end_place,
        )
        return Caregiver(
            id=self.caregiver,
            shifts=(shift,),
            mode=like.mode,
            skills=tuple(SkillHeld(need.skill, need.level) for need in self.skills),
            tags=day.visit_by_id[self.visit_id].required_tags,
        )

    def _with_longer_shift(self, day: Problem) -> Problem:
        """Overtime that the day forbids to all is allowed to this shift alone, priced as travel."""
        weights = day.weights
        forbidden = self.kind is Kind.OVERTIME and weights.overtime is None
        people = tuple(
            replace(
                one,
                shifts=tuple(self._longer(each, day, alone=forbidden) for each in one.shifts),
            )
            for one in day.caregivers
        )
        if forbidden:
            weights = replace(weights, overtime=weights.travel or 0)
        return replace(day, caregivers=people, weights=weights)

    def _longer(self, shift: Shift, day: Problem, *, alone: bool) -> Shift:
        ticks = self.minutes * day.ticks_per_minute
        if shift.id != self.shift:
            return replace(shift, maximum_overtime=0) if alone else shift
        if self.kind is Kind.SHIFT_EARLIER:
            return replace(shift, start=max(0, shift.start - ticks))
        if self.kind is Kind.SHIFT_LATER:
            return replace(shift, end=shift.end + ticks)
        allowed = 0 if alone else shift.maximum_overtime or 0
        return replace(shift, maximum_overtime=allowed + ticks)
