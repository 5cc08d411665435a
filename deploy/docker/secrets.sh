#!/bin/sh
# Prints an environment file with fresh random secrets: deploy/docker/secrets.sh > .env
set -eu
for name in POSTGRES_PASSWORD \
    DB_PASSWORD_REGISTRY DB_PASSWORD_PIPELINE DB_PASSWORD_SERVING DB_PASSWORD_MONITORING \
    ADMIN_TOKEN REGISTRY_TOKEN PIPELINE_TOKEN SERVING_TOKEN MONITORING_TOKEN; do
    printf 'MILLRACE_%s=mlr_%s\n' "$name" "$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')"
done
