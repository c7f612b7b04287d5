#!/bin/sh
# Makes the cluster on the first start, then runs the server as the user postgres. Understands POSTGRES_USER,
# POSTGRES_PASSWORD, POSTGRES_PASSWORD_FILE, POSTGRES_DB and PGDATA, with the meaning that the public image gives them.
set -eu

case "${1:-}" in -*) set -- postgres "$@" ;; esac

if [ "${1:-}" != postgres ]; then
    exec "$@"
fi

if [ "$(id -u)" = 0 ]; then
    mkdir -p "$PGDATA" /var/run/postgresql
    chown postgres:postgres /var/run/postgresql
    # An image of before may have given the user another number.
    find "$PGDATA" ! -user postgres -exec chown --no-dereference postgres:postgres {} +
    chmod 0700 "$PGDATA"
    exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi

initialize() {
    user=${POSTGRES_USER:-postgres}
    database=${POSTGRES_DB:-$user}
    password=${POSTGRES_PASSWORD:-}
    if [ -n "${POSTGRES_PASSWORD_FILE:-}" ]; then
        password=$(cat "$POSTGRES_PASSWORD_FILE")
    fi
    if [ -z "$password" ]; then
        echo "postgres: set POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE" >&2
        exit 1
    fi

    # initdb reads the password from a file only; this one is ours alone and gone right after.
    file=$(mktemp)
    printf '%s\n' "$password" > "$file"
    initdb --username="$user" --pwfile="$file" --encoding=UTF8 --auth-local=trust --auth-host=scram-sha-256 > /dev/null
    rm -f "$file"

    echo "listen_addresses = '*'" >> "$PGDATA/postgresql.conf"
    echo "host all all all scram-sha-256" >> "$PGDATA/pg_hba.conf"
    if [ "$database" != postgres ]; then
        # Single-user mode: nobody can connect before the database exists.
        quoted=$(printf '%s' "$database" | sed 's/"/""/g')
        echo "CREATE DATABASE \"$quoted\"" | postgres --single -E -D "$PGDATA" postgres > /dev/null
    fi
    echo "postgres: database $database is initialized"
}

if [ ! -s "$PGDATA/PG_VERSION" ]; then
    initialize
fi
unset POSTGRES_PASSWORD
exec "$@"
