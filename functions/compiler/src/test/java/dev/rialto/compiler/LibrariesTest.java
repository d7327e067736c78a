package dev.rialto.compiler;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.Problem;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibrariesTest {
    private static final String WORDS = "org.words:words:1.2";

    @TempDir private Path folder;

    private TestRepository repository = new TestRepository(Path.of(""));

    @BeforeEach
    void fillRepository() throws Exception {
        repository = new TestRepository(folder.resolve("remote"));
        repository.with(
                "org.letters:letters:3",
                TestRepository.compiled(
                        "Letters.java",
                        "package org.letters; public class Letters { public static int COUNT = 26; }"));
        repository.with(
                WORDS,
                TestRepository.compiled(
                                "Words.java",
                                """
                                package org.words;

                                public class Words {
                                    public static String loud(String text) { return text.toUpperCase(); }
                                }
                                """)
                        .with("org/words/list.txt", "one two")
                        .with("micro-app.json", "{}")
                        .with("META-INF/rialto/interfaces.json", "{}")
                        .with("META-INF/WORDS.RSA", "signature")
                        .with("module-info.class", "none"),
                "org.letters:letters:3");
    }

    private ProjectCompiler compiler(String allowed, URI... remotes) {
        return new ProjectCompiler(
                new CompilerSettings(
                        folder.resolve("local"),
                        List.of(remotes),
                        LibraryPattern.list(allowed),
                        CompilerSettings.Limits.defaults()));
    }

    private static Sources using(String... libraries) {
        StringBuilder dependencies = new StringBuilder();
        for (String each : libraries) {
            dependencies.append(TestRepository.dependency(each));
        }
        return Sources.described()
                .with(
                        "src/main/java/com/acme/Greeter.java",
                        Sources.GREETER.replace(
                                "\"Hello \" + who.name()",
                                "org.words.Words.loud(who.name()) + org.letters.Letters.COUNT"))
                .with(
                        "pom.xml",
                        """
                        <project>
                        <artifactId>greetings</artifactId>
                        <dependencies>
                        %s</dependencies>
                        </project>
                        """
                                .formatted(dependencies));
    }

    @Test
    void librariesAndWhatTheyBringBecomePartOfTheArtifact() {
        try (ProjectCompiler compiler = compiler("org.words:words", repository.address())) {
            Artifact artifact = compiler.compile(using(WORDS).project());

            assertThat(artifact.files())
                    .containsKeys(
                            "org/words/Words.class",
                            "org/letters/Letters.class",
                            "org/words/list.txt")
                    .doesNotContainKeys("META-INF/WORDS.RSA", "module-info.class");
            assertThat(artifact.files().get(Artifact.DESCRIPTOR))
                    .asString(UTF_8)
                    .contains("greetings");
            assertThat(artifact.files().get(Artifact.INTERFACES))
                    .asString(UTF_8)
                    .contains("com.acme.Greeter#greet");
        }
    }

    @Test
    void whatIsKeptIsUsedWithoutTheRepository() throws IOException {
        try (ProjectCompiler compiler = compiler("org.words:*", repository.address())) {
            compiler.compile(using(WORDS).project());
        }
        Files.delete(repository.jar(WORDS));
        try (ProjectCompiler compiler = compiler("org.words:*", repository.address())) {
            assertThat(compiler.compile(using(WORDS).project()).files())
                    .containsKey("org/words/Words.class");
        }
    }

    @Test
    void refusesWhatIsNotAllowedAtItsLine() {
        try (ProjectCompiler compiler = compiler("org.words:*", repository.address())) {
            List<Problem> problems =
                    ProjectCompilerTest.problems(
                            compiler, using(WORDS, "org.letters:letters:3").project());

            assertThat(problems).hasSize(1);
            assertThat(problems.getFirst().file()).isEqualTo("pom.xml");
            assertThat(problems.getFirst().line()).isEqualTo(5);
            assertThat(problems.getFirst().message())
                    .contains("add org.letters:letters to functions.libraries");
        }
    }

    @Test
    void saysWhatCannotBeHad() {
        try (ProjectCompiler compiler = compiler("org.words:*", repository.address())) {
            Problem problem =
                    ProjectCompilerTest.problems(compiler, using("org.words:words:99").project())
                            .getFirst();

            assertThat(problem.file()).isEqualTo("pom.xml");
            assertThat(problem.message()).contains("words").contains("99");
            assertNoPath(problem);
        }
    }

    @Test
    void saysThatItHasNoOtherPlace() {
        try (ProjectCompiler compiler = compiler("org.words:*")) {
            Problem problem =
                    ProjectCompilerTest.problems(compiler, using(WORDS).project()).getFirst();

            assertThat(problem.message()).contains("the only configured source");
            assertNoPath(problem);
        }
    }

    private void assertNoPath(Problem problem) {
        assertThat(problem.message()).doesNotContain("file:").doesNotContain(folder.toString());
    }

    @Test
    void refusesALibraryThatIsNotWhatItsChecksumSays() throws IOException {
        Files.writeString(Path.of(repository.jar(WORDS) + ".sha1"), "0".repeat(40));
        try (ProjectCompiler compiler = compiler("org.words:*", repository.address())) {
            Problem problem =
                    ProjectCompilerTest.problems(compiler, using(WORDS).project()).getFirst();

            assertThat(problem.message()).containsIgnoringCase("checksum");
            assertNoPath(problem);
        }
    }

    @Test
    void nothingOfALibraryRunsInTheCompiler() throws Exception {
        repository.with(
                "org.words:sly:1",
                TestRepository.compiled(
                                "Sly.java",
                                """
                                package org.words;

                                import com.sun.source.util.*;
                                import java.util.Set;
                                import javax.annotation.processing.*;
                                import javax.lang.model.element.TypeElement;

                                @SupportedAnnotationTypes("*")
                                public class Sly extends AbstractProcessor implements Plugin {
                                    static { System.setProperty("sly", "ran"); }
                                    public boolean autoStart() { return true; }
                                    public String getName() { return "sly"; }
                                    public void init(JavacTask task, String... arguments) {}
                                    public boolean process(Set<? extends TypeElement> all, RoundEnvironment round) {
                                        return false;
                                    }
                                }
                                """)
                        .with(
                                "META-INF/services/javax.annotation.processing.Processor",
                                "org.words.Sly")
                        .with("META-INF/services/com.sun.source.util.Plugin", "org.words.Sly")
                        .with(
                                "META-INF/services/org.codehaus.groovy.transform.ASTTransformation",
                                "org.words.Sly"));
        Sources sources =
                using(WORDS, "org.words:sly:1")
                        .with("src/main/groovy/com/acme/A.groovy", "package com.acme\nclass A {}");
        try (ProjectCompiler compiler = compiler("org.words:*", repository.address())) {
            assertThat(compiler.compile(using(WORDS, "org.words:sly:1").project()).files())
                    .containsKey("org/words/Sly.class");
            assertThat(compiler.compile(sources.project()).files()).containsKey("com/acme/A.class");
            assertThat(System.getProperty("sly")).isNull();
        }
    }

    @Test
    void aJarsLibrariesAreThoseOfItsPom() throws Exception {
        Sources project = using(WORDS);
        try (ProjectCompiler compiler = compiler("org.words:*", repository.address())) {
            Artifact artifact = compiler.compile(project.project());
            Sources thin =
                    new Sources()
                            .with(artifact.files())
                            .without("org/")
                            .with(
                                    "META-INF/maven/com.acme/greetings/pom.xml",
                                    project.project()
                                            .below("pom.xml", "")
                                            .values()
                                            .iterator()
                                            .next());

            assertThat(compiler.ofJar(thin.zip()).files())
                    .containsOnlyKeys(artifact.files().keySet());
        }
    }
}
