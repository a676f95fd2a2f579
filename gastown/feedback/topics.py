"""topics: items that say the same, joined around the first of them that came.

An item joins the topic whose first item it is most like, or begins one. So what came earlier is
never moved by what comes later: nobody can split, merge or take over topics by posting more.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from gastown.feedback.words import Sketch, likeness, sketch

ALIKE = 0.5
"""Share of runs in common from which two items say the same."""

_COMMON = 200  # a run that so many topics begin with tells nothing


@dataclass(slots=True)
class _Topics:
    names: list[str] = field(default_factory=list[str])
    heads: list[Sketch] = field(default_factory=list[Sketch])
    where: defaultdict[int, list[int]] = field(default_factory=lambda: defaultdict(list))

    def nearest(self, found: Sketch) -> str | None:
        """The topic that is most like it, of equals the oldest; None when none is alike."""
        shared = Counter(
            head
            for run in found
            if len(self.where.get(run, ())) <= _COMMON
            for head in self.where.get(run, ())
        )
        least = ALIKE * len(found) / 2  # fewer shared than that cannot be alike
        near = [(likeness(found, self.heads[h]), -h) for h, n in shared.items() if n >= least]
        best = max((one for one in near if one[0] >= ALIKE), default=None)
        return self.names[-best[1]] if best else None

    def begin(self, name: str, found: Sketch) -> None:
        for run in found:
            self.where[run].append(len(self.heads))
        self.names.append(name)
        self.heads.append(found)


def topics(items: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """Which topic each item is in, topics named after their first item.

    Args:
        items: Name and text of each, in the order in which they came.
    """
    known, where = _Topics(), dict[str, str]()
    for name, text in items:
        found = sketch(text)
        head = known.nearest(found)
        if head is None:
            known.begin(name, found)
        where[name] = head or name
    return where
