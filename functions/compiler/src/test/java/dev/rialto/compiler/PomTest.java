package dev.rialto.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rialto.functions.spi.Problem;
import dev.rialto.functions.spi.RefusedException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PomTest {
    private static Pom read(String inner) {
        return Pom.read(
                "pom.xml",
                ("<project xmlns='http://maven.apache.org/POM/4.0.0'>" + inner + "</project>")
                        .getBytes(StandardCharsets.UTF_8));
    }

    private static Problem problem(String xml) {
        return catchThrowableOfType(
                        RefusedException.class,
                        () -> Pom.read("pom.xml", xml.getBytes(StandardCharsets.UTF_8)))
                .problems()
                .getFirst();
    }

    private static String dependency(String version, String more) {
        return "<dependencies><dependency><groupId>g</groupId><artifactId>a</artifactId><version>"
                + version
                + "</version>"
                + more
                + "</dependency></dependencies>";
    }

    @Test
    void putsInItsOwnProperties() {
        Pom pom =
                read(
                        "<parent><version>7</version></parent><properties><a.version>${b}</a.version>"
                                + "<b>1.${project.version}</b></properties>"
                                + dependency("${a.version}", ""));

        assertThat(pom.dependencies()).extracting(Pom.Dependency::version).containsExactly("1.7");
    }

    @Test
    void takesOnlyWhatIsNeededToRun() {
        for (String each :
                new String[] {
                    "<scope>test</scope>", "<scope>provided</scope>", "<optional>true</optional>"
                }) {
            assertThat(read(dependency("1", each)).dependencies()).as(each).isEmpty();
        }
        assertThat(read(dependency("1", "<scope>runtime</scope>")).dependencies()).hasSize(1);
        assertThat(
                        read("<dependencies><dependency><groupId>dev.rialto</groupId>"
                                        + "<artifactId>rialto-sdk</artifactId></dependency></dependencies>")
                                .dependencies())
                .isEmpty();
    }

    @Test
    void takesNothingFromManagementPluginsAndProfiles() {
        String dependencies = dependency("1", "");

        assertThat(
                        read("<dependencyManagement>"
                                        + dependencies
                                        + "</dependencyManagement><build><plugins><plugin>"
                                        + dependencies
                                        + "</plugin></plugins></build><profiles><profile>"
                                        + dependencies
                                        + "</profile></profiles>")
                                .dependencies())
                .isEmpty();
    }

    @Test
    void refusesVersionsThatItCannotKnow() {
        for (String each : new String[] {"", "${missing}", "[1,2)", "../1", "${x}${x}"}) {
            assertThat(
                            problem(
                                    "<project><properties><x>${x}${x}</x></properties>\n"
                                            + dependency(each, "")
                                            + "</project>"))
                    .as(each)
                    .satisfies(problem -> assertThat(problem.line()).isEqualTo(2))
                    .satisfies(
                            problem -> assertThat(problem.message()).contains("explicit version"));
        }
    }

    @Test
    void readsNoOtherFilesAndExpandsNoEntities() {
        assertThat(
                        problem(
                                "<!DOCTYPE p [<!ENTITY e SYSTEM 'file:///etc/hostname'>]><project>"
                                        + dependency("&e;", "")
                                        + "</project>"))
                .isNotNull();
    }

    @Test
    void refusesWhatIsNoXmlOrTooDeep() {
        assertThat(problem("<project>\n<a>").message()).contains("not well-formed XML");
        assertThat(problem("<a>".repeat(100_000)).message()).contains("not well-formed XML");
    }
}
