#!/bin/sh
# Runs the broker as the user rabbitmq. The broker itself understands RABBITMQ_DEFAULT_USER, RABBITMQ_DEFAULT_PASS,
# RABBITMQ_NODENAME and the files in /etc/rabbitmq/conf.d.
set -eu

case "${1:-}" in
rabbitmq*)
    if [ "$(id -u)" = 0 ]; then
        chown rabbitmq:rabbitmq /etc/rabbitmq/conf.d /etc/rabbitmq/conf.d/*
        # An image of before may have given the user another number.
        find /var/lib/rabbitmq ! -user rabbitmq -exec chown --no-dereference rabbitmq:rabbitmq {} +
        exec setpriv --reuid=rabbitmq --regid=rabbitmq --init-groups "$0" "$@"
    fi
    ;;
esac
exec "$@"
