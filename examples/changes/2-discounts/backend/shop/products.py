"""How a product is shown."""

PRODUCTS_SQL = "SELECT id, name, price_cents, discount_percent FROM products ORDER BY id"


def product(identifier, name, price_cents, discount_percent):
    """A row of the table as the API shows it."""
    discounted_cents = discounted(price_cents, discount_percent)
    return {
        "id": identifier,
        "name": name,
        "price": price_cents / 100,
        "discount": discount_percent,
        "discounted": discounted_cents / 100,
    }


def discounted(price_cents, discount_percent):
    """The price after the discount, in whole cents, rounded down: in doubt for the customer."""
    return price_cents * (100 - discount_percent) // 100
