"""TRIPS: the trip of each role that travels."""

from collections.abc import Mapping
from types import MappingProxyType

from tasks.trips.defender import DefenderTrip
from tasks.trips.librarian import LibrarianTrip
from tasks.trips.polecat import PolecatTrip
from tasks.trips.refinery import RefineryTrip
from tasks.trips.trip import Trip

TRIPS: Mapping[str, Trip] = MappingProxyType(
    {
        "defender": DefenderTrip(),
        "polecat": PolecatTrip(),
        "refinery": RefineryTrip(),
        "librarian": LibrarianTrip(),
    }
)
