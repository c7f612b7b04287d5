"""How a product is shown."""

PRODUCTS_SQL = "SELECT id, name, price_cents FROM products ORDER BY id"


def product(identifier, name, price_cents):
    """A row of the table as the API shows it."""
    return {"id": identifier, "name": name, "price": price_cents / 100}
