# One of the four services, from what ./mvnw package has built:
#   docker build -f deploy/docker/service.Dockerfile --build-arg SERVICE=registry .
ARG BASE=eclipse-temurin:17-jre
FROM ${BASE}
# XGBoost's native library needs OpenMP.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libgomp1 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --no-create-home millrace \
    && install -d -o millrace -m 0700 /data
ARG SERVICE
COPY ${SERVICE}-service/target/quarkus-app/ /app/
USER 10001
VOLUME /data
ENV MILLRACE_DATA_DIR=/data QUARKUS_HTTP_HOST=0.0.0.0 \
    JAVA_OPTS="-XX:MaxRAMPercentage=60 -XX:+UseSerialGC -XX:+ExitOnOutOfMemoryError"
ENTRYPOINT ["sh", "-c", "exec java $JAVA_OPTS -Djava.util.logging.manager=org.jboss.logmanager.LogManager -jar /app/quarkus-run.jar"]
