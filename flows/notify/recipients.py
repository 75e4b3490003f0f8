"""Who is told: the addresses of the zone and of its departments, as zone.toml has them."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256

from flows.ground.addresses import shown
from flows.ground.zone import WHOLE_ZONE, Zone


@dataclass(frozen=True)
class Recipient:
    """An address of a department or (None) the zone, as it stands in zone.toml."""

    department: str | None
    number: int
    address: str = field(repr=False)

    @property
    def name(self) -> str:
        """Whose address it is, and what may be said of it."""
        return f"{self.department or WHOLE_ZONE} {self.number} ({shown(self.address)})"

    @property
    def mark(self) -> str:
        """By what it is known in what is remembered, where no address stands."""
        return sha256(self.address.encode()).hexdigest()[:16]


def recipients(zone: Zone) -> list[Recipient]:
    """Everybody who is told anything: by the zone's own addresses, then by the departments'."""
    lists = [(None, zone.notifications.send_to), *((d.name, d.notify) for d in zone.departments)]
    return [
        Recipient(department, number, address)
        for department, several in lists
        for number, address in enumerate(dict.fromkeys(several), start=1)
    ]
