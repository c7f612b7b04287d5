import asyncio
import hashlib
import unittest
from unittest import mock

from fastapi import HTTPException

from shop import api, orders
from tests.fakes import Cursor, Database


class ReadinessTests(unittest.TestCase):
    def test_not_ready_before_database_and_queue_answered(self):
        self.assertIn("not reached", api.not_ready(None, 100.0, api.SCHEMA))

    def test_ready_through_a_short_outage(self):
        self.assertIsNone(api.not_ready(100.0, 119.0, api.SCHEMA))

    def test_not_ready_after_a_long_outage(self):
        self.assertIn("away", api.not_ready(100.0, 121.0, api.SCHEMA))

    def test_not_ready_on_an_old_schema(self):
        self.assertIn("needs", api.not_ready(100.0, 100.0, api.SCHEMA - 1))


class LivenessTests(unittest.TestCase):
    def test_alive_while_nothing_was_reached(self):
        self.assertEqual({"status": "ok"}, asyncio.run(api.alive()))


class OrderTests(unittest.TestCase):
    def place(self, cursor, key):
        with mock.patch.object(api, "db", Database(cursor)), mock.patch.object(api.relay, "wake") as wake:
            answer = api.place_order(api.NewOrder(product=1, quantity=2), key)
        return answer, wake.call_count

    def test_order_wakes_the_relay(self):
        cursor = Cursor(("INSERT INTO orders", [(5,)]), ("INSERT INTO outbox", []))
        answer, woken = self.place(cursor, "abc")
        self.assertEqual({"id": 5, "key": "abc"}, answer)
        self.assertEqual(1, woken)

    def test_order_without_a_key_gets_one(self):
        first, _ = self.place(Cursor(("INSERT INTO", [(5,)])), None)
        second, _ = self.place(Cursor(("INSERT INTO", [(6,)])), None)
        self.assertNotEqual(first["key"], second["key"])

    def test_unknown_product_is_the_clients_fault(self):
        with mock.patch.object(api.db, "run", side_effect=orders.UnknownProduct):
            with self.assertRaises(HTTPException) as raised:
                api.place_order(api.NewOrder(product=9), "abc")
        self.assertEqual(422, raised.exception.status_code)

    def test_quantity_is_bounded(self):
        for quantity in (0, -1, 1001):
            with self.assertRaises(ValueError):
                api.NewOrder(product=1, quantity=quantity)


class UploadTests(unittest.TestCase):
    def upload(self, *chunks):
        class Request:
            async def stream(self):
                for chunk in chunks:
                    yield chunk

        return asyncio.run(api.upload(Request()))

    def test_size_and_hash_cover_all_chunks(self):
        expected = hashlib.sha256(b"towpath").hexdigest()
        self.assertEqual({"size": 7, "sha256": expected}, self.upload(b"tow", b"", b"path"))

    def test_too_large_is_refused(self):
        with mock.patch.object(api, "LARGEST_UPLOAD", 10):
            with self.assertRaises(HTTPException) as raised:
                self.upload(b"12345678", b"901")
        self.assertEqual(413, raised.exception.status_code)
