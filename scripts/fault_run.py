"""Kill every verb that writes, and let it meet full disks, read-only folders and others of its kind: the long run.

    python scripts/fault_run.py --kills 1000 --seconds 1200 --seed 1
    python scripts/fault_run.py --every 1 --verbs retrain adopt

The first picks writes by chance, the second kills before and after every single one, however long it takes.
It prints what was tried, and every trial after which something was neither old nor new, the same words did not end as
an undisturbed run does, or something was left over; then it exits 1.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from faults import VERBS, made


def main() -> None:
    """Run and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=1200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--every", type=int, metavar="N", help="kill at every Nth write, in order, without end by time")
    parser.add_argument("--verbs", nargs="+", default=list(VERBS), choices=list(VERBS), metavar="VERB")
    arguments = parser.parse_args()
    harness = made()
    start = time.monotonic()

    def tell(text: str) -> None:
        print(f"{time.monotonic() - start:.0f} s: {text}", file=sys.stderr, flush=True)

    try:
        if arguments.every:
            for name in arguments.verbs:
                harness.every(name, step=arguments.every, tell=tell)
        else:
            harness.spread(
                arguments.verbs, kills=arguments.kills, seconds=arguments.seconds, seed=arguments.seed, tell=tell
            )
    finally:
        harness.close()
        shutil.rmtree(harness.place)
    counts = harness.counts
    how = f"seed {arguments.seed}" if arguments.every is None else f"at every write, in steps of {arguments.every}"
    tried = ", ".join(f"{n} {w}" for w, n in counts.trials.items())
    print(f"{how}, {time.monotonic() - start:.0f} s: {tried}")
    print("killed: " + ", ".join(f"{name} {number}" for name, number in sorted(counts.killed.items())))
    for sentence in counts.wrong:
        print(f"WRONG: {sentence}")
    print(f"{len(counts.wrong)} wrong")
    sys.exit(bool(counts.wrong))


if __name__ == "__main__":
    main()
