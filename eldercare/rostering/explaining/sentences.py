"""Sentences built from codes and facts, in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from eldercare.clock import clock
from eldercare.rostering.explaining.answers import Moved, Person, TermShare, Words, worth_minutes
from eldercare.rostering.explaining.case import Names
from eldercare.rostering.explaining.words import BANS, REMEDIES, TAGS, TERMS, WHY
from solver.explain import Explanation
from solver.explaining.remedies import Kind, Remedy
from solver.objective import Term
from solver.problem import Problem, SkillNeed, Visit
from solver.replanning.disturbance import TOLERANCE_MINUTES, Appointment

PROVED = Words("已证明排不下：", "Proved impossible: ")
NOT_FOUND = Words(
    "在给定时间内没有找到（并非证明排不下）：", "Not found in the time given (this is no proof): "
)
NOBODY: Mapping[str, tuple[Person, int]] = MappingProxyType({})
NEW_CAREGIVER = Words("新增护理员", "the new caregiver")


def joined(parts: Iterable[Words]) -> Words:
    """Several as one sentence."""
    kept = list(parts)
    return Words("；".join(one.zh for one in kept), "; ".join(one.en for one in kept))


def sentence(text: Words) -> Words:
    """With a full stop, and in English a capital."""
    return Words(f"{text.zh}。", f"{text.en[:1].upper()}{text.en[1:]}.")


def people_words(people: Sequence[Person]) -> Words:
    """Their names."""
    names = [one.name for one in people]
    return Words("、".join(names), " and ".join(names))


def skill_words(needs: Iterable[SkillNeed | str], names: Names) -> Words:
    """What a part asks for; `a|b` is either of two qualifications."""
    zh, en = [], []
    for need in needs:
        code, level = (need, 0) if isinstance(need, str) else (need.skill, need.level)
        called = [names.qualifications.get(one, one) for one in code.split("|")]
        zh.append("或".join(called) + (f"{level}级" if level else ""))
        en.append(" or ".join(called) + (f" level {level}" if level else ""))
    return Words("、".join(zh) or "无", ", ".join(en) or "none")


def tag_words(tags: Iterable[str]) -> Words:
    """What an elder requires of whoever comes."""
    found = [TAGS.get(one, Words(one, one)) for one in sorted(tags)]
    return Words("、".join(one.zh for one in found), ", ".join(one.en for one in found))


def why_words(
    found: Explanation, names: Names, planned: Mapping[str, tuple[Person, int]] = NOBODY
) -> Words:
    """Why the solver's explanation says that a visit is unserved.

    `planned`: whose visit it is and when it begins, by visit, for those that others are told of.
    """
    text = WHY[found.reason]
    facts: dict[str, object] = dict(found.facts)
    for name in ("opens", "closes"):
        if name in facts:
            facts[name] = clock(int(str(facts[name])))
    facts["people"] = _count(int(found.facts.get("caregivers", 0)), "caregiver")
    skills = skill_words(_skills(found.facts), names)
    tags = tag_words(part for part in str(facts.get("tags", "")).split(", ") if part)
    group = _group_words(_ids(facts.get("group")), planned)
    people = people_words([names.caregiver(one) for one in _ids(facts.get("names"))])
    zh = {"skill": skills.zh, "tags": tags.zh, "group": group.zh, "names": people.zh}
    en = {"skill": skills.en, "tags": tags.en, "group": group.en, "names": people.en}
    return Words(text.zh.format_map(facts | zh), text.en.format_map(facts | en))


def _ids(joined_ids: object) -> list[str]:
    return [one for one in str(joined_ids or "").split(", ") if one]


def _group_words(visits: Sequence[str], planned: Mapping[str, tuple[Person, int]]) -> Words:
    """Visits by elder and start, in the order of the day; one of an unknown elder by id."""
    known = sorted(
        (planned[one] for one in visits if one in planned), key=lambda one: (one[1], one[0].name)
    )
    said = [f"{who.name} {clock(start)}" for who, start in known]
    said += [one for one in visits if one not in planned]
    return Words("、".join(said), ", ".join(said))


def _skills(facts: Mapping[str, int | str]) -> list[SkillNeed | str]:
    named = [one for one in str(facts.get("skill", "")).split(", ") if one]
    level = facts.get("level", 0)
    return [SkillNeed(one, int(level)) for one in named]


def ban_words(code: str, who: Person, visit: Visit, names: Names) -> Words:
    """Why a rule keeps somebody from a visit."""
    skills = skill_words((need for part in visit.parts[:1] for need in part.skills), names)
    tags = tag_words(visit.required_tags)
    facts = {
        "who": who.name,
        "opens": clock(visit.windows[0].start),
        "closes": clock(visit.windows[-1].end),
    }
    text = BANS[code]
    return Words(
        text.zh.format_map(facts | {"skills": skills.zh, "tags": tags.zh}),
        text.en.format_map(facts | {"skills": skills.en, "tags": tags.en}),
    )


def fix_words(
    remedy: Remedy, day: Problem, now: Appointment, moved: Sequence[Moved], names: Names
) -> Words:
    """A whole sentence: what to change, who then comes when, and whom else it concerns."""
    condition = _remedy_words(remedy, day, names)
    anyway = remedy.kind is Kind.SERVE_ANYWAY
    who = people_words(tuple(_comes(one, remedy, names) for one in now.caregivers))
    who = Words(who.zh, who.en.replace(NEW_CAREGIVER.zh, NEW_CAREGIVER.en))
    comes = Words(
        f"{condition.zh}，{'' if anyway else '可'}由{who.zh}{clock(now.start)}上门",
        f"{condition.en}, {'by' if anyway else 'it can be served by'} {who.en} at"
        f" {clock(now.start)}",
    )
    return sentence(joined((comes, *moved_words(moved))))


def _comes(caregiver_id: str, remedy: Remedy, names: Names) -> Person:
    if remedy.kind is Kind.MORE_SHIFT and caregiver_id == remedy.caregiver:
        return Person(id=caregiver_id, name=NEW_CAREGIVER.zh)
    return names.caregiver(caregiver_id)


def _remedy_words(remedy: Remedy, day: Problem, names: Names) -> Words:
    visit = day.visit_by_id[remedy.visit_id]
    facts: dict[str, object] = {
        "minutes": remedy.minutes,
        "who": names.caregiver(remedy.caregiver).name,
        "opens": clock(max(0, visit.windows[0].start - remedy.minutes)),
        "closes": clock(visit.windows[-1].end + remedy.minutes),
        "since": clock(remedy.opens),
        "until": clock(remedy.closes),
    }
    if remedy.shift and remedy.kind is not Kind.MORE_SHIFT:
        _, shift = day.shift_by_id[remedy.shift]
        facts["since"] = clock(max(0, shift.start - remedy.minutes))
        facts["until"] = clock(shift.end + remedy.minutes)
    skills = skill_words(remedy.skills, names)
    text = REMEDIES[remedy.kind]
    zh = text.zh.format_map(facts | {"skills": skills.zh})
    return Words(zh, text.en.format_map(facts | {"skills": skills.en}))


def moved_words(moved: Sequence[Moved]) -> tuple[Words, ...]:
    """How many other elders it concerns, by what they would notice; nothing where nobody."""
    another = {one.elder.id for one in moved if set(one.was.caregivers) != set(one.now.caregivers)}
    later = {one.elder.id for one in moved} - another
    found = []
    if another:
        found.append(
            Words(
                f"另有{len(another)}户换护理员",
                f"{_count(len(another), 'other elder')} would get another caregiver",
            )
        )
    if later:
        found.append(
            Words(
                f"另有{len(later)}户时间变动超过{TOLERANCE_MINUTES}分钟",
                f"{_count(len(later), 'other elder')} would be moved by more than"
                f" {TOLERANCE_MINUTES} minutes",
            )
        )
    return tuple(found)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")


def share(term: Term, value: int, cost: int) -> TermShare:
    """A cost term with its words and what it is worth in minutes of travel."""
    minutes = worth_minutes(cost)
    return TermShare(term=term, words=TERMS[term], value=value, cost=cost, minutes=minutes)


def shares_words(shares: Sequence[TermShare]) -> Words:
    """Every term that has a price, in minutes of travel, and the sum of several."""
    priced = [one for one in shares if one.cost]
    zh = [f"{one.words.zh}{one.minutes:+g}分钟" for one in priced]
    en = [f"{one.words.en} {one.minutes:+g} min" for one in priced]
    if len(priced) > 1:
        total = worth_minutes(sum(one.cost for one in shares))
        zh.append(f"合计{total:+g}分钟")
        en.append(f"in all {total:+g} min")
    return Words("，".join(zh) or "没有差别", ", ".join(en) or "no difference")
