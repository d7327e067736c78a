package dev.rialto.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompilerSettingsTest {
    @Test
    void allowsNoLibrariesUnlessTold() {
        CompilerSettings defaults = CompilerSettings.defaults(Path.of("libraries"));

        assertThat(defaults.libraries()).isEmpty();
        assertThat(defaults.remotes()).isEmpty();
        assertThat(defaults.limits().within()).isEqualTo(Duration.ofSeconds(20));
    }

    @Test
    void readsPatterns() {
        List<LibraryPattern> patterns =
                LibraryPattern.list("org.apache.commons:commons-lang3, com.google.guava:*,");

        assertThat(patterns)
                .containsExactly(
                        new LibraryPattern("org.apache.commons", "commons-lang3"),
                        new LibraryPattern("com.google.guava", "*"));
        assertThat(patterns.getFirst().allows("org.apache.commons", "commons-text")).isFalse();
        assertThat(patterns.getLast().allows("com.google.guava", "guava")).isTrue();
        assertThat(patterns.getLast().allows("com.google.guava.evil", "guava")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"guava", "*:*", ":a", "g:", "g:a:1", "com.*:a", "../x:y"})
    void refusesWhatIsNoPattern(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LibraryPattern.list(text))
                .withMessageContaining("functions.libraries");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://x/", "central", "https://me:secret@host/"})
    void refusesOtherPlaces(String place) {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new CompilerSettings(
                                Path.of("x"),
                                List.of(URI.create(place)),
                                List.of(),
                                CompilerSettings.Limits.defaults()))
                .withMessageContaining("functions.repositories")
                .withMessageNotContaining("secret");
    }

    @Test
    void refusesLimitsBelowOne() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new CompilerSettings.Limits(1, 1, 1, 1, Duration.ofSeconds(1), 0, 1))
                .withMessageContaining("the number of simultaneous compilations");
    }
}
