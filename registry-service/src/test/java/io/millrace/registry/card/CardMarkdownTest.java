package io.millrace.registry.card;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.common.error.PlatformException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CardMarkdownTest {

    private static final ModelCard CARD = new ModelCard(
            "risk: team",
            "apache-2.0",
            "tribuo",
            null,
            List.of("en", "no"),
            List.of("fraud"),
            List.of("flights@1"),
            Map.of(
                    CardSection.INTENDED_USE, "Rank **flights**.\n\n- by risk",
                    CardSection.LIMITATIONS, "```\n## not a heading\n```"),
            "## Thanks\n\nto all <script>alert(1)</script> [x](javascript:alert(1))");

    @Test
    void readsWhatItWrote() {
        String text = CardMarkdown.write(revision(CARD));

        assertThat(CardMarkdown.read(text)).isEqualTo(CARD);
        assertThat(text)
                .contains("| auc | 0.75 |")
                .contains("| a\\|b | FLOAT64 | required |")
                .contains("license: apache-2.0")
                .contains("# m version 3");
    }

    @Test
    void readsACardOfHuggingFace() {
        ModelCard card = CardMarkdown.read("""
                ---
                license: mit
                language:
                - en
                tags: tabular
                base_model:
                - org/base
                widget: ignored
                ---

                Some text.

                ## Intended Use
                For tests.

                ## Citation
                Nobody.
                """);

        assertThat(card.license()).isEqualTo("mit");
        assertThat(card.baseModel()).isEqualTo("org/base");
        assertThat(card.tags()).containsExactly("tabular");
        assertThat(card.section(CardSection.INTENDED_USE)).isEqualTo("For tests.");
        assertThat(card.notes()).isEqualTo("## Citation\nNobody.");
    }

    @Test
    void showsHtmlAsTextAndLinksToNothingThatRuns() {
        assertThat(CardMarkdown.html(revision(CARD)))
                .contains("<strong>flights</strong>")
                .contains("&lt;script&gt;")
                .contains("<td>auc</td>")
                .doesNotContain("<script>")
                .doesNotContain("javascript:");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "---\n- a\n---\n",
                "---\na: [\n---\n",
                "---\nlicense: {a: b}\n---\n",
                "---\nlicense: a\nlicense: b\n---\n",
                "---\na: &a [*a]\ntags: [1]\n---\n",
                "---\nlicense: !!java.io.File [/etc]\n---\n"
            })
    void refusesAFrontMatterThatIsNoMapOfTexts(String text) {
        assertThatThrownBy(() -> CardMarkdown.read(text)).isInstanceOf(PlatformException.class);
    }

    private static CardRevision revision(ModelCard card) {
        return new CardRevision(
                "m",
                3,
                1,
                card,
                Map.of("auc", 0.75),
                List.of(new CardColumn("a|b", "FLOAT64", true)),
                List.of(),
                "a",
                Instant.EPOCH);
    }
}
