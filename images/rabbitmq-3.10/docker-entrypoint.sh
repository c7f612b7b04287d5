#!/bin/sh
# Runs the broker as the user rabbitmq. The broker itself understands RABBITMQ_DEFAULT_USER, RABBITMQ_DEFAULT_PASS,
# RABBITMQ_NODENAME and the files in /etc/rabbitmq/conf.d.
set -eu

case "${1:-}" in
rabbitmq*)
    if [ "$(id -u)" = 0 ]; then
        chown rabbitmq:rabbitmq /var/lib/rabbitmq /etc/rabbitmq/conf.d /etc/rabbitmq/conf.d/*
        exec setpriv --reuid=rabbitmq --regid=rabbitmq --init-groups "$0" "$@"
    fi
    ;;
esac
exec "$@"
