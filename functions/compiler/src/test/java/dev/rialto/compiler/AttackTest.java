package dev.rialto.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rialto.compiler.Attacks.Attack;
import dev.rialto.compiler.Attacks.Language;
import dev.rialto.compiler.Attacks.Outcome;
import dev.rialto.functions.spi.Problem;
import dev.rialto.functions.spi.RefusedException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Attempts to get out of the shared runtime go through the compiler, the hardening and the
/// runtime, as a deploy and a call do. Those with the same outcome are deployed together.
class AttackTest {
    /// What attempts would write.
    private static final Path MARKER = Path.of("target/attack-marker");

    /// So few that all problems are told.
    private static final int TOGETHER = 6;

    private static TryOut tryOut;

    /// What was told of each class that was refused.
    private static final Map<String, String> REFUSALS = new HashMap<>();

    private static final Map<Language, TryOut.Loaded> RUNNING = new HashMap<>();

    @BeforeAll
    static void deployThemAll() {
        MARKER.toFile().delete();
        tryOut = new TryOut();
        for (Language each : Language.values()) {
            List<Integer> refused = those(each, Outcome.REFUSED_AT_LOAD);
            for (int i = 0; i < refused.size(); i += TOGETHER) {
                refuse(each, refused.subList(i, Math.min(refused.size(), i + TOGETHER)));
            }
            if (each != Language.JAR) {
                RUNNING.put(each, load(each, those(each, Outcome.ANSWERS)));
            }
        }
    }

    private static void refuse(Language language, List<Integer> attacks) {
        RefusedException refused =
                catchThrowableOfType(RefusedException.class, () -> load(language, attacks));
        for (Problem problem : refused.problems()) {
            REFUSALS.merge(
                    problem.file().replaceAll("^.*/|[$.].*", ""),
                    problem.message(),
                    (first, second) -> first + "\n" + second);
        }
    }

    private static TryOut.Loaded load(Language language, List<Integer> attacks) {
        Sources sources = Sources.described();
        attacks.forEach(each -> add(sources, each));
        return language == Language.JAR
                ? tryOut.load(BuiltElsewhere.jar(sources))
                : tryOut.load(sources.project());
    }

    private static List<Integer> those(Language language, Outcome outcome) {
        return IntStream.range(0, Attacks.ALL.size())
                .filter(each ->
                        Attacks.ALL.get(each).language() == language
                                && Attacks.ALL.get(each).outcome() == outcome)
                .boxed()
                .toList();
    }

    @AfterAll
    static void close() {
        tryOut.close();
    }

    private static void add(Sources to, int index) {
        Attack attack = Attacks.ALL.get(index);
        switch (attack.language()) {
            case JAVA, JAR ->
                    to.with("src/main/java/com/acme/A" + index + ".java", java(attack, index));
            case GROOVY ->
                    to.with(
                            "src/main/groovy/com/acme/A" + index + ".groovy",
                            groovy(attack, index));
        }
    }

    private static String java(Attack attack, int index) {
        return """
        package com.acme;

        import dev.rialto.sdk.*;
        import java.util.*;
        import java.util.Objects;
        import java.util.concurrent.*;
        import java.util.function.*;
        import java.util.function.Function;
        import java.util.stream.*;

        /// Attacks.
        @dev.rialto.sdk.Function
        @SuppressWarnings({"unchecked", "rawtypes", "deprecation", "removal"})
        public class A%d {
            interface ThrowingUrl { java.net.URL of(java.net.URI uri) throws Exception; }
            %s

            /// Attacks.
            @Interface
            public Object run(Map<String, Object> input, Context context) throws Exception {
                %s
            }
        }
        """
                .replace(
                        "    interface ThrowingUrl { java.net.URL of(java.net.URI uri) throws Exception; }\n",
                        attack.body().contains("ThrowingUrl")
                                ? "    interface ThrowingUrl { java.net.URL of(java.net.URI uri) throws"
                                        + " Exception; }\n"
                                : "")
                .formatted(index, attack.members(), attack.body());
    }

    private static String groovy(Attack attack, int index) {
        return """
        package com.acme

        import dev.rialto.sdk.*
        import groovy.transform.*

        @Function
        class A%d {
        %s

        @Interface
        Object run(Map<String, Object> input, Context context) {
        %s
        }
        }
        """
                .formatted(index, attack.members(), attack.body());
    }

    static List<Arguments> attacks() {
        return IntStream.range(0, Attacks.ALL.size())
                .mapToObj(each ->
                        Arguments.of(
                                each,
                                Attacks.ALL.get(each).language()
                                        + ": "
                                        + Attacks.ALL.get(each).name()))
                .toList();
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("attacks")
    void doesNotGetOut(int index, String name) {
        Attack attack = Attacks.ALL.get(index);
        String told =
                switch (attack.outcome()) {
                    case REFUSED_AT_LOAD -> REFUSALS.getOrDefault("A" + index, "not refused");
                    case REFUSED_BY_COMPILER -> refusedByCompiler(index);
                    case ANSWERS ->
                            Objects.requireNonNull(RUNNING.get(attack.language()))
                                    .call("com.acme.A" + index + "#run");
                };
        assertThat(attack.isTold(told))
                .as("%s: expected %s, but it was: %s", name, attack.words(), told)
                .isTrue();
        assertThat(MARKER).doesNotExist();
        assertThat(threads()).noneMatch(each -> each.contains("attack"));
    }

    private static String refusedByCompiler(int index) {
        Sources sources = Sources.described();
        add(sources, index);
        RefusedException refused =
                catchThrowableOfType(RefusedException.class, () -> tryOut.load(sources.project()));
        return refused == null
                ? "not refused"
                : refused.problems().stream().map(Problem::toString).collect(Collectors.joining());
    }

    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .collect(Collectors.toSet());
    }

    @Test
    void thereAreMoreThanAHundredAndFifty() {
        assertThat(Attacks.ALL).hasSizeGreaterThan(150);
        assertThat(Attacks.ALL.stream().map(each -> each.language() + each.name()))
                .doesNotHaveDuplicates();
    }
}
