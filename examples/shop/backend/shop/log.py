"""One JSON object per line on stdout: what a log collector takes without a parser of its own."""

import datetime
import json
import sys


def line(level, message, **fields):
    """The text of one log line."""
    now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds")
    return json.dumps({"time": now, "level": level, "message": message, **fields}, default=str)


def info(message, **fields):
    """Something that an operator wants to see."""
    _write(line("info", message, **fields))


def warn(message, **fields):
    """Something that should not be, and that the program copes with."""
    _write(line("warn", message, **fields))


def _write(text):
    # One write per line: lines of several threads never mix.
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
