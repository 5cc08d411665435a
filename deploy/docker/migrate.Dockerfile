# Brings the store up to date and exits; the services start after it.
ARG BASE=eclipse-temurin:17-jre
FROM ${BASE}
COPY db/target/lib/ db/target/millrace-db-*.jar /app/
COPY --chmod=0755 deploy/docker/migrate.sh /app/migrate.sh
RUN useradd --system --uid 10001 --no-create-home millrace
USER 10001
ENTRYPOINT ["/app/migrate.sh"]
