package dev.rialto.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.functions.spi.RefusedException;
import dev.rialto.kernel.RialtoException;
import dev.rialto.runtime.SharedRuntime;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the server is told of failures of a micro app's code.
class FailuresTest {
    private static final String SOURCE =
            """
            package app;

            import dev.rialto.sdk.*;
            import java.util.*;

            @Function
            public class Failing {
                static int asked;

                /// Counts whoever asks it.
                static class Asked extends IllegalArgumentException {
                    @Override public String getMessage() { return "asked " + ++asked; }
                    @Override public String toString() { asked++; return "an Asked"; }
                    @Override public StackTraceElement[] getStackTrace() {
                        asked++;
                        return super.getStackTrace();
                    }
                    @Override public void printStackTrace(java.io.PrintWriter to) { asked++; }
                }

                static class Mute extends RuntimeException {
                    @Override public String getMessage() { throw new Mute(); }
                    @Override public String toString() { throw new Mute(); }
                }

                static class Broken {
                    static int n = 0;
                    static { if (n == 0) throw new Asked(); }
                    static void touch() {}
                }

                public record Checked(String name) {
                    public Checked { throw new Asked(); }
                }

                @Interface
                public int asked() { return asked; }
                @Interface
                public int thrown() { throw new Asked(); }
                @Interface
                public int caused() { throw new IllegalStateException("outer", new Asked()); }
                @Interface
                public int mute() { throw new Mute(); }
                @Interface
                public int initialiser() { Broken.touch(); return 1; }
                @Interface
                public int bound(Checked checked) { return 1; }
                @Interface
                public List<String> written() {
                    return new ArrayList<String>(List.of("a")) {
                        @Override public Iterator<String> iterator() { throw new Asked(); }
                        @Override public void forEach(java.util.function.Consumer<? super String> c) {
                            throw new Asked();
                        }
                    };
                }
            }
            """;

    private static TryOut tryOut;
    private static TryOut.Loaded loaded;

    @BeforeAll
    static void load() {
        tryOut = new TryOut();
        loaded =
                tryOut.load(
                        Sources.described()
                                .with("src/main/java/app/Failing.java", SOURCE)
                                .project());
    }

    @AfterAll
    static void close() {
        loaded.close();
        tryOut.close();
    }

    @ParameterizedTest
    @CsvSource({
        "thrown, an Asked",
        "caused, java.lang.IllegalStateException: outer",
        "mute, app.Failing$Mute",
        "initialiser, an Asked",
        "bound, an Asked",
        "written, an Asked",
    })
    void areToldWithoutTheirCode(String method, String text) {
        RialtoException told = loaded.failure("app.Failing#" + method);
        String before = loaded.call("app.Failing#asked");

        assertThat(told.getCause()).hasToString(text);
        for (Throwable each = told; each != null; each = each.getCause()) {
            assertThat(each.getClass().getClassLoader())
                    .isIn(SharedRuntime.class.getClassLoader(), null);
            assertThat(each.getSuppressed()).isEmpty();
            assertThat(each.getMessage()).isNotEmpty();
        }
        var printed = new StringWriter();
        told.printStackTrace(new PrintWriter(printed, true));
        assertThat(printed.toString()).contains(text);
        assertThat(loaded.call("app.Failing#asked")).isEqualTo(before);
    }

    @Test
    void ofConstructorsAreToldAsTexts() {
        String constructed =
                SOURCE.replace(
                        "static int asked;",
                        "static int asked; { if (asked == 0) throw new Mute(); }");
        Project project =
                Sources.described().with("src/main/java/app/Failing.java", constructed).project();
        assertThatThrownBy(() -> tryOut.load(project))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("its constructor failed: app.Failing$Mute");
    }
}
