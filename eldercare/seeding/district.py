"""Fill an empty database with the synthetic district: one use case, all or nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlmodel import Session, SQLModel

from eldercare.care.recurrence import monday_of
from eldercare.care.tables import (
    CarePlan,
    Entitlement,
    MealRecord,
    MealSubscription,
    Pause,
    PlanItem,
    ServiceRecord,
    ServiceType,
)
from eldercare.errors import Conflict, FieldProblem, InvalidInput
from eldercare.registry.name_keys import fill_name_keys
from eldercare.registry.tables import (
    Assessment,
    BedGroup,
    CareCentre,
    Caregiver,
    CaregiverQualification,
    Community,
    CommunityPopulation,
    Elder,
    ElderGroup,
    FamilyDoctorContract,
    Institution,
    InstitutionStay,
    MealSite,
    MealSiteCommunity,
    Qualification,
    RehabPlace,
    Rider,
    Shift,
    Town,
)
from eldercare.seeding import elder_rows as registry
from eldercare.seeding.absences import away_by_day, draw_absences, pause_rows
from eldercare.seeding.conditions import (
    Conditions,
    assessment_rows,
    draw_conditions,
    group_rows,
    stay_rows,
)
from eldercare.seeding.doctors import doctor_rows
from eldercare.seeding.facilities import Centre, centre_rows, make_centres, rehab_rows
from eldercare.seeding.institutions import (
    House,
    bed_rows,
    beds_now,
    institution_rows,
    make_houses,
)
from eldercare.seeding.kitchens import MealNetwork, make_network, service_rows, site_rows
from eldercare.seeding.meals import (
    make_riders,
    make_subscriptions,
    rider_rows,
    rider_shift_rows,
    subscription_rows,
)
from eldercare.seeding.meals_past import meal_records
from eldercare.seeding.names import NamePool, make_pool
from eldercare.seeding.people import People, draw_people
from eldercare.seeding.planner import make_plans
from eldercare.seeding.plans import item_rows, plan_rows
from eldercare.seeding.sources import Sources, read_sources
from eldercare.seeding.tables import SeedRun
from eldercare.seeding.visits_past import visit_records
from eldercare.seeding.workforce import (
    Carer,
    carer_rows,
    make_carers,
    qualification_rows,
    shift_rows,
)
from eldercare.seeding.writing import Progress, Writer, count_rows
from eldercare.settings import DEMO_ON

SEEDED_TABLES: tuple[type[SQLModel], ...] = (
    Town,
    Community,
    CommunityPopulation,
    Qualification,
    ServiceType,
    Entitlement,
    CareCentre,
    RehabPlace,
    Institution,
    BedGroup,
    MealSite,
    MealSiteCommunity,
    Elder,
    ElderGroup,
    Assessment,
    InstitutionStay,
    FamilyDoctorContract,
    Caregiver,
    CaregiverQualification,
    Rider,
    Shift,
    CarePlan,
    PlanItem,
    MealSubscription,
    Pause,
    ServiceRecord,
    MealRecord,
)
"""Every table that the seed fills, in the order in which it is filled."""
FIRST_ON, LAST_ON = date(2018, 7, 1), date(2021, 12, 31)
SHIFT_WEEKS_BEFORE, SHIFT_WEEKS = 2, 7
"""Shifts from so many weeks before the date's week on, for so many weeks."""


@dataclass(frozen=True, slots=True)
class SeedSummary:
    """Rows by table; `created` is False where they were there already, by the same parameters.

    `defects` counts what was made wrong on purpose, so that 'set aside' has something to show.
    """

    scale: float
    seed: int
    on: date
    created: bool
    counts: dict[str, int]
    defects: dict[str, int] = field(default_factory=dict)


def is_seeded(session: Session) -> bool:
    """Whether this database was filled by `seed_district`."""
    return session.get(SeedRun, 1) is not None


def seed_district(
    session: Session,
    *,
    scale: float = 0.1,
    seed: int = 2018,
    on: date = DEMO_ON,
    progress: Progress | None = None,
) -> SeedSummary:
    """Fill the database with the synthetic district as of a date; the caller commits.

    `scale` 1 is the whole district (about 165,000 elders); facilities are never scaled. The same
    parameters give the same rows; seeding again with them changes nothing. Raises Conflict where
    the database holds anything else, InvalidInput for parameters out of bounds.
    """
    _check(scale, seed, on)
    before = session.get(SeedRun, 1)
    counts = count_rows(session, SEEDED_TABLES)
    if before is not None:
        if (before.scale, before.seed, before.on) != (scale, seed, on):
            raise Conflict(
                f"the database was seeded with scale {before.scale:g}, seed {before.seed} and date "
                f"{before.on}; name another database, or the same parameters",
                code="seeded_differently",
            )
        return SeedSummary(scale, seed, on, created=False, counts=counts)
    filled = [name for name, rows in counts.items() if rows]
    if filled:
        raise Conflict(
            f"the database is not empty ({', '.join(filled)}); seed an empty one",
            code="database_not_empty",
        )
    with session.begin_nested():
        return _Seeding(session, scale, seed, on, progress).run()


def _check(scale: float, seed: int, on: date) -> None:
    problems = []
    if not 0 < scale <= 1:
        problems.append(FieldProblem("/scale", f"{scale:g} is not above 0 and at most 1"))
    if not 0 <= seed < 2**32:
        problems.append(FieldProblem("/seed", f"{seed} is not between 0 and 4294967295"))
    if not FIRST_ON <= on <= LAST_ON:
        problems.append(FieldProblem("/on", f"{on} is not between {FIRST_ON} and {LAST_ON}"))
    if problems:
        raise InvalidInput(
            "; ".join(f"{problem.pointer[1:]}: {problem.reason}" for problem in problems),
            fields=problems,
        )


class _Seeding:
    """Draws the district and writes it table by table, parents before children."""

    def __init__(
        self, session: Session, scale: float, seed: int, on: date, progress: Progress | None
    ) -> None:
        self.session, self.scale, self.seed, self.on = session, scale, seed, on
        self.writer = Writer(session, progress)
        self.sources: Sources = read_sources()
        self.pool: NamePool = make_pool(seed)

    def run(self) -> SeedSummary:
        """Write everything; the summary."""
        self._places()
        centres, houses, network = self._facilities()
        people = draw_people(self.sources, self.pool, scale=self.scale, seed=self.seed, on=self.on)
        conditions = draw_conditions(
            self.sources, people, beds_now(houses), scale=self.scale, seed=self.seed
        )
        self._elders(people, conditions, houses)
        carers = self._carers(people, centres)
        self._care(people, conditions, carers, network)
        self.session.add(SeedRun(id=1, scale=self.scale, seed=self.seed, on=self.on))
        self.session.flush()
        fill_name_keys(self.session)  # the rows were written past the session
        return SeedSummary(
            self.scale,
            self.seed,
            self.on,
            created=True,
            counts=self.writer.counts,
            defects={
                "elders_without_position": int((~people.positioned & people.active).sum()),
                "caregivers_with_expired_certificate": sum(bool(c.expired) for c in carers),
            },
        )

    def _places(self) -> None:
        self.writer.write(Town, registry.town_rows(self.sources))
        self.writer.write(Community, registry.community_rows(self.sources, self.seed))
        self.writer.write(CommunityPopulation, registry.population_rows(self.sources, self.on))
        self.writer.write(Qualification, registry.qualification_kind_rows(self.sources))
        self.writer.write(ServiceType, registry.service_type_rows(self.sources))
        self.writer.write(Entitlement, registry.entitlement_rows(self.sources))

    def _facilities(self) -> tuple[list[Centre], list[House], MealNetwork]:
        centres = make_centres(self.sources, seed=self.seed, on=self.on)
        houses = make_houses(self.sources, seed=self.seed, on=self.on)
        network = make_network(self.sources, seed=self.seed, on=self.on)
        self.writer.write(CareCentre, centre_rows(self.sources, centres))
        self.writer.write(RehabPlace, rehab_rows(self.sources, seed=self.seed, on=self.on))
        self.writer.write(Institution, institution_rows(self.sources, houses))
        self.writer.write(BedGroup, bed_rows(houses))
        self.writer.write(MealSite, site_rows(self.sources, network))
        self.writer.write(MealSiteCommunity, service_rows(self.sources, network))
        return centres, houses, network

    def _elders(self, people: People, conditions: Conditions, houses: list[House]) -> None:
        sources, seed, write = self.sources, self.seed, self.writer.write
        rows = registry.elder_rows(sources, people, conditions, seed)
        write(Elder, rows, len(people))
        write(ElderGroup, group_rows(people, conditions))
        write(Assessment, assessment_rows(sources, people, conditions, seed))
        write(InstitutionStay, stay_rows(people, conditions, [house.id for house in houses]))
        write(FamilyDoctorContract, doctor_rows(sources, people, conditions, seed))

    def _carers(self, people: People, centres: list[Centre]) -> list[Carer]:
        carers = make_carers(
            self.sources, people, centres, self.pool, scale=self.scale, seed=self.seed
        )
        self.writer.write(Caregiver, carer_rows(self.sources, carers))
        self.writer.write(
            CaregiverQualification,
            qualification_rows(self.sources, carers, seed=self.seed, on=self.on),
        )
        return carers

    def _care(
        self, people: People, conditions: Conditions, carers: list[Carer], network: MealNetwork
    ) -> None:
        seed, write = self.seed, self.writer.write
        plans = make_plans(self.sources, people, conditions, carers, seed=seed)
        orders = make_subscriptions(self.sources, people, conditions, network, seed=seed)
        riders = make_riders(people, orders, self.pool, seed=seed)
        first = monday_of(self.on) - timedelta(weeks=SHIFT_WEEKS_BEFORE)
        away = [plan.elder for plan in plans] + [order.elder for order in orders]
        absences = draw_absences(people, away, seed=seed)
        by_day = away_by_day(absences)
        write(Rider, rider_rows(riders))
        write(Shift, shift_rows(carers, first, 7 * SHIFT_WEEKS))
        write(Shift, rider_shift_rows(riders, first, 7 * SHIFT_WEEKS))
        write(CarePlan, plan_rows(people, plans), len(plans))
        write(PlanItem, item_rows(people, plans, carers))
        write(MealSubscription, subscription_rows(people, orders), len(orders))
        write(Pause, pause_rows(people, absences))
        write(ServiceRecord, visit_records(people, plans, carers, by_day, seed=seed))
        write(MealRecord, meal_records(people, orders, riders, by_day, seed=seed))
