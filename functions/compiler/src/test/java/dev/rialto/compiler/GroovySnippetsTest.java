package dev.rialto.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Ordinary Groovy compiles, is accepted by the hardening, and gives the right answers.
class GroovySnippetsTest {
    private static TryOut tryOut;
    private static TryOut.Loaded loaded;

    @BeforeAll
    static void deployThemAll() {
        tryOut = new TryOut();
        Sources sources = Sources.described();
        for (int i = 0; i < GroovySnippets.ALL.size(); i++) {
            sources.with("src/main/groovy/com/acme/S" + i + ".groovy", source(i));
        }
        loaded = tryOut.load(sources.project());
    }

    @AfterAll
    static void close() {
        tryOut.close();
    }

    private static String source(int index) {
        GroovySnippets.Snippet snippet = GroovySnippets.ALL.get(index);
        return """
        package com.acme

        import dev.rialto.sdk.*
        import groovy.transform.*

        @Function
        class NAME {
        %s

        @Interface
        Object run(Map<String, Object> input, Context context) {
        %s
        }
        }
        """
                .formatted(snippet.members(), snippet.body())
                .replace("NAME", "S" + index);
    }

    static List<Arguments> snippets() {
        return IntStream.range(0, GroovySnippets.ALL.size())
                .mapToObj(each -> Arguments.of(each, GroovySnippets.ALL.get(each).name()))
                .toList();
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("snippets")
    void answers(int index, String name) {
        assertThat(loaded.call("com.acme.S" + index + "#run"))
                .as(name)
                .isEqualTo(GroovySnippets.ALL.get(index).answer().replace("NAME", "S" + index));
    }
}
