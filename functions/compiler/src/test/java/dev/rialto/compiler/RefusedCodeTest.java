package dev.rialto.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.Problem;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.functions.spi.Release;
import dev.rialto.kernel.App;
import dev.rialto.runtime.SharedRuntime;
import dev.rialto.runtime.SharedSettings;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// How it is told that own code of a micro app is refused.
class RefusedCodeTest {
    private static List<Problem> problems(Artifact artifact) {
        return refusal(artifact).problems();
    }

    private static RefusedException refusal(Artifact artifact) {
        try (var runtime = new SharedRuntime(SharedSettings.defaults(), (_, _, _) -> {})) {
            var release = new Release(new App("app", "app"), "greetings", 1, Map.of());
            return catchThrowableOfType(
                    RefusedException.class, () -> runtime.load(release, artifact));
        }
    }

    private static Artifact compiled(Sources sources) {
        try (var compiler =
                new ProjectCompiler(CompilerSettings.defaults(Path.of("target/no-libraries")))) {
            return compiler.compile(sources.project());
        }
    }

    @Test
    void namesTheLineOfTheJavaSourceOnceForAnExpression() {
        Sources sources =
                Sources.greeter()
                        .with(
                                "src/main/java/com/acme/F.java",
                                """
                                package com.acme;

                                class F {
                                    static String read() throws Exception {
                                        return new java.io.BufferedReader(
                                                new java.io.FileReader("/etc/passwd")).readLine();
                                    }

                                    static void run() throws Exception {
                                        Runtime.getRuntime().exec(new String[] {"ls"}).waitFor();
                                    }
                                }
                                """);

        assertThat(problems(compiled(sources)))
                .extracting(Problem::toString)
                .containsExactlyInAnyOrder(
                        "src/main/java/com/acme/F.java:5: com.acme.F.read uses"
                                + " java.io.FileReader.new: there are no files and sockets here:"
                                + " use Context.files()",
                        "src/main/java/com/acme/F.java:10: com.acme.F.run uses"
                                + " java.lang.Runtime.getRuntime, java.lang.Runtime.exec,"
                                + " java.lang.Process.waitFor: functions start no threads and no"
                                + " processes");
    }

    @Test
    void namesTheLineOfTheGroovySource() {
        Sources sources =
                Sources.greeter()
                        .with(
                                "src/main/groovy/com/acme/G.groovy",
                                """
                                package com.acme
                                class G {
                                  static void run() {
                                    System.exit(1)
                                  }
                                }
                                """);

        assertThat(problems(compiled(sources)))
                .anySatisfy(each -> {
                    assertThat(each.file()).isEqualTo("src/main/groovy/com/acme/G.groovy");
                    assertThat(each.line()).isEqualTo(4);
                });
    }

    @Test
    void reportsOnlyTheFirstOfManyProblems() {
        var source = new StringBuilder("package com.acme;\nclass F {\nstatic void run() {\n");
        source.append("System.exit(1);\n".repeat(130)).append("}\n}\n");

        RefusedException refusal =
                refusal(
                        compiled(
                                Sources.greeter()
                                        .with("src/main/java/com/acme/F.java", source.toString())));

        assertThat(refusal.problems()).hasSize(50);
        assertThat(refusal.more()).isEqualTo(80);
    }

    @Test
    void refusesAClassThatTheJvmWouldNotVerify() {
        byte[] unsound =
                ClassFile.of()
                        .build(
                                ClassDesc.of("com.acme.Unsound"),
                                type ->
                                        type.withMethodBody(
                                                "text",
                                                MethodTypeDesc.of(
                                                        ConstantDescs.CD_String,
                                                        ConstantDescs.CD_Object),
                                                ClassFile.ACC_STATIC,
                                                code -> code.aload(0).areturn()));
        Map<String, byte[]> files = new HashMap<>(compiled(Sources.greeter()).files());
        files.put("com/acme/Unsound.class", unsound);

        assertThat(problems(new Artifact(files)))
                .extracting(Problem::file)
                .containsExactly("com/acme/Unsound.class");
    }
}
