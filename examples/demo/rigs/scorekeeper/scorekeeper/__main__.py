"""Shows a sample workout: the card as text, the picture as `card.png` in the folder given."""

import sys
from pathlib import Path

from scorekeeper.card import card
from scorekeeper.hits import parse
from scorekeeper.picture import draw

SAMPLE = "PPPPPPPPPPPPGPPPPPPPPGPPPPMPPGPPPPP"


def main() -> None:
    """Show the sample."""
    frames = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    frames.mkdir(parents=True, exist_ok=True)
    hits = parse(SAMPLE)
    (frames / "card.png").write_bytes(draw(hits).png())
    print(card(hits))


if __name__ == "__main__":
    main()
