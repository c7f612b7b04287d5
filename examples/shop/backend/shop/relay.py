"""
Carries messages from the outbox table to the queue. A request only stores its order and wakes the relay: it never waits
for the broker, and a message is neither lost nor forgotten when the broker, the database or this process goes away.
"""

import threading
import time

import psycopg2

from shop import broker, log, orders

BATCH = 100
IDLE_SECONDS = 1.0


class Relay(threading.Thread):
    """Publishes with confirms, then clears the outbox: at least once. The worker makes it exactly once."""

    def __init__(self, db, connect, check=lambda cursor: None, clock=time.monotonic):
        super().__init__(name="relay", daemon=True)
        self._db = db
        self._connect = connect
        self._check = check  # raises where the schema lacks what the API reads
        self._clock = clock
        self._wake = threading.Event()
        self._ending = False
        self._connection = None
        self._channel = None
        self.seen_at = None  # by the clock: when database and broker both answered last
        self.schema = 0  # the newest migration that the database had then

    def wake(self):
        """There is something to publish."""
        self._wake.set()

    def end(self):
        """Publishes what is there and ends."""
        self._ending = True
        self._wake.set()
        self.join(timeout=5)

    def run(self):
        waiting = False  # said once per outage
        while True:
            self._wake.clear()
            ending = self._ending
            try:
                while self.step() == BATCH:
                    pass
                waiting = False
            except broker.TRANSIENT + (psycopg2.Error,) as error:
                # Also a missing table or column: it comes with the migration.
                if not waiting:
                    log.warn("relay waits", error=type(error).__name__)
                waiting = True
                self._disconnect()
                if not ending:
                    time.sleep(0.2)
                    continue
            if ending:
                self._disconnect()
                return
            self._wake.wait(IDLE_SECONDS)

    def step(self):
        """Publishes one batch. Returns how many messages."""
        if self._channel is None:
            self._open()
        self._connection.process_data_events(time_limit=0)
        published, self.schema = self._db.run(self._publish, patience=0)
        self.seen_at = self._clock()
        return published

    def _publish(self, cursor):
        if self.seen_at is None:
            self._check(cursor)
        ids = orders.take_unpublished(cursor, BATCH)
        for order_id in ids:
            broker.publish(self._channel, order_id)
        if ids:
            orders.mark_published(cursor, ids)
        return len(ids), orders.schema(cursor)

    def _open(self):
        self._connection = self._connect()
        channel = self._connection.channel()
        broker.declare(channel)
        channel.confirm_delivery()
        self._channel = channel
        log.info("relay connected")

    def _disconnect(self):
        broker.close(self._connection)
        self._connection = self._channel = None
