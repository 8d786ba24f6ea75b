"""Which place serves an elder and why, and where care is best given."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from api.edge import Day, Here, PersonalReader, ReadSession, Writer
from api.elder_edge import READ, WRITE, ElderKey, elder_for
from api.problems import documented
from eldercare.accounts.permissions import Action, require
from eldercare.accounts.tables import User
from eldercare.care.matching.advice import Setting, advise_elders
from eldercare.care.matching.reasons import NoPlaceReason
from eldercare.care.matching.running import MatchLimits, MatchReport, match_elders
from eldercare.care.matching.storing import explain_matches
from eldercare.care.tables import MatchKind
from eldercare.database import transaction
from eldercare.settings import DISTRICT_CODE

router = APIRouter(tags=["matching"])

_FARTHEST_METRES = 50_000
_LIMITS = MatchLimits()
Metres = Annotated[int, Field(strict=True, ge=0, le=_FARTHEST_METRES)]


class MatchRun(BaseModel):
    """What is to be matched; limits are metres in a straight line."""

    model_config = ConfigDict(extra="forbid")

    kind: MatchKind
    on: Day | None = Field(default=None, description="from this date on; none: today")
    keep_unless_better_by_metres: Metres = Field(
        description="a match is kept unless another is nearer by more"
    )
    urban_metres: Metres = _LIMITS.urban_metres
    rural_metres: Metres = _LIMITS.rural_metres


class Nowhere(BaseModel):
    """How many elders found no place for a reason."""

    reason: NoPlaceReason
    elders: int


class MatchRunReport(BaseModel):
    """What a run did; the matches themselves are in `/service-matches`."""

    on: date
    kind: MatchKind
    matched: int
    kept: int
    changed: int
    ended: int
    unmatched: list[Nowhere]
    metres: int = Field(description="of all matches together")


class Sentence(BaseModel):
    """One sentence in Chinese and in English."""

    zh: str
    en: str


class ElderMatch(BaseModel):
    """An elder's place and why it is this one."""

    kind: MatchKind
    place_id: str
    from_on: date
    metres: int
    rank: int = Field(description="1: the nearest open place")
    further_metres: int
    why: Sentence


class ElderMatches(BaseModel):
    """An elder's places of a date."""

    elder_id: str
    on: date
    items: list[ElderMatch]


class ElderAdvice(BaseModel):
    """Where care is best given, the reason that decided first; a proposal, nothing more."""

    elder_id: str
    on: date
    setting: Setting | None = Field(description="null: no rule held on the date")
    reasons: list[Sentence]


def matcher(user: Writer) -> User:
    """Who matches: places are shared across towns, so that it takes the whole district."""
    require(user, Action.WRITE_REGISTRY, area_code=DISTRICT_CODE)
    return user


@router.post("/matches", responses=documented(*WRITE))
def run(edge: Here, user: Annotated[User, Depends(matcher)], body: MatchRun) -> MatchRunReport:
    """Give the elders of the district who need one a place of a kind from a date on.

    Run again on the same day it keeps what it gave, so that it needs no `Idempotency-Key`.
    """
    with transaction(edge.engine) as session:
        report = match_elders(
            session,
            on=body.on or edge.today(),
            now=edge.clock(),
            by=user.name,
            kind=body.kind,
            keep_unless_better_by_metres=body.keep_unless_better_by_metres,
            limits=MatchLimits(urban_metres=body.urban_metres, rural_metres=body.rural_metres),
        )
    return _told(report)


@router.get("/elders/{key}/matches", responses=documented(*READ))
def matches(
    edge: Here, session: ReadSession, user: PersonalReader, key: ElderKey, on: Day | None = None
) -> ElderMatches:
    """The places of an elder with the explanation of each."""
    elder_for(session, key, user, Action.READ_PERSONAL)
    day = on or edge.today()
    return ElderMatches(
        elder_id=key,
        on=day,
        items=[
            ElderMatch(
                kind=one.match.kind,
                place_id=one.match.place_id,
                from_on=one.match.from_on,
                metres=one.match.metres,
                rank=one.match.rank,
                further_metres=one.match.further_metres,
                why=Sentence(zh=one.told.zh, en=one.told.en),
            )
            for one in explain_matches(session, key, day)
        ],
    )


@router.get("/elders/{key}/advice", responses=documented(*READ))
def advice(
    edge: Here, session: ReadSession, user: PersonalReader, key: ElderKey, on: Day | None = None
) -> ElderAdvice:
    """Home, community or institution by what is known of an elder on a date, with reasons."""
    elder_for(session, key, user, Action.READ_PERSONAL)
    day = on or edge.today()
    found = advise_elders(session, [key], day)[key]
    return ElderAdvice(
        elder_id=key,
        on=day,
        setting=None if found is None else found.setting,
        reasons=[Sentence(zh=one.zh, en=one.en) for one in (found.reasons if found else ())],
    )


def _told(report: MatchReport) -> MatchRunReport:
    reasons = Counter(one.reason for one in report.unmatched)
    return MatchRunReport(
        on=report.on,
        kind=report.kind,
        matched=report.matched,
        kept=report.kept,
        changed=sum(one.now is not None for one in report.changes),
        ended=sum(one.now is None for one in report.changes),
        unmatched=[Nowhere(reason=one, elders=reasons[one]) for one in sorted(reasons)],
        metres=report.metres,
    )
