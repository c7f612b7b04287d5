"""What differs by environment. Secrets are files, so that they show up neither in `inspect` nor in a child's environment."""

import os


def read_secret(name, folder="/run/secrets"):
    """The secret of that name, without the newline that editors leave at the end."""
    path = os.environ.get(name.upper() + "_FILE", os.path.join(folder, name))
    with open(path, encoding="utf-8") as file:
        return file.read().rstrip("\n")


def database():
    """Arguments for psycopg2.connect. The timeouts notice a server that vanished without closing its connections."""
    return {
        "host": os.environ.get("DB_HOST", "db"),
        "port": int(os.environ.get("DB_PORT", "5432")),
        "dbname": os.environ.get("DB_NAME", "shop"),
        "user": os.environ.get("DB_USER", "shop"),
        "password": read_secret("db_password"),
        "connect_timeout": 2,
        "keepalives_idle": 5,
        "keepalives_interval": 2,
        "keepalives_count": 2,
        "tcp_user_timeout": 5000,
        "application_name": os.environ.get("HOSTNAME", "shop"),
    }


def queue():
    """Host, user and password of the broker."""
    return (
        os.environ.get("QUEUE_HOST", "queue"),
        os.environ.get("QUEUE_USER", "shop"),
        read_secret("queue_password"),
    )
