"""Slows down guessing of passwords: counts failed attempts in memory, clock passed in."""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from eldercare.errors import NotAuthenticated


@dataclass
class Throttle:
    """At most `attempts` failures per name within `window`; remembers at most `names` names.

    One process keeps one; it forgets on restart, which is no help to a guesser.
    """

    attempts: int = 10
    window: timedelta = timedelta(minutes=15)
    names: int = 10_000
    _failures: OrderedDict[str, deque[datetime]] = field(default_factory=OrderedDict, repr=False)

    def check(self, name: str, *, now: datetime) -> None:
        """Raise NotAuthenticated while the name has too many recent failures."""
        recent = self._recent(name, now)
        if len(recent) >= self.attempts:
            wait = recent[0] + self.window - now
            minutes = max(1, -(-int(wait.total_seconds()) // 60))
            raise NotAuthenticated(
                f"too many failed attempts: try again in {minutes} minutes",
                code="too_many_attempts",
            )

    def failed(self, name: str, *, now: datetime) -> None:
        """Count a failure."""
        recent = self._recent(name, now)
        recent.append(now)
        self._failures[name] = recent
        self._failures.move_to_end(name)
        while len(self._failures) > self.names:
            self._failures.popitem(last=False)

    def succeeded(self, name: str) -> None:
        """Forget the failures of a name."""
        self._failures.pop(name, None)

    def _recent(self, name: str, now: datetime) -> deque[datetime]:
        recent = self._failures.get(name, deque())
        while recent and recent[0] + self.window <= now:
            recent.popleft()
        return recent
