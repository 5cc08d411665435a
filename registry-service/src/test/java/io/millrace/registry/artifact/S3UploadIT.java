package io.millrace.registry.artifact;

import io.millrace.common.testing.PostgresTestResource;
import io.millrace.registry.blob.S3Server;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;

@QuarkusTest
@QuarkusTestResource(
        value = PostgresTestResource.class,
        restrictToAnnotatedClass = true,
        initArgs = @ResourceArg(name = "service", value = "registry"))
@QuarkusTestResource(value = S3Server.class, restrictToAnnotatedClass = true)
class S3UploadIT extends UploadContract {

    @Inject
    UploadService uploads;

    @Override
    void expire() {
        uploads.expire();
    }
}
