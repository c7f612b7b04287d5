import pathlib
import re
import tempfile
import unittest

from shop import migrate


class MigrateTests(unittest.TestCase):
    def read(self, *names):
        with tempfile.TemporaryDirectory() as folder:
            for name in names:
                pathlib.Path(folder, name).write_text("SELECT 1;", encoding="utf-8")
            return migrate.read(pathlib.Path(folder))

    def test_migrations_come_in_order(self):
        self.assertEqual([1, 2, 3], [m[0] for m in self.read("0003_c.sql", "0001_a.sql", "0002_b.sql")])

    def test_gap_is_an_error(self):
        with self.assertRaisesRegex(ValueError, "expected number 0002"):
            self.read("0001_a.sql", "0003_c.sql")

    def test_doubled_number_is_an_error(self):
        with self.assertRaisesRegex(ValueError, "expected number 0002"):
            self.read("0001_a.sql", "0001_b.sql")

    def test_wrong_name_is_an_error(self):
        with self.assertRaisesRegex(ValueError, "is named like"):
            self.read("first.sql")

    def test_only_missing_ones_are_pending(self):
        migrations = [(1, "a", ""), (2, "b", ""), (3, "c", "")]
        self.assertEqual([3], [m[0] for m in migrate.pending(migrations, {1, 2})])

    def test_the_shop_only_expands_its_schema(self):
        for _, name, sql in migrate.read():
            self.assertIsNone(
                re.search(r"\b(DROP|RENAME|TRUNCATE|ALTER\s+COLUMN)\b", sql, re.IGNORECASE),
                name + " takes away what the release before still uses",
            )
