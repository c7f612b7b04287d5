import unittest

from shop.relay import Relay
from tests.fakes import Cursor, Database


class Channel:
    def __init__(self, broken_after=None):
        self.published = []
        self._broken_after = broken_after

    def queue_declare(self, queue, durable):
        assert queue == "orders" and durable

    def confirm_delivery(self):
        pass

    def basic_publish(self, body, properties, **_):
        if self._broken_after is not None and len(self.published) >= self._broken_after:
            raise ConnectionError
        assert properties.delivery_mode == 2
        self.published.append(int(body))


class Connection:
    is_open = False

    def __init__(self, channel):
        self._channel = channel

    def channel(self):
        return self._channel

    def process_data_events(self, time_limit):
        pass


class RelayTests(unittest.TestCase):
    def relay(self, waiting, channel, check=lambda cursor: None):
        self.cursor = Cursor(
            ("SELECT order_id FROM outbox", [(i,) for i in waiting]),
            ("DELETE FROM outbox", []),
            ("SELECT coalesce(max(version)", [(4,)]),
        )
        return Relay(Database(self.cursor), lambda: Connection(channel), check, clock=lambda: 12.5)

    def test_waiting_orders_are_published_then_cleared(self):
        channel = Channel()
        self.assertEqual(2, self.relay([3, 4], channel).step())
        self.assertEqual([3, 4], channel.published)
        self.assertEqual([([3, 4],)], self.cursor.statements("DELETE FROM outbox"))

    def test_nothing_waiting_is_still_a_sign_of_life(self):
        relay = self.relay([], Channel())
        self.assertIsNone(relay.seen_at)
        self.assertEqual(0, relay.step())
        self.assertEqual(12.5, relay.seen_at)
        self.assertEqual(4, relay.schema)
        self.assertEqual([], self.cursor.statements("DELETE FROM outbox"))

    def test_schema_that_lacks_what_is_read_is_no_sign_of_life(self):
        def lacking(cursor):
            raise LookupError("no such column")

        relay = self.relay([3], Channel(), lacking)
        with self.assertRaises(LookupError):
            relay.step()
        self.assertIsNone(relay.seen_at)

    def test_unconfirmed_message_stays_in_the_outbox(self):
        relay = self.relay([3, 4], Channel(broken_after=1))
        with self.assertRaises(ConnectionError):
            relay.step()
        self.assertEqual([], self.cursor.statements("DELETE FROM outbox"))
        self.assertIsNone(relay.seen_at)
