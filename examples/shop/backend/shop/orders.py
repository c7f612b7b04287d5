"""What the shop knows about orders, in SQL. Every function takes a cursor of a running transaction."""

import psycopg2.errors


class UnknownProduct(Exception):
    """The order names a product that does not exist."""


def place(cursor, key, product, quantity):
    """
    Stores an order and its message for the worker, both or none. A second call with the same key stores nothing and
    returns the first one's id: a client that got no answer may safely ask again.
    """
    try:
        cursor.execute(
            "INSERT INTO orders (key, product_id, quantity) VALUES (%s, %s, %s) ON CONFLICT (key) DO NOTHING RETURNING id",
            (key, product, quantity),
        )
    except psycopg2.errors.ForeignKeyViolation:
        raise UnknownProduct(product) from None
    row = cursor.fetchone()
    if row is None:
        cursor.execute("SELECT id FROM orders WHERE key = %s", (key,))
        return cursor.fetchone()[0]
    cursor.execute("INSERT INTO outbox (order_id) VALUES (%s)", (row[0],))
    return row[0]


def find(cursor, order_id):
    """The order as a dictionary, or None."""
    cursor.execute("SELECT id, product_id, quantity, state FROM orders WHERE id = %s", (order_id,))
    row = cursor.fetchone()
    return None if row is None else {"id": row[0], "product": row[1], "quantity": row[2], "state": row[3]}


def count(cursor):
    """Totals that must agree once the queue is empty. `processings` counts the worker's bookings, one per processed order."""
    cursor.execute(
        "SELECT count(*), count(*) FILTER (WHERE state = 'processed'), count(DISTINCT key),"
        " (SELECT count(*) FROM processings),"
        " (SELECT count(*) FROM (SELECT order_id FROM processings GROUP BY order_id HAVING count(*) > 1) AS twice),"
        " (SELECT count(*) FROM outbox)"
        " FROM orders"
    )
    total, processed, keys, processings, twice, unpublished = cursor.fetchone()
    return {
        "total": total,
        "processed": processed,
        "keys": keys,
        "processings": processings,
        "duplicates": (total - keys) + twice,
        "unpublished": unpublished,
    }


def process(cursor, order_id):
    """
    Books the order once, however often its message arrives: only the transaction that moves the state books it.
    Returns whether this call was the one.
    """
    cursor.execute("UPDATE orders SET state = 'processed' WHERE id = %s AND state = 'placed'", (order_id,))
    if cursor.rowcount == 0:
        return False
    cursor.execute("INSERT INTO processings (order_id) VALUES (%s)", (order_id,))
    return True


def take_unpublished(cursor, limit):
    """Ids of orders whose message is not in the queue yet, locked so that no other relay takes them."""
    cursor.execute("SELECT order_id FROM outbox ORDER BY order_id LIMIT %s FOR UPDATE SKIP LOCKED", (limit,))
    return [row[0] for row in cursor.fetchall()]


def mark_published(cursor, order_ids):
    """Takes them out of the outbox."""
    cursor.execute("DELETE FROM outbox WHERE order_id = ANY(%s)", (order_ids,))


def schema(cursor):
    """The newest migration that was applied."""
    cursor.execute("SELECT coalesce(max(version), 0) FROM schema_migrations")
    return cursor.fetchone()[0]
