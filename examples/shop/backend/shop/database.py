"""A small pool of connections to PostgreSQL whose transactions survive a restart of the server."""

import queue

import psycopg2

from shop import retry

TRANSIENT = (psycopg2.OperationalError, psycopg2.InterfaceError)


class Database:
    """Runs functions in transactions. `size` bounds the connections that are open at once."""

    def __init__(self, connect, size=8):
        self._connect = connect
        # Every slot holds an open connection or None. Last in, first out: idle connections stay few.
        self._slots = queue.LifoQueue()
        for _ in range(size):
            self._slots.put(None)

    def run(self, work, patience=retry.PATIENCE_SECONDS):
        """
        Calls `work(cursor)` in a transaction and returns its result. When the connection is lost the whole transaction is
        done again on a fresh one: a lost connection may have committed, so `work` must be safe to repeat.
        """
        return retry.until_done(lambda: self._once(work), TRANSIENT, patience)

    def close(self):
        """Closes the connections that are not in use."""
        while not self._slots.empty():
            _discard(self._slots.get_nowait())

    def _once(self, work):
        connection = self._slots.get(timeout=retry.PATIENCE_SECONDS)
        try:
            if connection is None:
                connection = self._connect()
            with connection, connection.cursor() as cursor:
                result = work(cursor)
        except TRANSIENT:
            _discard(connection)
            connection = None
            # The others went to the same server: they are as dead as this one.
            self._drop_idle()
            raise
        finally:
            self._slots.put(connection)
        return result

    def _drop_idle(self):
        for _ in range(self._slots.qsize()):
            try:
                connection = self._slots.get_nowait()
            except queue.Empty:
                return
            _discard(connection)
            self._slots.put(None)


def _discard(connection):
    if connection is None:
        return
    try:
        connection.close()
    except psycopg2.Error:
        pass
