"""Batches on several processors, and what a proof says on the way."""

import os
import platform
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from itertools import islice
from multiprocessing import get_context
from typing import TypeVar

SECONDS_BETWEEN_NEWS = 10.0

Outcome = TypeVar("Outcome")


def run_batches(
    run: Callable[[int], Outcome],
    seeds: Iterator[int],
    workers: int,
    take: Callable[[Outcome], bool],
    news: Callable[[], str],
) -> None:
    """Batch after batch, until `take` says of an outcome that no more are wanted; those that run
    already come to their end. What `news` tells is printed now and then."""
    told = time.monotonic()
    is_wanted = True
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        running = {pool.submit(run, each) for each in islice(seeds, workers)}
        while running:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for outcome in map(Future[Outcome].result, done):
                is_wanted = take(outcome) and is_wanted
            if is_wanted:
                running |= {pool.submit(run, each) for each in islice(seeds, len(done))}
            if time.monotonic() - told >= SECONDS_BETWEEN_NEWS:
                told = time.monotonic()
                say(news())


def machine() -> str:
    """What the proof runs on."""
    words = (platform.system(), platform.machine(), f"{os.cpu_count()} processors")
    return ", ".join((*words, f"Python {platform.python_version()}"))


def say(line: str) -> None:
    """One line, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
