#!/bin/sh
# The store keeps tokens as digests only. This makes the file that the migration reads from the tokens in the environment.
set -eu
umask 077
export MILLRACE_BOOTSTRAP_TOKENS_FILE="${TMPDIR:-/tmp}/tokens"

token() {
    if [ "${#3}" -lt 32 ]; then
        echo "migrate: the token of $1 must have at least 32 characters" >&2
        exit 1
    fi
    printf '%s %s %s\n' "$1" "$2" "$(printf %s "$3" | sha256sum | cut -d ' ' -f 1)"
}

{
    token admin admin "${MILLRACE_ADMIN_TOKEN:?is not set}"
    token service-registry engineer,approver "${MILLRACE_REGISTRY_TOKEN:?is not set}"
    token service-serving engineer "${MILLRACE_SERVING_TOKEN:?is not set}"
    token service-pipeline engineer "${MILLRACE_PIPELINE_TOKEN:?is not set}"
    token service-monitoring engineer "${MILLRACE_MONITORING_TOKEN:?is not set}"
} > "$MILLRACE_BOOTSTRAP_TOKENS_FILE"
exec java -Xmx128m -cp "/app/*" io.millrace.db.MigrateMain
