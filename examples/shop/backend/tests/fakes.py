"""Stand-ins for the database, small enough to be obviously right."""


class Cursor:
    """Answers each statement from a script of (start of the statement, rows) and records what was executed."""

    def __init__(self, *script):
        self._script = list(script)
        self._rows = []
        self.executed = []
        self.rowcount = 0

    def execute(self, sql, args=()):
        self.executed.append((sql, args))
        for start, rows in self._script:
            if sql.startswith(start):
                if isinstance(rows, Exception):
                    raise rows
                self._rows = list(rows)
                self.rowcount = len(rows)
                return
        raise AssertionError("unexpected statement: " + sql)

    def fetchone(self):
        return self._rows[0] if self._rows else None

    def fetchall(self):
        return self._rows

    def statements(self, start):
        return [args for sql, args in self.executed if sql.startswith(start)]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return False


class Connection:
    """Hands out one cursor; counts commits and rollbacks like psycopg2's `with connection`."""

    def __init__(self, cursor):
        self._cursor = cursor
        self.commits = 0
        self.rollbacks = 0
        self.closed = False

    def cursor(self):
        return self._cursor

    def close(self):
        self.closed = True

    def __enter__(self):
        return self

    def __exit__(self, error, *_):
        if error is None:
            self.commits += 1
        else:
            self.rollbacks += 1
        return False


class Database:
    """Runs the work on one cursor, without a transaction."""

    def __init__(self, cursor):
        self.cursor = cursor

    def run(self, work, patience=0):
        return work(self.cursor)
