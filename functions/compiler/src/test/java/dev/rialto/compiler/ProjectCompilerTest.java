package dev.rialto.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.Descriptor;
import dev.rialto.functions.spi.InterfaceDescriptor;
import dev.rialto.functions.spi.Problem;
import dev.rialto.functions.spi.RefusedException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class ProjectCompilerTest {
    private static final ProjectCompiler COMPILER =
            new ProjectCompiler(CompilerSettings.defaults(Path.of("target/no-libraries")));

    @AfterAll
    static void close() {
        COMPILER.close();
    }

    static List<Problem> problems(ProjectCompiler compiler, Project project) {
        return catchThrowableOfType(RefusedException.class, () -> compiler.compile(project))
                .problems();
    }

    @Test
    void makesAnArtifactThatSaysWhatItExposes() {
        Artifact artifact = COMPILER.compile(Sources.greeter().project());

        assertThat(artifact.files())
                .containsOnlyKeys(
                        "com/acme/Greeter.class",
                        "com/acme/Greeter$Name.class",
                        "com/acme/Greeter$Greeting.class",
                        Artifact.DESCRIPTOR,
                        Artifact.INTERFACES);
        InterfaceDescriptor greet = Descriptor.of(artifact).interfaces().getFirst();
        assertThat(greet.target()).isEqualTo("com.acme.Greeter#greet");
        assertThat(greet.description()).isEqualTo("Greets.");
    }

    @Test
    void reportsFileLineAndColumnOfAllErrors() {
        Project broken =
                Sources.greeter()
                        .with(
                                "src/main/java/com/acme/Broken.java",
                                """
                                package com.acme;

                                class Broken {
                                    int one = "text";
                                    int two() { return missing; }
                                }
                                """)
                        .project();

        assertThat(problems(COMPILER, broken))
                .extracting(Problem::file, Problem::line, Problem::column)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(
                                "src/main/java/com/acme/Broken.java", 4, 15),
                        org.assertj.core.groups.Tuple.tuple(
                                "src/main/java/com/acme/Broken.java", 5, 24));
    }

    @Test
    void warningsAreNoProblems() {
        Project old =
                Sources.greeter()
                        .with(
                                "src/main/java/com/acme/Old.java",
                                """
                                package com.acme;

                                class Old {
                                    Integer one = new Integer(1);
                                    java.util.List raw = new java.util.ArrayList();
                                }
                                """)
                        .project();

        assertThat(COMPILER.compile(old).files()).containsKey("com/acme/Old.class");
    }

    @Test
    void reportsWhatTheAnnotationProcessorFinds() {
        Project hidden =
                Sources.described()
                        .with(
                                "src/main/java/com/acme/Greeter.java",
                                Sources.GREETER.replace("public class", "class"))
                        .project();

        Problem problem = problems(COMPILER, hidden).getFirst();
        assertThat(problem.message()).contains("not public");
        assertThat(problem.file()).isEqualTo("src/main/java/com/acme/Greeter.java");
        assertThat(problem.line()).isEqualTo(6);
    }

    @Test
    void showsHowToDescribeAMicroAppThatIsNot() {
        Project plain =
                new Sources()
                        .with("src/main/java/com/acme/Greeter.java", Sources.GREETER)
                        .project();

        assertThat(problems(COMPILER, plain))
                .singleElement()
                .satisfies(each -> assertThat(each.file()).endsWith("micro-app.json"))
                .satisfies(each -> assertThat(each.message()).contains("\"domain\": \"trade\""));
    }

    @Test
    void takesTheDescriptionFromTheRootToo() {
        Project root =
                new Sources()
                        .with("src/main/java/com/acme/Greeter.java", Sources.GREETER)
                        .with("micro-app.json", "{}")
                        .project();

        assertThat(COMPILER.compile(root).files()).containsKey(Artifact.DESCRIPTOR);
    }

    @Test
    void refusesAProjectThatExposesNothing() {
        Project nothing =
                Sources.described()
                        .with("src/main/java/com/acme/A.java", "package com.acme; class A {}")
                        .project();

        assertThat(problems(COMPILER, nothing).getFirst().message()).contains("@Function");
    }

    @Test
    void refusesClassesAndResourcesInTheServersOwnPlaces() {
        Project pretender =
                Sources.greeter()
                        .with(
                                "src/main/java/dev/rialto/sdk/Evil.java",
                                "package dev.rialto.sdk; class Evil {}")
                        .with("src/main/resources/META-INF/rialto/interfaces.json", "{}")
                        .project();

        assertThat(problems(COMPILER, pretender))
                .extracting(Problem::message)
                .anyMatch(each -> each.contains("dev.rialto.sdk.Evil"))
                .anyMatch(each -> each.contains("reserved for the server's own files"));
    }

    @Test
    void seesNothingOfTheServer() {
        Project curious =
                Sources.greeter()
                        .with(
                                "src/main/java/com/acme/Curious.java",
                                "package com.acme; class Curious { dev.rialto.kernel.App app; }")
                        .project();

        assertThat(problems(COMPILER, curious).getFirst().message()).contains("dev.rialto.kernel");
    }

    @Test
    void seesNothingOfEarlierProjects() {
        COMPILER.compile(Sources.greeter().project());
        Project other =
                Sources.described()
                        .with(
                                "src/main/java/com/acme/Other.java",
                                "package com.acme; class Other { Greeter greeter; }")
                        .project();

        assertThat(problems(COMPILER, other).getFirst().message()).contains("Greeter");
    }

    @Test
    void takesABuiltJar() throws Exception {
        Artifact built = COMPILER.compile(Sources.greeter().project());
        byte[] jar =
                new Sources()
                        .with(built.files())
                        .with("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n")
                        .with("META-INF/ACME.SF", "signed")
                        .with("module-info.class", "x")
                        .zip();

        assertThat(COMPILER.ofJar(jar).files()).containsOnlyKeys(built.files().keySet());
    }

    @Test
    void findsWhatAJarExposesThatDoesNotSay() throws Exception {
        Map<String, byte[]> files =
                new HashMap<>(COMPILER.compile(Sources.greeter().project()).files());
        files.remove(Artifact.INTERFACES);

        Artifact artifact = COMPILER.ofJar(new Sources().with(files).zip());

        InterfaceDescriptor greet = Descriptor.of(artifact).interfaces().getFirst();
        assertThat(greet.target()).isEqualTo("com.acme.Greeter#greet");
        assertThat(
                        greet.contract()
                                .input()
                                .json()
                                .path("properties")
                                .path("name")
                                .path("type")
                                .asString(""))
                .isEqualTo("string");
    }

    @Test
    void survivesSourcesThatAreNestedTooDeeply() {
        Project deep =
                Sources.greeter()
                        .with(
                                "src/main/java/com/acme/Deep.java",
                                "package com.acme; class Deep { int x = "
                                        + "(".repeat(100_000)
                                        + "1"
                                        + ")".repeat(100_000)
                                        + "; }")
                        .project();

        assertThat(problems(COMPILER, deep).getFirst().message()).contains("nested too deeply");
    }

    @Test
    void noAnnotationProcessorOfTheProjectRuns() {
        Project sly =
                Sources.greeter()
                        .with(
                                "src/main/resources/META-INF/services/javax.annotation.processing.Processor",
                                "com.acme.Sly")
                        .with(
                                "src/main/java/com/acme/Sly.java",
                                """
                                package com.acme;

                                import java.util.Set;
                                import javax.annotation.processing.*;
                                import javax.lang.model.element.TypeElement;

                                @SupportedAnnotationTypes("*")
                                public class Sly extends AbstractProcessor {
                                    public boolean process(Set<? extends TypeElement> all, RoundEnvironment round) {
                                        throw new IllegalStateException("ran");
                                    }
                                }
                                """)
                        .project();

        assertThat(COMPILER.compile(sly).files()).containsKey("com/acme/Sly.class");
    }
}
