"""Checked writes of the registry: `add`, `add_all`, `add_sound`, `change`, `check` (see `Gate`)."""

from __future__ import annotations

from eldercare.registry.admission import facilities, homes, people, places, workers, working_time
from eldercare.registry.admission.gate import Gate

GATE = Gate(
    {
        **places.RULES,
        **facilities.RULES,
        **people.RULES,
        **homes.RULES,
        **workers.RULES,
        **working_time.RULES,
    }
)

add = GATE.add
add_all = GATE.add_all
add_sound = GATE.add_sound
change = GATE.change
check = GATE.check
