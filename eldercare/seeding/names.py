"""Names of people who do not exist: parts made by faker (zh_CN), combined.

Asking faker for every name would take half a minute for a whole district, so it makes a pool of
surnames and given names once, in its own proportions; people then draw from the pool.
"""

from __future__ import annotations

from dataclasses import dataclass

from faker import Faker

from eldercare.seeding.streams import Bools, Generator, one_of, stream

POOL = 2_000
TWO_CHARACTERS = 0.7
"""Share of given names made of two drawn characters: faker's own list has some 130 names only."""


@dataclass(frozen=True, slots=True)
class NamePool:
    """Surnames and given names, repeated as often as faker gives them."""

    surnames: list[str]
    female: list[str]
    male: list[str]

    def draw(self, chance: Generator, female: Bools) -> list[str]:
        """A full name for each person, in order."""
        surnames = one_of(chance, self.surnames, len(female))
        women = one_of(chance, self.female, len(female))
        men = one_of(chance, self.male, len(female))
        return [
            surname + (woman if is_female else man)
            for surname, woman, man, is_female in zip(surnames, women, men, female, strict=True)
        ]


def make_pool(seed: int) -> NamePool:
    """The pool of a seed."""
    faker = Faker("zh_CN")
    faker.seed_instance(seed)
    surnames = [faker.last_name() for _ in range(POOL)]
    female = [faker.first_name_female() for _ in range(POOL)]
    male = [faker.first_name_male() for _ in range(POOL)]
    chance = stream(seed, "names")
    return NamePool(surnames, _widened(chance, female), _widened(chance, male))


def _widened(chance: Generator, names: list[str]) -> list[str]:
    characters = [character for name in names for character in name]
    first = one_of(chance, characters, len(names))
    second = one_of(chance, characters, len(names))
    joined = chance.random(len(names)) < TWO_CHARACTERS
    return [
        a + b if join and a != b else name
        for name, a, b, join in zip(names, first, second, joined, strict=True)
    ]


def phones(chance: Generator, count: int) -> list[str]:
    """Numbers that cannot be dialled: no Chinese number starts with 000."""
    return [f"000{number:08d}" for number in chance.integers(0, 10**8, size=count)]
