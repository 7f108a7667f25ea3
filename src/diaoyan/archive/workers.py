"""Who does the work: this process, workers of its own on this machine, or those of a Dask scheduler elsewhere."""

from __future__ import annotations

import logging
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from diaoyan import __version__
from diaoyan.errors import DiaoyanError
from diaoyan.language import gettext, reason
from diaoyan.writing import scratch

if TYPE_CHECKING:
    from distributed import Client

Task = TypeVar("Task")
Result = TypeVar("Result")
#: Runs a function on every task, and yields the results in the order in which the tasks end.
Runner = Callable[[Callable[[Task], Result], Sequence[Task]], Iterator[Result]]
#: Seconds to wait for a scheduler, and for a first worker of it.
PATIENCE = 30
#: A worker has one reader and one model, so tasks take turns where somebody gave it several threads.
_TURN = threading.Lock()
#: Tasks handed out at a time: the scheduler's memory does not grow with the archive.
_AHEAD = 1000
#: Dask's processes watch themselves up to a hundred times a second each, for pages that are not served here; what our
#: tasks of seconds need is that a worker short of memory is noticed in time.
_SETTINGS: dict[str, Any] = {
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    # One thread a worker. This also replaces Dask's wish to give memory back in small pieces, which takes much time.
    "distributed.nanny.pre-spawn-environ": dict.fromkeys(
        ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), 1
    ),
    "distributed.worker.profile.enabled": False,
    "distributed.worker.memory.monitor-interval": "1s",
    "distributed.scheduler.active-memory-manager.start": False,
    "distributed.admin.system-monitor.interval": "10s",
    "distributed.admin.tick.interval": "1s",
    "distributed.admin.tick.cycle": "10s",
}


@contextmanager
def runner(workers: int | None = None, scheduler: str | None = None) -> Iterator[Runner[Any, Any]]:
    """Yield a function that runs tasks; workers of our own are gone when the block ends.

    Parameters
    ----------
    workers : int, optional
        Processes on this machine; one, or none, does the work in this process without Dask.
    scheduler : str, optional
        Address of a Dask scheduler, such as ``tcp://10.0.0.5:8786``, whose workers see the same disk and have the
        same diaoyan installed.

    Raises
    ------
    DiaoyanError
        If Dask is not installed, the scheduler does not answer, or its workers have another diaoyan.
    """
    if scheduler is None and (workers is None or workers == 1):
        yield lambda function, tasks: map(function, tasks)
        return
    if scheduler is not None and workers is not None:
        raise DiaoyanError(
            gettext("Expected either a number of workers or the address of a scheduler, got both; leave one out.")
        )
    if workers is not None and workers < 1:
        raise DiaoyanError(gettext("Expected at least one worker, got {workers}.").format(workers=workers))
    try:
        import distributed  # noqa: F401
    except ImportError:
        raise DiaoyanError(
            gettext(
                "Several workers need Dask, which is not installed; install it with: pip install "
                "'diaoyan[archive]', or leave --workers and --scheduler out."
            )
        ) from None
    with _remote(scheduler) if scheduler else _local(workers or 1) as client:
        yield lambda function, tasks: _ended(client, function, tasks)


@contextmanager
def _local(workers: int) -> Iterator[Client]:
    """Yield the client of workers that listen on this machine only."""
    import dask
    from distributed import Client, LocalCluster, WorkerPlugin

    class Undisturbed(WorkerPlugin):
        """Ctrl-C reaches the workers too; they leave it to the process that started them, which then ends them."""

        def setup(self, worker: Any) -> None:
            signal.signal(signal.SIGINT, signal.SIG_IGN)

    # Dask opens a web server, by default on a port that two jobs would fight over; this one takes any that is free.
    own = {"dashboard": False, "dashboard_address": "127.0.0.1:0"}
    with (
        scratch(Path(tempfile.gettempdir(), "workers")) as folder,
        dask.config.set(_SETTINGS),
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            protocol="tcp://",
            dashboard_address=None,
            scheduler_kwargs=own,
            silence_logs=logging.CRITICAL,
            local_directory=str(folder),
        ) as cluster,
        Client(cluster) as client,
    ):
        client.register_plugin(Undisturbed())
        yield client


@contextmanager
def _remote(address: str) -> Iterator[Client]:
    from distributed import Client

    try:
        client = Client(address, timeout=PATIENCE)
    except (OSError, ValueError) as error:
        raise DiaoyanError(
            gettext("Expected a Dask scheduler at {address}, but none answers there ({error}).").format(
                address=address, error=reason(error)
            )
        ) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            raise DiaoyanError(
                gettext("The scheduler at {address} has no workers; start some with: dask worker {address}").format(
                    address=address
                )
            ) from None
        try:
            versions = set(client.run(installed_version).values())
        except ImportError:
            versions = {"no version"}
        if versions != {__version__}:
            raise DiaoyanError(
                gettext(
                    "Expected diaoyan {version} on every worker of {address}, found {names}; install the "
                    "same version everywhere."
                ).format(version=__version__, address=address, names=", ".join(sorted(versions)))
            )
        yield client


def in_order(run: Runner[Any, Any], function: Callable[[Any], Result], tasks: Sequence[Any]) -> Iterator[Result]:
    """Yield results in the order of the tasks, so that sums end in the same digits.

    Examples
    --------
    >>> with runner() as run:
    ...     list(in_order(run, str, [2, 1]))
    ['2', '1']
    """
    ended = run(partial(_numbered, function), list(enumerate(tasks)))
    waiting: dict[int, Result] = {}
    for number in range(len(tasks)):
        while number not in waiting:
            found, result = next(ended)
            waiting[found] = result
        yield waiting.pop(number)


def _numbered(function: Callable[[Any], Result], task: tuple[int, Any]) -> tuple[int, Result]:
    return task[0], function(task[1])


@contextmanager
def single_threaded() -> Iterator[None]:
    """Hold a worker to one task and its libraries to one thread: with several, sums end in other digits."""
    from threadpoolctl import threadpool_limits

    with _TURN, threadpool_limits(1):
        yield


def installed_version() -> str:
    """Return the version of diaoyan where this runs."""
    return __version__


def _ended(client: Client, function: Callable[[Task], Result], tasks: Sequence[Task]) -> Iterator[Result]:
    """Yield results as tasks end; what a lost worker had in hand is done again by another."""
    from distributed import KilledWorker, as_completed

    rest = iter(tasks)
    futures = client.map(function, list(islice(rest, _AHEAD)), pure=False)
    running = as_completed(futures)
    del futures
    for future in running:
        try:
            result = future.result()
        except KilledWorker:
            raise DiaoyanError(
                gettext(
                    "A part of the archive ended every worker that took it, as a rule for want of memory; "
                    "use fewer workers on this machine."
                )
            ) from None
        future.release()
        for task in islice(rest, 1):
            running.add(client.submit(function, task, pure=False))
        yield result
