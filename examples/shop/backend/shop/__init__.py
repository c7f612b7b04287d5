"""The shop: products, orders, and a worker that processes them."""
