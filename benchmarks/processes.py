"""Measuring by turns: whole processes from cold, and functions within one process."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

#: Unit of ru_maxrss in bytes.
UNIT = 1 if sys.platform == "darwin" else 1024


class Cost(NamedTuple):
    """Elapsed seconds, processor seconds and peak memory of the largest process in MB; of several runs the medians."""

    elapsed: float
    cpu: float
    memory: float


def run(command: Sequence[str], *, folder: Path | None = None) -> Cost:
    """Run a command as a process of its own, in a folder, and return what it cost with the processes it starts.

    Raises
    ------
    SystemExit
        If it fails: what did not work must not be measured.
    """
    one = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # for both sides: cores are no part of the comparison
    # Started by a small process: on Linux the peak memory of a process begins at that of the one which started it.
    starter = [sys.executable, "-S", str(Path(__file__)), *command]
    done = subprocess.run(starter, cwd=folder, env=os.environ | one, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed, so nothing is measured:\n{done.stderr[-2000:]}")
    return Cost(*json.loads(done.stdout))


def start(command: Sequence[str]) -> None:
    """Run a command, print its cost, and leave with its status: what the small process does."""
    before = time.perf_counter()
    process = os.posix_spawn(
        command[0], list(command), os.environ, file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    )
    _, status, used = os.wait4(process, 0)
    elapsed = time.perf_counter() - before
    print(json.dumps([elapsed, used.ru_utime + used.ru_stime, used.ru_maxrss * UNIT / 1e6]))
    sys.exit(os.waitstatus_to_exitcode(status))


def by_turns(
    commands: Mapping[str, Sequence[str]], times: int, *, anew: Callable[[], Path] | None = None
) -> dict[str, Cost]:
    """Run commands one after the other, `times` rounds, so that what else the machine does falls on all alike.

    `anew` lays out the folder that each of them runs in.
    """
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for _ in range(times):
        for name, command in commands.items():
            costs[name].append(run(command, folder=anew() if anew else None))
    return {
        name: Cost(*(statistics.median(values) for values in zip(*found, strict=True))) for name, found in costs.items()
    }


def calls_by_turns(
    functions: Mapping[str, Callable[[str], object]], texts: Sequence[str], times: int
) -> dict[str, float]:
    """Return processor seconds of each function over all texts: medians, after a round that does not count."""
    seconds: dict[str, list[float]] = {name: [] for name in functions}
    for turn in range(times + 1):
        for name, function in functions.items():
            start = time.process_time()
            for text in texts:
                function(text)
            if turn:
                seconds[name].append(time.process_time() - start)
    return {name: statistics.median(found) for name, found in seconds.items()}


def calls_on_cores(function: Callable[[str], object], texts: Sequence[str], times: int, *, cores: int) -> float:
    """Return elapsed seconds of a function over all texts on several cores, a process each, started before."""
    shares = [texts[first::cores] for first in range(cores)]
    with ExitStack() as stack:
        # A pool for each core, so that none can take the share of another.
        pools = [stack.enter_context(ProcessPoolExecutor(1)) for _ in range(cores)]
        seconds = []
        for _ in range(times + 1):
            start = time.perf_counter()
            work = [pool.submit(_calls, function, share) for pool, share in zip(pools, shares, strict=True)]
            for one in work:
                one.result()
            seconds.append(time.perf_counter() - start)
    return statistics.median(seconds[1:])


_here: list[Callable[[str], object]] = []


def _calls(function: Callable[[str], object], texts: Sequence[str]) -> None:
    if not _here:
        _here.append(function)  # what it loads on its first call stays loaded
    for text in texts:
        _here[0](text)


def budget(arguments: Sequence[str | Path], *, folder: Path) -> dict[str, float]:
    """Return processor seconds of a verb by part, see `budget.py`."""
    result = folder / "budget.json"
    run([sys.executable, str(Path(__file__).with_name("budget.py")), *map(str, (result, *arguments))], folder=folder)
    found: dict[str, float] = json.loads(result.read_text("utf-8"))
    return found


def diaoyan(*arguments: str | Path) -> list[str]:
    """Return the command line of a verb."""
    return [sys.executable, "-m", "diaoyan.cli", *map(str, arguments)]


def rival(*arguments: str | Path) -> list[str]:
    """Return the command line of a script of `rivals`."""
    return [sys.executable, str(Path(__file__).with_name("rivals.py")), *map(str, arguments)]


if __name__ == "__main__":
    start(sys.argv[1:])
