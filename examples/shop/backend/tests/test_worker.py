import contextlib
import io
import unittest

from shop.worker import Worker
from tests.fakes import Cursor, Database


class WorkerTests(unittest.TestCase):
    def handle(self, body, rows):
        self.cursor = Cursor(("UPDATE orders", rows), ("INSERT INTO processings", [(1,)]))
        self.output = io.StringIO()
        with contextlib.redirect_stdout(self.output):
            Worker(Database(self.cursor), None).handle(body)

    def test_order_is_booked(self):
        self.handle(b"7", [(1,)])
        self.assertEqual([(7,)], self.cursor.statements("INSERT INTO processings"))
        self.assertIn("order processed", self.output.getvalue())

    def test_message_that_comes_twice_is_silent(self):
        self.handle(b"7", [])
        self.assertEqual("", self.output.getvalue())

    def test_message_that_names_no_order_is_dropped(self):
        self.handle(b"\xff{}", [])
        self.assertEqual([], self.cursor.executed)
        self.assertIn("message dropped", self.output.getvalue())
