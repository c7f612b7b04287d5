import unittest

from shop.products import discounted, product


class ProductTests(unittest.TestCase):
    def test_price_is_shown_in_euros(self):
        self.assertEqual(
            {"id": 1, "name": "Rope", "price": 24.5, "discount": 20, "discounted": 19.6},
            product(1, "Rope", 2450, 20),
        )

    def test_discount_is_rounded_down_to_whole_cents(self):
        self.assertEqual(899, discounted(999, 10))

    def test_no_discount_leaves_the_price(self):
        self.assertEqual(999, discounted(999, 0))
