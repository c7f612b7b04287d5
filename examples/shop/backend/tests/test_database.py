import unittest

import psycopg2

from shop.database import Database
from tests.fakes import Connection, Cursor


class DatabaseTests(unittest.TestCase):
    def setUp(self):
        self.opened = []

    def connect(self):
        self.opened.append(Connection(Cursor(("SELECT 1", [(1,)]))))
        return self.opened[-1]

    def test_connection_is_used_again(self):
        db = Database(self.connect)
        for _ in range(3):
            db.run(lambda cursor: cursor.execute("SELECT 1"))
        self.assertEqual(1, len(self.opened))
        self.assertEqual(3, self.opened[0].commits)

    def test_lost_connection_repeats_the_work_on_a_fresh_one(self):
        db = Database(self.connect)
        failures = [psycopg2.OperationalError("terminating connection"), psycopg2.InterfaceError("closed")]

        def work(cursor):
            if failures:
                raise failures.pop(0)
            return "stored"

        self.assertEqual("stored", db.run(work))
        self.assertEqual(3, len(self.opened))
        self.assertEqual([True, True, False], [c.closed for c in self.opened])
        self.assertEqual([0, 0, 1], [c.commits for c in self.opened])

    def test_programming_error_rolls_back_and_keeps_the_connection(self):
        db = Database(self.connect)

        def work(cursor):
            raise KeyError("bug")

        with self.assertRaises(KeyError):
            db.run(work)
        self.assertEqual(1, self.opened[0].rollbacks)
        self.assertEqual("ok", db.run(lambda cursor: "ok"))
        self.assertEqual(1, len(self.opened))

    def test_refused_connection_gives_the_slot_back(self):
        def refuse():
            raise psycopg2.OperationalError("refused")

        db = Database(refuse, size=1)
        for _ in range(3):
            with self.assertRaises(psycopg2.OperationalError):
                db.run(lambda cursor: None, patience=0)
