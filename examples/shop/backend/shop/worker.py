"""Takes orders from the queue and books them, each exactly once."""

import os
import signal
import time

import psycopg2

from shop import broker, database, log, orders, settings

READY_FILE = "/tmp/worker-ready"


class Worker:
    """One consumer. A message is acknowledged after its order is committed, so a killed worker loses none."""

    def __init__(self, db, connect):
        self._db = db
        self._connect = connect
        self._connection = None
        self._waiting = False  # said once per outage
        self.ending = False

    def end(self, *_):
        """Finishes the order in hand and ends."""
        self.ending = True

    def run(self):
        """Consumes until it is told to end; connects again when the broker or the database was away."""
        while not self.ending:
            try:
                self._consume()
            except broker.TRANSIENT + (psycopg2.Error,) as error:
                if not self._waiting:
                    log.warn("worker waits", error=type(error).__name__)
                self._waiting = True
                time.sleep(0.2)
            finally:
                _ready(False)
                broker.close(self._connection)

    def _consume(self):
        self._connection = self._connect()
        channel = self._connection.channel()
        broker.declare(channel)
        channel.basic_qos(prefetch_count=50)
        self._waiting = False
        log.info("worker connected")
        _ready(True)
        # The timeout lets the loop see `ending`, and pika serve heartbeats, when nothing comes.
        for method, _, body in channel.consume(broker.QUEUE, inactivity_timeout=0.5):
            if method is not None:
                self.handle(body)
                channel.basic_ack(method.delivery_tag)
            if self.ending:
                channel.cancel()
                return

    def handle(self, body):
        """Books the order of one message. A message that names no order is dropped: it would come back for ever."""
        try:
            order_id = int(body)
        except ValueError:
            log.warn("message dropped", size=len(body))
            return
        if self._db.run(lambda cursor: orders.process(cursor, order_id)):
            log.info("order processed", order=order_id)


def _ready(ready):
    """The file that the health check looks for."""
    if ready:
        with open(READY_FILE, "w", encoding="utf-8"):
            pass
    elif os.path.exists(READY_FILE):
        os.remove(READY_FILE)


def main():
    db = database.Database(lambda: psycopg2.connect(**settings.database()), size=1)
    worker = Worker(db, lambda: broker.connect(*settings.queue()))
    signal.signal(signal.SIGTERM, worker.end)
    signal.signal(signal.SIGINT, worker.end)
    log.info("worker started")
    worker.run()
    db.close()
    log.info("worker stopped")


if __name__ == "__main__":
    main()
