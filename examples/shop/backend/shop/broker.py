"""A connection to RabbitMQ with the one queue that the shop uses."""

import pika
import pika.exceptions

QUEUE = "orders"
# gaierror and refused connections are OSErrors; pika turns most of them into AMQPErrors.
TRANSIENT = (pika.exceptions.AMQPError, OSError)


def connect(host, user, password):
    """An open connection. Heartbeats notice a broker that vanished without closing it."""
    return pika.BlockingConnection(
        pika.ConnectionParameters(
            host=host,
            credentials=pika.PlainCredentials(user, password),
            heartbeat=10,
            socket_timeout=2,
            stack_timeout=4,
            blocked_connection_timeout=10,
            connection_attempts=1,
        )
    )


def declare(channel):
    """Makes sure that the queue exists; one that is there with the same properties is left alone."""
    channel.queue_declare(QUEUE, durable=True)


def publish(channel, order_id):
    """Returns after the broker has the message on disk. The channel must be in confirm mode."""
    channel.basic_publish(
        exchange="",
        routing_key=QUEUE,
        body=str(order_id).encode(),
        properties=pika.BasicProperties(delivery_mode=2),
        mandatory=True,
    )


def close(connection):
    """Closes it, if it is open; a connection that is broken already is no news."""
    try:
        if connection is not None and connection.is_open:
            connection.close()
    except TRANSIENT:
        pass
