package io.millrace.registry.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WebhookSignatureTest {

    /**
     * Figures of MLflow 3.17.2: {@code mlflow.webhooks.delivery._generate_hmac_signature("s3cr\u00e9t",
     * "0b0f0c8e-7d5d-4f2f-9a57-5d1f7d0c3a11", "1700000000", '{"entity": "model_version", "data": {"name": "gr\u00f6\u00dfe"}}')}.
     */
    @Test
    void signsAsMlflowDoes() {
        assertThat(WebhookSignature.of(
                        "s3cr\u00e9t",
                        "0b0f0c8e-7d5d-4f2f-9a57-5d1f7d0c3a11",
                        1_700_000_000L,
                        "{\"entity\": \"model_version\", \"data\": {\"name\": \"gr\u00f6\u00dfe\"}}"))
                .isEqualTo("v1,mHf7/Jvw1pE318U5F030yzJmZlOAExnV2/Uj7HYLlYQ=");
    }
}
