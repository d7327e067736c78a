package dev.rialto.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.functions.spi.RefusedException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProjectTest {
    private static final CompilerSettings.Limits LIMITS = CompilerSettings.Limits.defaults();

    private static Project zip(Sources files) throws IOException {
        return Project.ofZip(new ByteArrayInputStream(files.zip()), LIMITS);
    }

    @Test
    void keepsOnlyWhatIsDeployed() throws IOException {
        Project project =
                zip(
                        Sources.greeter()
                                .with("pom.xml", "<project/>")
                                .with("src/test/java/com/acme/GreeterTest.java", "")
                                .with(".git/config", "")
                                .with("target/x.class", ""));

        assertThat(project.files())
                .containsOnlyKeys(
                        "pom.xml",
                        "src/main/java/com/acme/Greeter.java",
                        "src/main/resources/micro-app.json");
    }

    @Test
    void passesByAFolderAroundEverything() throws IOException {
        Project project =
                zip(
                        new Sources()
                                .with("greetings-1.0/pom.xml", "<project/>")
                                .with("greetings-1.0/src/main/java/A.java", ""));

        assertThat(project.files()).containsOnlyKeys("pom.xml", "src/main/java/A.java");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../evil",
                "src/main/java/../../../../evil.java",
                "/etc/passwd",
                "src\\main\\java\\A.java",
                "C:/evil",
                "src//main",
                "src/./main",
                "src/main/java/A\u0000.java",
                "",
            })
    void refusesPathsThatLeadOutside(String path) {
        assertThatThrownBy(() -> new Project(Map.of(path, new byte[0])))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("relative");
        if (!path.isEmpty()) {
            assertThatThrownBy(() -> zip(new Sources().with("pom.xml", "").with(path, "")))
                    .isInstanceOf(RefusedException.class);
        }
    }

    @Test
    void refusesABombBeforeItIsUnpacked() throws IOException {
        byte[] zeros = new byte[(int) LIMITS.artifactSize() + 1];
        byte[] bomb = new Sources().with("ignored/zeros", zeros).zip();

        assertThat(bomb.length).isLessThan(100_000);
        assertThatThrownBy(() -> Project.ofZip(new ByteArrayInputStream(bomb), LIMITS))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("larger than");
    }

    @Test
    void refusesSourcesThatAreTooLarge() throws IOException {
        byte[] zeros = new byte[(int) LIMITS.projectSize() + 1];
        byte[] large = new Sources().with("ignored/zeros", zeros).zip();

        assertThatThrownBy(() -> Project.ofZip(new ByteArrayInputStream(large), LIMITS))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("more than " + LIMITS.projectSize());
    }

    @Test
    void refusesTooManyFiles() {
        Sources many = new Sources();
        for (int i = 0; i <= LIMITS.files(); i++) {
            many.with("ignored/" + i, "");
        }

        assertThatThrownBy(() -> zip(many))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("more than " + LIMITS.files());
    }

    @Test
    void refusesAFileThatIsThereTwice() throws IOException {
        byte[] zip = new Sources().with("pom1xml", "a").with("pom2xml", "b").zip();
        String text = new String(zip, StandardCharsets.ISO_8859_1);
        byte[] twice =
                text.replace("pom1xml", "pom.xml")
                        .replace("pom2xml", "pom.xml")
                        .getBytes(StandardCharsets.ISO_8859_1);

        assertThatThrownBy(() -> Project.ofZip(new ByteArrayInputStream(twice), LIMITS))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("twice");
    }

    @Test
    void refusesWhatIsNoZip() {
        assertThatThrownBy(() ->
                        Project.ofZip(
                                new ByteArrayInputStream(
                                        "not a zip".getBytes(StandardCharsets.UTF_8)),
                                LIMITS))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("not a zip");
    }
}
