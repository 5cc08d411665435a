package io.millrace.registry.artifact;

import io.millrace.common.testing.PostgresTestResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;

@QuarkusTest
@QuarkusTestResource(value = PostgresTestResource.class, initArgs = @ResourceArg(name = "service", value = "registry"))
class LocalUploadIT extends UploadContract {

    @Inject
    UploadService uploads;

    @Override
    void expire() {
        uploads.expire();
    }
}
