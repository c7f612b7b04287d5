import unittest

from shop.products import product


class ProductTests(unittest.TestCase):
    def test_price_is_shown_in_euros(self):
        self.assertEqual({"id": 1, "name": "Rope", "price": 24.5}, product(1, "Rope", 2450))
