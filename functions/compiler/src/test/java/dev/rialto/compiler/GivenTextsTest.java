package dev.rialto.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Texts that are made only when a function has given them away, such as those of Groovy.
class GivenTextsTest {
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofSeconds(60);

    private static TryOut tryOut;
    private static TryOut.Loaded loaded;

    @BeforeAll
    static void load() {
        tryOut = new TryOut();
        loaded =
                tryOut.load(
                        Sources.described()
                                .with(
                                        "src/main/groovy/app/Texts.groovy",
                                        """
                                        package app

                                        import dev.rialto.sdk.*

                                        @Function
                                        class Texts {
                                            static class Endless implements CharSequence {
                                                int length() { return 1 }
                                                char charAt(int index) { return 'a' as char }
                                                CharSequence subSequence(int from, int to) { return this }
                                                String toString() { while (true) { } }
                                            }
                                            static List huge() {
                                                List list = new ArrayList()
                                                for (int i = 0; i < 50; i++) {
                                                    List outer = new ArrayList()
                                                    outer.add(list)
                                                    outer.add(list)
                                                    list = outer
                                                }
                                                return list
                                            }
                                            @Interface
                                            Object plain() { return "${huge()}" }
                                            @Interface
                                            Object inMap() { return [a: [1, "${huge()}"]] }
                                            @Interface
                                            Object inArray() {
                                                Object[] all = new Object[1]
                                                all[0] = "${huge()}"
                                                return all
                                            }
                                            @Interface
                                            Object asKey() {
                                                Object[] all = new Object[1]
                                                Map<Object, Object> map = new IdentityHashMap<Object, Object>()
                                                map.put("${huge()}", 1)
                                                all[0] = map
                                                return all
                                            }
                                            @Interface
                                            Object listAsKey() {
                                                Object[] all = new Object[1]
                                                Map<Object, Object> map = new IdentityHashMap<Object, Object>()
                                                map.put(huge(), 1)
                                                all[0] = map
                                                return all
                                            }
                                            @Interface
                                            Object given(Context context) {
                                                context.events().publish("topic", "${huge()}")
                                                return 1
                                            }
                                            @Interface
                                            Object ofOwnClass() { return new Endless() }
                                            @Interface
                                            Object small() {
                                                int n = 7
                                                Object[] all = new Object[1]
                                                all[0] = "x${n}"
                                                return [a: "b${n}", list: ["${n}c"], all: all]
                                            }
                                        }
                                        """)
                                .project());
    }

    @AfterAll
    static void close() {
        loaded.close();
        tryOut.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain",
                "inMap",
                "inArray",
                "asKey",
                "listAsKey",
                "given",
                "ofOwnClass",
            })
    void endWithTheCall(String method) {
        assertThat(loaded.call("app.Texts#" + method, SHORT)).contains(" was stopped: ");
    }

    @Test
    void areWrittenAsTexts() {
        assertThat(loaded.call("app.Texts#small", LONG))
                .isEqualTo("{\"a\":\"b7\",\"list\":[\"7c\"],\"all\":[\"x7\"]}");
    }
}
