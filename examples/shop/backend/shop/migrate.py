"""
Brings the schema up to this code: `python3 -m shop.migrate`.

Migrations are numbered SQL files and only ever expand the schema: the release before keeps running on it while this one
comes up, and again after a rollback. Each runs in a transaction of its own together with its entry in schema_migrations.
"""

import pathlib
import re
import sys

import psycopg2

from shop import log, retry, settings

FOLDER = pathlib.Path(__file__).parent / "migrations"
LOCK = 7_365_041  # any number that nothing else in this database uses
NAME = re.compile(r"^(\d{4})_[a-z0-9_]+\.sql$")


def read(folder=FOLDER):
    """(version, name, SQL) of each migration, in order. A wrong name or a number that is missing or doubled is an error."""
    found = []
    for path in sorted(folder.glob("*.sql")):
        match = NAME.match(path.name)
        if match is None:
            raise ValueError(f"{path.name}: a migration is named like 0001_what_it_does.sql")
        found.append((int(match.group(1)), path.name, path.read_text(encoding="utf-8")))
    for expected, (version, name, _) in enumerate(found, start=1):
        if version != expected:
            raise ValueError(f"{name}: expected number {expected:04}")
    return found


def pending(migrations, applied):
    """Those that the database does not have yet."""
    return [migration for migration in migrations if migration[0] not in applied]


def apply(connection, migrations):
    """Applies what is missing. Two at once are safe: the second waits for the lock and finds nothing to do."""
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '10s'")
        cursor.execute("SELECT pg_advisory_lock(%s)", (LOCK,))
        cursor.execute(
            "CREATE TABLE IF NOT EXISTS schema_migrations"
            " (version integer PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())"
        )
        cursor.execute("SELECT version FROM schema_migrations")
        missing = pending(migrations, {row[0] for row in cursor.fetchall()})
    connection.autocommit = False
    for version, name, sql in missing:
        with connection, connection.cursor() as cursor:
            cursor.execute(sql)
            cursor.execute("INSERT INTO schema_migrations (version, name) VALUES (%s, %s)", (version, name))
        log.info("migrated", migration=name)
    return len(missing)


def main():
    migrations = read()
    connection = retry.until_done(lambda: psycopg2.connect(**settings.database()), psycopg2.OperationalError)
    try:
        count = apply(connection, migrations)
    except psycopg2.Error as error:
        log.warn("migration failed", error=str(error).strip())
        return 1
    finally:
        connection.close()  # releases the advisory lock
    log.info("schema is up to date", applied=count, version=len(migrations))
    return 0


if __name__ == "__main__":
    sys.exit(main())
