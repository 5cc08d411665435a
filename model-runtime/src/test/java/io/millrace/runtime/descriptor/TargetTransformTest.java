package io.millrace.runtime.descriptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTransformTest {

    @ParameterizedTest
    @ValueSource(strings = {"log1p", "standardise(12.5,3.25)", "log1p+standardise(-1.0E-7,0.1)"})
    void survivesItsText(String text) {
        TargetTransform transform = TargetTransform.parse(text);

        assertThat(transform.text()).isEqualTo(text);
        assertThat(transform.invert(transform.apply(41.5))).isCloseTo(41.5, within(1e-9));
    }

    @Test
    void doesNothingWithoutText() {
        assertThat(TargetTransform.parse(null)).isEqualTo(TargetTransform.NONE);
        assertThat(TargetTransform.NONE.text()).isNull();
        assertThat(TargetTransform.NONE.apply(3)).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "sqrt", "log1p+", "standardise(1)", "standardise(1,0)", "standardise(a,1)", "log1p+x"})
    void refusesWhatItDoesNotKnow(String text) {
        assertThatThrownBy(() -> TargetTransform.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
