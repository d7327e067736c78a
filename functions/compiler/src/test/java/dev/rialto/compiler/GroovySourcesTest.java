package dev.rialto.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.Descriptor;
import dev.rialto.functions.spi.InterfaceDescriptor;
import dev.rialto.functions.spi.Problem;
import java.lang.reflect.Method;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GroovySourcesTest {
    private static final ProjectCompiler COMPILER =
            new ProjectCompiler(CompilerSettings.defaults(Path.of("target/no-libraries")));

    private static final String GREETER =
            """
            package com.acme

            import dev.rialto.sdk.*

            @Function
            class Greeter {
                static record Name(String name, List<Integer> ages) {}
                static record Greeting(String text, int sum) {}

                @Interface(deadlineMillis = 500)
                Greeting greet(Name who) {
                    int sum = 0
                    who.ages().each { sum += it }
                    new Greeting("Hello ${who.name()}".toString(), sum)
                }
            }
            """;

    @AfterAll
    static void close() {
        COMPILER.close();
    }

    private static Sources groovy(String source) {
        return Sources.described().with("src/main/groovy/com/acme/Greeter.groovy", source);
    }

    private static Problem problem(Sources sources) {
        return ProjectCompilerTest.problems(COMPILER, sources.project()).getFirst();
    }

    @Test
    void compilesAndFindsWhatIsExposed() throws Exception {
        Artifact artifact = COMPILER.compile(groovy(GREETER).project());

        InterfaceDescriptor greet = Descriptor.of(artifact).interfaces().getFirst();
        assertThat(greet.target()).isEqualTo("com.acme.Greeter#greet");
        assertThat(greet.limits().deadline()).isPresent();
        assertThat(
                        greet.contract()
                                .input()
                                .json()
                                .path("properties")
                                .path("ages")
                                .path("type")
                                .toString())
                .contains("array");
        try (MemoryLoader loader = new MemoryLoader(artifact)) {
            Class<?> name = loader.loadClass("com.acme.Greeter$Name");
            Object who = name.getConstructors()[0].newInstance("Ada", java.util.List.of(1, 2, 3));
            Class<?> greeter = loader.loadClass("com.acme.Greeter");
            Method method = greeter.getMethod("greet", name);
            Object greeting = method.invoke(greeter.getConstructor().newInstance(), who);
            assertThat(greeting).hasToString("Greeting[text=Hello Ada, sum=6]");
        }
    }

    @Test
    void groovyAndJavaSeeEachOther() {
        Sources joint =
                groovy(GREETER)
                        .with(
                                "src/main/groovy/com/acme/Uses.groovy",
                                """
                                package com.acme

                                class Uses {
                                    String name() { new Plain(new Greeter()).text() }
                                }
                                """)
                        .with(
                                "src/main/java/com/acme/Plain.java",
                                """
                                package com.acme;

                                import dev.rialto.sdk.*;

                                /// Plain.
                                @Function
                                public class Plain {
                                    public Plain() {}
                                    public Plain(Greeter greeter) {}

                                    public String text() { return new Uses().name(); }

                                    /// Tells what Groovy greets.
                                    @Interface
                                    public Greeter.Greeting tell(Greeter.Name who) {
                                        return new Greeter().greet(who);
                                    }
                                }
                                """);

        Artifact artifact = COMPILER.compile(joint.project());

        assertThat(artifact.files())
                .containsKeys(
                        "com/acme/Plain.class", "com/acme/Uses.class", "com/acme/Greeter.class");
        assertThat(Descriptor.of(artifact).interfaces())
                .extracting(InterfaceDescriptor::target)
                .containsExactly("com.acme.Greeter#greet", "com.acme.Plain#tell");
        InterfaceDescriptor tell = Descriptor.of(artifact).interfaces().getLast();
        assertThat(tell.description()).isEqualTo("Tells what Groovy greets.");
        assertThat(tell.contract().output().json().path("properties").has("sum")).isTrue();
    }

    @Test
    void reportsFileLineAndColumn() {
        Problem problem =
                problem(
                        groovy(
                                """
                                package com.acme

                                class Greeter {
                                    int one() {
                                        "text".missing()
                                    }
                                }
                                """));

        assertThat(problem.file()).isEqualTo("src/main/groovy/com/acme/Greeter.groovy");
        assertThat(problem.line()).isEqualTo(5);
        assertThat(problem.column()).isEqualTo(9);
        assertThat(problem.message()).contains("missing");
    }

    @Test
    void reportsErrorsInJavaBesideIt() {
        Problem problem =
                problem(
                        groovy(GREETER)
                                .with(
                                        "src/main/java/com/acme/A.java",
                                        "package com.acme; class A { int x = \"\"; }"));

        assertThat(problem.file()).isEqualTo("src/main/java/com/acme/A.java");
        assertThat(problem.line()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "class Greeter { foo.Gone gone }|package foo does not exist",
                "class Greeter implements Gone { }|cannot find symbol",
                "class Greeter implements Runnable { }|does not override abstract method run()",
                "class Greeter extends Shut { }|cannot inherit from final com.acme.Shut"
            })
    void reportsErrorsThatJavaFindsInGroovyAtTheClass(String source, String message) {
        Sources joint =
                groovy("package com.acme\n\n" + source)
                        .with(
                                "src/main/java/com/acme/Shut.java",
                                "package com.acme; final class Shut { Greeter greeter; }");

        assertThat(ProjectCompilerTest.problems(COMPILER, joint.project()))
                .hasSize(1)
                .allSatisfy(problem -> {
                    assertThat(problem.file()).isEqualTo("src/main/groovy/com/acme/Greeter.groovy");
                    assertThat(problem.line()).isEqualTo(3);
                    assertThat(problem.message()).contains(message).doesNotContain("stubs");
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "@groovy.transform.ASTTest(value = { System.setProperty('ran', 'x') }) class A {}",
                "import groovy.transform.ASTTest as Fine\n@Fine({ System.setProperty('ran', 'x') }) class A {}",
                "@Grab('com.acme:evil:1') class A {}",
                "import groovy.lang.Grab as Fine\n@Fine('com.acme:evil:1') class A {}",
                "@groovy.transform.CompileDynamic class A {}",
                "@groovy.transform.CompileStatic(groovy.transform.TypeCheckingMode.SKIP) class A {}",
                "import groovy.transform.CompileStatic as Fine\n@Fine(extensions = 'evil.groovy') class A {}",
                "@groovy.transform.TypeChecked(extensions = ['evil.groovy']) class A {}",
                "@groovy.transform.AnnotationCollector(processor = 'java.lang.Object') @interface A {}",
                "@org.codehaus.groovy.transform.GroovyASTTransformationClass('java.lang.Object') @interface A {}",
                "@groovy.transform.builder.Builder(builderStrategy = groovy.transform.builder.SimpleStrategy) class A {}",
                "class A { void f(@DelegatesTo(value = String, strategy = { System.setProperty('ran', 'x'); 1 }()) Closure c) {} }",
                "class A { void f(@DelegatesTo(value = String, strategy = System.setProperty('ran', 'x').size()) Closure c) {} }",
                "println 'a script'",
                "class A { Object f() { Eval.me('1') } }",
                "class A { Object f() { new GroovyShell().evaluate('1') } }",
                "class A { Object f(Object o) { o.anything() } }",
                "class A { dev.rialto.kernel.App app }",
            })
    void refusesWhatWouldRunInTheCompilerOrUnchecked(String source) {
        Problem problem = problem(groovy(source));

        assertThat(problem.line()).as(problem.toString()).isPositive();
        assertThat(System.getProperty("ran")).isNull();
    }

    @Test
    void noInitializerOfTheProjectRuns() {
        Sources sly =
                groovy(GREETER.replace("@Function", "@Function @Sly(Sly.Kind.ONE)"))
                        .with(
                                "src/main/java/com/acme/Sly.java",
                                """
                                package com.acme;

                                import java.lang.annotation.*;

                                @Sly(Sly.Kind.ONE)
                                @Retention(RetentionPolicy.RUNTIME)
                                public @interface Sly {
                                    enum Kind {
                                        ONE;
                                        static { System.setProperty("ran", "x"); }
                                    }

                                    Kind value();
                                }
                                """);

        assertThat(COMPILER.compile(sly.project()).files()).containsKey("com/acme/Sly.class");
        assertThat(System.getProperty("ran")).isNull();
    }
}
