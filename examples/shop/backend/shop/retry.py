"""Waiting for a backing service that is away for a moment."""

import time

PATIENCE_SECONDS = 15.0
FIRST_PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 1.0


def until_done(action, transient, patience=PATIENCE_SECONDS, clock=time.monotonic, sleep=time.sleep):
    """
    Calls `action` until it returns, again after each exception of the types `transient`, with growing pauses. After
    `patience` seconds the last exception goes to the caller. The action must be safe to repeat.
    """
    end = clock() + patience
    pause = FIRST_PAUSE_SECONDS
    while True:
        try:
            return action()
        except transient:
            if clock() + pause > end:
                raise
        sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
