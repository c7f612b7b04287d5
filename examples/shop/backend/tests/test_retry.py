import unittest

from shop import retry


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


class RetryTests(unittest.TestCase):
    def setUp(self):
        self.clock = Clock()
        self.calls = 0

    def run_action(self, failures, error=ConnectionError):
        def action():
            self.calls += 1
            if self.calls <= failures:
                raise error
            return "done"

        return retry.until_done(action, (ConnectionError,), 15.0, self.clock, self.clock.sleep)

    def test_first_success_does_not_wait(self):
        self.assertEqual("done", self.run_action(0))
        self.assertEqual(0.0, self.clock.now)

    def test_transient_failures_are_repeated(self):
        self.assertEqual("done", self.run_action(5))
        self.assertEqual(6, self.calls)

    def test_patience_ends(self):
        with self.assertRaises(ConnectionError):
            self.run_action(10_000)
        self.assertLessEqual(self.clock.now, 15.0)
        self.assertGreater(self.clock.now, 13.0)

    def test_other_errors_are_not_repeated(self):
        with self.assertRaises(ValueError):
            self.run_action(1, ValueError)
        self.assertEqual(1, self.calls)
