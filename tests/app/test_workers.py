"""Parts are worked on side by side: in order, few ahead, with errors that a person can read."""

import os
import signal
import subprocess
import sys
import time
from functools import partial

import pytest

from attentif.app.workers import workers
from attentif.errors import ConfigError, DataError


def begun(work):
    """What each process begins with: the work itself."""
    return work


def named(part):
    """The first parts take longest."""
    time.sleep(0.05 if part < 2 else 0)
    return part * 10, os.getpid()


def broken(part):
    raise DataError(f"part {part} cannot be answered.")


def killed(part):
    os.kill(os.getpid(), signal.SIGKILL)


def interrupted(part):
    os.kill(os.getpid(), signal.SIGINT)
    return part


@pytest.mark.parametrize("n", [0, 1, 3])
def test_results_come_in_the_order_of_the_parts(n):
    with workers(n, partial(begun, named)) as in_order:
        found = list(in_order(range(9)))
    assert [value for value, _ in found] == [part * 10 for part in range(9)]
    at_work = {process for _, process in found}
    assert (at_work == {os.getpid()}) if n == 0 else (os.getpid() not in at_work)


@pytest.mark.parametrize(("n", "ahead"), [(0, 1), (2, 3)])
def test_no_more_parts_are_taken_than_are_in_work(n, ahead):
    taken = []

    def watched():
        for part in range(20):
            taken.append(part)
            yield part

    with workers(n, partial(begun, named)) as in_order:
        given = in_order(watched())
        next(given)
        assert len(taken) == ahead
        assert len(list(given)) == 19


@pytest.mark.parametrize("n", [0, 2])
def test_an_error_of_the_work_is_raised_here(n):
    with workers(n, partial(begun, broken)) as in_order:
        with pytest.raises(DataError, match="part 0 cannot be answered"):
            list(in_order(range(5)))


def test_a_process_that_was_killed_is_one_sentence():
    with pytest.raises(ConfigError, match="--threads 1"):
        with workers(2, partial(begun, killed)) as in_order:
            list(in_order(range(5)))


def test_an_interruption_is_left_to_the_first_process():
    with workers(1, partial(begun, interrupted)) as in_order:
        assert list(in_order(range(3))) == [0, 1, 2]


def test_processes_end_when_the_results_are_no_longer_wanted():
    with workers(2, partial(begun, named)) as in_order:
        _, process = next(in_order(range(9)))
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_what_begins_processes_is_not_loaded_for_a_line_or_two():
    code = "import sys, attentif.app.predict; print('multiprocessing' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"
