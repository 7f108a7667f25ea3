"""Kills a run at every write it makes, so that a test can look at what is left and run it again."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from systems import require_fork

#: What counts as a write, in the words of audit hooks: for a process that a test watches.
IS_WRITE = """
import os

WRITES = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate", "ctypes.dlsym")


def is_write(event, arguments, here):
    if event != "open":
        return event in WRITES
    path, _, flags = arguments
    if isinstance(path, int) or not (flags or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        return False
    return os.path.abspath(os.fsdecode(path)).startswith(here)
"""
# One process imports what the run needs and forks for every trial, so that a trial takes no start-up time. What the run
# needs is what one run has imported, much of it inside functions.
_SERVER = (
    IS_WRITE
    + """
import contextlib, importlib, json, os, signal, sys

request = json.loads(sys.stdin.readline())
code = compile(request["code"], "<run>", "exec")


def needed(folder):
    receive, send = os.pipe()
    if not os.fork():
        with contextlib.suppress(BaseException):  # said by the first trial
            os.chdir(folder)
            exec(code, {"__name__": "__main__"})
        with os.fdopen(send, "w") as told:
            json.dump(list(sys.modules), told)
        os._exit(0)
    os.close(send)
    with os.fdopen(receive) as told:
        names = json.load(told)
    os.wait()
    return names


for name in needed(request["folder"]):
    with contextlib.suppress(Exception):  # not all that is listed there can be imported by its name
        importlib.import_module(name)


def run(folder, last):
    os.chdir(folder)
    here = os.getcwd()
    count = 0

    def hook(event, arguments):
        nonlocal count
        if not is_write(event, arguments, here):
            return
        count += 1
        if count == last:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
    exec(code, {"__name__": "__main__"})


for line in sys.stdin:
    trial = json.loads(line)
    child = os.fork()
    if not child:
        try:
            run(trial["folder"], trial["last"])
            os._exit(0)
        except BaseException:
            import traceback
            traceback.print_exc()
            os._exit(1)
    status = os.waitpid(child, 0)[1]
    print(json.dumps("killed" if os.WIFSIGNALED(status) else "done" if status == 0 else "failed"), flush=True)
"""
)


def kill_at_every_write(code: str, folder: Path, check: Callable[[Path], None], *, step: int = 1) -> int:
    """Run `code` in copies of `folder`, killed before its first write, its second and so on until it gets through.

    Writes are what Python tells of: opening for writing, renaming, removing, making and removing folders, and
    looking up the call that exchanges two folders.

    Parameters
    ----------
    code : str
        Called with the copy as working folder.
    folder : Path
        What there is before; copies are made beside it and removed after they were checked.
    check : callable
        Gets the copy after every kill, and the last time after the run that was not killed.
    step : int
        Only every so many writes, for a job that takes long.

    Returns
    -------
    int
        How many times the run was killed.
    """
    require_fork()
    server = subprocess.Popen([sys.executable, "-c", _SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert server.stdin is not None
    assert server.stdout is not None
    try:
        tried = folder.with_name(f"{folder.name}-tried")
        shutil.copytree(folder, tried)
        print(json.dumps({"code": code, "folder": str(tried)}), file=server.stdin, flush=True)
        for last in range(1, 10_000, step):
            copy = folder.with_name(f"{folder.name}-{last}")
            shutil.copytree(folder, copy)
            print(json.dumps({"folder": str(copy), "last": last}), file=server.stdin, flush=True)
            ended = json.loads(server.stdout.readline())
            assert ended != "failed", "the run failed of itself; see what it wrote to stderr"
            check(copy)
            shutil.rmtree(copy)
            if ended == "done":
                return (last - 1) // step
        raise AssertionError("the run never comes to its end")
    finally:
        server.stdin.close()
        server.stdout.close()
        server.wait(60)
