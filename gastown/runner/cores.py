"""cores: which CPUs a model's server owns, one for each of its threads."""

from dataclasses import dataclass

from gastown.errors import ConfigError
from gastown.machine.capacity import Capacity
from gastown.machine.cores import Core, Cores

_USUAL = 4  # cores of a server of whose cores nobody said anything; more add little on a CPU


@dataclass(frozen=True, slots=True)
class Owned:
    """CPUs, one a physical core, so that two threads never share one; fast cores before frugal."""

    performance: tuple[int, ...]
    efficiency: tuple[int, ...] = ()

    @property
    def cpus(self) -> tuple[int, ...]:
        """All of them; as many threads may run."""
        return self.performance + self.efficiency

    @property
    def claims(self) -> Capacity:
        """The cores as the machine counts them."""
        return Capacity(p_cores=len(self.performance), e_cores=len(self.efficiency))

    def limited(self, count: int) -> "Owned":
        """The first so many."""
        fast = self.performance[:count]
        return Owned(fast, self.efficiency[: count - len(fast)])

    def only(self, cpus: tuple[int, ...]) -> "Owned":
        """Exactly these, which were chosen when the server was first started."""
        frugal = set(self.efficiency)
        return Owned(
            tuple(cpu for cpu in cpus if cpu not in frugal),
            tuple(cpu for cpu in cpus if cpu in frugal),
        )


def own(
    key: str,
    asked: int | tuple[int, ...],
    cores: Cores,
    *,
    lent: int,
    taken: frozenset[int] = frozenset(),
) -> Owned:
    """The CPUs that a server gets.

    A number takes that many cores: those that no other server owns first, fast ones first, from the
    last, since systems put their own work on the first.

    Args:
        key: What to name in an error.
        asked: How many cores, or which CPUs; an empty list is a few.
        cores: Those there are.
        lent: How many fast cores the machine lends; a server of which nothing was said takes fewer.
        taken: CPUs that other servers own.

    Raises:
        ConfigError: A CPU that is not there, two of one core, or more cores than there are.
    """
    every = [*cores.performance, *cores.efficiency]
    if isinstance(asked, tuple) and asked:
        return _named(key, asked, cores)
    count = asked if isinstance(asked, int) else max(1, min(_USUAL, lent, len(cores.performance)))
    if count > len(every):
        raise ConfigError(f"{key}: asks for {count} cores of {len(every)} that may be used")
    last_first = [*reversed(cores.performance), *reversed(cores.efficiency)]
    chosen = sorted(last_first, key=lambda core: bool(taken & set(core)))[:count]
    return _split([core[0] for core in chosen], cores)


def _named(key: str, asked: tuple[int, ...], cores: Cores) -> Owned:
    owner: dict[int, Core] = {
        cpu: core for core in (*cores.performance, *cores.efficiency) for cpu in core
    }
    seen: dict[Core, int] = {}
    for cpu in asked:
        if cpu not in owner:
            known = ", ".join(map(str, sorted(owner)))
            raise ConfigError(f"{key}: no CPU {cpu} that may be used; there are {known}")
        if (other := seen.setdefault(owner[cpu], cpu)) != cpu:
            raise ConfigError(f"{key}: CPUs {other} and {cpu} are one core; name one of them")
    return _split(list(asked), cores)


def _split(cpus: list[int], cores: Cores) -> Owned:
    frugal = {cpu for core in cores.efficiency for cpu in core}
    return Owned(
        tuple(sorted(cpu for cpu in cpus if cpu not in frugal)),
        tuple(sorted(cpu for cpu in cpus if cpu in frugal)),
    )
