CREATE TABLE products (
    id integer PRIMARY KEY,
    name text NOT NULL,
    price_cents integer NOT NULL CHECK (price_cents >= 0)
);

INSERT INTO products (id, name, price_cents) VALUES
    (1, 'Rope, 20 m', 2450),
    (2, 'Lock key', 1200),
    (3, 'Boat hook', 3900),
    (4, 'Fender', 1850),
    (5, 'Lantern', 4200),
    (6, 'Tide table', 900);

CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key text NOT NULL UNIQUE,
    product_id integer NOT NULL REFERENCES products (id),
    quantity integer NOT NULL CHECK (quantity > 0),
    state text NOT NULL DEFAULT 'placed' CHECK (state IN ('placed', 'processed')),
    placed_at timestamptz NOT NULL DEFAULT now()
);

-- Messages that are not in the queue yet.
CREATE TABLE outbox (
    order_id bigint PRIMARY KEY REFERENCES orders (id)
);

-- What the worker booked. Deliberately without a unique key: were an order ever booked twice, it would show.
CREATE TABLE processings (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id bigint NOT NULL REFERENCES orders (id),
    processed_at timestamptz NOT NULL DEFAULT now()
);
