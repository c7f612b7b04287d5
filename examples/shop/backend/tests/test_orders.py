import unittest

import psycopg2.errors

from shop import orders
from tests.fakes import Cursor


class PlaceTests(unittest.TestCase):
    def test_new_order_is_stored_with_its_message(self):
        cursor = Cursor(("INSERT INTO orders", [(7,)]), ("INSERT INTO outbox", [(7,)]))
        self.assertEqual(7, orders.place(cursor, "key", 2, 3))
        self.assertEqual([("key", 2, 3)], cursor.statements("INSERT INTO orders"))
        self.assertEqual([(7,)], cursor.statements("INSERT INTO outbox"))

    def test_same_key_gives_the_first_id_and_no_second_message(self):
        cursor = Cursor(("INSERT INTO orders", []), ("SELECT id FROM orders WHERE key", [(7,)]))
        self.assertEqual(7, orders.place(cursor, "key", 2, 3))
        self.assertEqual([], cursor.statements("INSERT INTO outbox"))

    def test_unknown_product(self):
        cursor = Cursor(("INSERT INTO orders", psycopg2.errors.ForeignKeyViolation()))
        with self.assertRaises(orders.UnknownProduct):
            orders.place(cursor, "key", 999, 1)


class ProcessTests(unittest.TestCase):
    def test_first_message_books(self):
        cursor = Cursor(("UPDATE orders", [(1,)]), ("INSERT INTO processings", [(1,)]))
        self.assertTrue(orders.process(cursor, 7))
        self.assertEqual([(7,)], cursor.statements("INSERT INTO processings"))

    def test_second_message_books_nothing(self):
        cursor = Cursor(("UPDATE orders", []))
        self.assertFalse(orders.process(cursor, 7))
        self.assertEqual([], cursor.statements("INSERT INTO processings"))


class CountTests(unittest.TestCase):
    def test_duplicates_are_double_keys_and_double_bookings(self):
        cursor = Cursor(("SELECT count(*)", [(10, 8, 9, 8, 2, 1)]))
        counted = orders.count(cursor)
        self.assertEqual(3, counted["duplicates"])
        self.assertEqual(10, counted["total"])
        self.assertEqual(8, counted["processed"])
        self.assertEqual(1, counted["unpublished"])
