"""NAMES: what polecats are called; short, and easy to tell apart on a board."""

# fmt: off
NAMES = (
    "agate", "amber", "aspen", "basil", "birch", "brook", "cedar", "cinder", "clover",
    "comet", "coral", "cricket", "delta", "ember", "falcon", "fern", "flint", "frost",
    "garnet", "ginger", "hazel", "heron", "indigo", "iris", "ivy", "jasper", "juniper",
    "kestrel", "larch", "laurel", "lotus", "maple", "marten", "mica", "moss", "nettle",
    "onyx", "opal", "otter", "pebble", "quartz", "raven", "rowan", "sable", "sage", "slate",
    "sorrel", "tansy", "umber", "wren",
)
# fmt: on


def name_of(place: int) -> str:
    """The name at a place of the pool, counted from 0; past its end they are numbered from 51."""
    return NAMES[place] if place < len(NAMES) else f"polecat-{place + 1}"
