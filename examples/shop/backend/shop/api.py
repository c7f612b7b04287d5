"""The public API of the shop."""

import asyncio
import hashlib
import os
import socket
import time
import uuid
from typing import Optional

import psycopg2
from fastapi import FastAPI, Header, HTTPException, Request, Response
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from shop import broker, database, log, orders, settings
from shop.products import PRODUCTS_SQL, product
from shop.relay import Relay

VERSION = 1
SCHEMA = 1  # the newest migration that this code needs
READY_SECONDS = 20.0
SLOWEST_SECONDS = 10.0
LARGEST_UPLOAD = 64 * 1024 * 1024

app = FastAPI(title="shop", version=str(VERSION))
db = database.Database(lambda: psycopg2.connect(**settings.database()))
relay = Relay(db, lambda: broker.connect(*settings.queue()), check=lambda cursor: _all_products(cursor))


class NewOrder(BaseModel):
    """What a client orders."""

    product: int = Field(gt=0)
    quantity: int = Field(default=1, gt=0, le=1000)


@app.on_event("startup")
def start():
    relay.start()
    log.info("api started", version=VERSION, host=socket.gethostname())


@app.on_event("shutdown")
def stop():
    relay.end()
    db.close()
    log.info("api stopped", version=VERSION)


@app.get("/healthz")
async def health(response: Response):
    """
    Ready: database and queue answered within the last 20 seconds, and the schema is new enough. A short outage of either is
    waited for inside the requests; taking every replica out at once would help nobody. No I/O here: the relay keeps the record.
    """
    reason = not_ready(relay.seen_at, time.monotonic(), relay.schema)
    if reason is not None:
        response.status_code = 503
        return {"status": "waiting", "reason": reason}
    return {"status": "ok"}


@app.get("/livez")
async def alive():
    """Alive: the process answers. A database that is away is no reason to start it again."""
    return {"status": "ok"}


def not_ready(seen_at, now, schema_version):
    """Why the API can't serve, or None."""
    if seen_at is None:
        return "database and queue not reached yet"
    if now - seen_at > READY_SECONDS:
        return "database or queue away"
    if schema_version < SCHEMA:
        return f"schema is {schema_version}, needs {SCHEMA}"
    return None


@app.get("/version")
async def version():
    return {"version": VERSION, "commit": os.environ.get("SHOP_COMMIT", "unknown"), "host": socket.gethostname()}


@app.get("/products")
def products():
    return [product(*row) for row in db.run(_all_products)]


def _all_products(cursor):
    cursor.execute(PRODUCTS_SQL)
    return cursor.fetchall()


@app.post("/orders", status_code=201)
def place_order(order: NewOrder, idempotency_key: Optional[str] = Header(default=None, max_length=200)):
    # Without a key of the client's, one of our own still makes our retries safe.
    key = idempotency_key or str(uuid.uuid4())
    try:
        order_id = db.run(lambda cursor: orders.place(cursor, key, order.product, order.quantity))
    except orders.UnknownProduct:
        raise HTTPException(status_code=422, detail="no such product") from None
    relay.wake()
    return {"id": order_id, "key": key}


@app.get("/orders/count")
def count_orders():
    return db.run(orders.count)


@app.get("/orders/{order_id}")
def find_order(order_id: int):
    order = db.run(lambda cursor: orders.find(cursor, order_id))
    if order is None:
        raise HTTPException(status_code=404, detail="no such order")
    return order


@app.get("/slow")
async def slow(seconds: float = 0.5):
    seconds = min(max(seconds, 0.0), SLOWEST_SECONDS)
    await asyncio.sleep(seconds)
    return {"slept": seconds}


@app.post("/upload")
async def upload(request: Request):
    digest = hashlib.sha256()
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > LARGEST_UPLOAD:
            raise HTTPException(status_code=413, detail="at most 64 MiB")
        if len(chunk) > 1024 * 1024:
            await run_in_threadpool(digest.update, chunk)
        else:
            digest.update(chunk)
    return {"size": size, "sha256": digest.hexdigest()}
