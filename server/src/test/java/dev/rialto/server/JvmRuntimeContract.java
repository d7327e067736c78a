package dev.rialto.server;

import dev.rialto.compiler.CompilerSettings;
import dev.rialto.compiler.Project;
import dev.rialto.compiler.ProjectCompiler;
import dev.rialto.functions.spi.Artifact;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/// What every runtime of the JVM must do, tried with the same micro app in Java.
abstract class JvmRuntimeContract extends RuntimeContract {
    private static final CompilerSettings SETTINGS =
            CompilerSettings.defaults(Path.of("target", "libraries"));

    private static ProjectCompiler compiler;

    @BeforeAll
    static void start() {
        compiler = new ProjectCompiler(SETTINGS);
    }

    @AfterAll
    static void stop() {
        compiler.close();
    }

    static Artifact compiled(String body) {
        byte[] zip =
                MicroAppSources.empty()
                        .with(
                                "src/main/resources/micro-app.json",
                                """
                                {"name": "contract", "domain": "test", "group": "contract"}
                                """)
                        .withClass("Contract", body)
                        .zip();
        try {
            return compiler.compile(
                    Project.ofZip(new ByteArrayInputStream(zip), SETTINGS.limits()));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    @Override
    Artifact microApp() {
        return compiled(
                """
                @Function public final class Contract {
                  @CloudFunction("echo") public Map<String, Object> echo(Map<String, Object> input) {
                    return input;
                  }
                  @CloudFunction("refuse") public void refuse() {
                    throw new FunctionException(10042, "not today");
                  }
                  @CloudFunction("fail") public void fail() {
                    throw new IllegalStateException("no way");
                  }
                  @CloudFunction("loop") public void loop() { while (true) {} }
                  @CloudFunction("log") public void log(Context context) { context.log().info("seen"); }
                  @Trigger(value = Moment.BEFORE_SAVE, of = "Thing")
                  public Entity upper(Saving saving) {
                    String name = saving.object().text("name")
                        .orElseThrow(() -> new FunctionException(142, "name it"));
                    return saving.object().with("upper", name.toUpperCase(Locale.ROOT));
                  }
                  @Job("count") public void count(Map<String, Object> input, Context context) {
                    context.progress("half");
                  }
                }
                """);
    }
}
