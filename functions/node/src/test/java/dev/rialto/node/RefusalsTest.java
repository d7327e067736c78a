package dev.rialto.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.Binding;
import dev.rialto.functions.spi.Problem;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.workers.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefusalsTest {
    @Test
    void reportsWhereTheCodeIsWrong() {
        assertRefused(
                Map.of("main.js", "require('./lib/a');", "lib/a.js", "\n\nlet x = ;"),
                new Problem("lib/a.js", 3, 0, "SyntaxError: Unexpected token ';'"));
        assertRefused(
                Map.of("main.js", "\n  undefinedThing();"),
                new Problem("main.js", 2, 3, "ReferenceError: undefinedThing is not defined"));
        assertRefused(
                Map.of("main.mjs", "\nimport './b.mjs';", "b.mjs", "export const a = ;\n"),
                new Problem("b.mjs", 1, 0, "SyntaxError: Unexpected token ';'"));
        assertRefused(
                Map.of("main.js", "Parse.Cloud.define('a', 3);"),
                new Problem(
                        "main.js", 1, 13, "TypeError: the function a must be given a function"));
    }

    @Test
    void reportsWhatIsMissingWithoutTheServersPaths() {
        assertThatThrownBy(() -> load(Map.of("main.js", "\nrequire('./nowhere');")))
                .isInstanceOf(RefusedException.class)
                .hasMessageStartingWith("main.js:2:1: Error: Cannot find module './nowhere'")
                .hasMessageNotContaining(Path.of("target").toAbsolutePath().toString());
    }

    @Test
    void revealsNoPathsOfPackages() {
        assertThatThrownBy(() -> load(Map.of("main.mjs", "import 'parse/nothing';")))
                .hasMessageContaining("node_modules/parse/package.json")
                .hasMessageNotContaining(Path.of("target").toAbsolutePath().toString());
    }

    @Test
    void refusesGuardsThatWouldNeverBeAsked() {
        String main = "Parse.Cloud.beforeSubscribe('A', () => {});";
        assertThatThrownBy(() -> load(Map.of("main.js", main)))
                .hasMessageContaining("Parse.Cloud.beforeSubscribe is not called by this server");
        String ignoring = CloudCode.MICRO_APP.replace("{", "{\"ignore\":[\"beforeSubscribe\"],");
        try (CloudCode code = load(Map.of("main.js", main, Artifact.DESCRIPTOR, ignoring))) {
            assertThat(code.revision.descriptor().interfaces()).isEmpty();
            assertThat(code.log).anyMatch(line -> line.contains("beforeSubscribe"));
        }
    }

    @Test
    void refusesPathsThatLeadElsewhere() {
        for (String path :
                new String[] {"../a.js", "/tmp/a.js", "a/../../b.js", "a\\b", "./c", ""}) {
            assertRefused(
                    Map.of("main.js", "", path, ""),
                    new Problem(path, 0, 0, "is not a valid path in a project"));
        }
    }

    @Test
    void refusesCodeThatTakesForEverToLoad() {
        NodeSettings usual = CloudCode.settings();
        var hasty =
                new NodeSettings(
                        usual.command(),
                        usual.folder(),
                        usual.memory(),
                        usual.isolation(),
                        usual.instances(),
                        Duration.ofSeconds(1),
                        usual.patience());
        assertThatThrownBy(() ->
                        new CloudCode(
                                hasty,
                                Map.of(
                                        "main.js",
                                        "for(;;);",
                                        Artifact.DESCRIPTOR,
                                        CloudCode.MICRO_APP),
                                Map.of()))
                .isInstanceOf(RefusedException.class)
                .hasMessage("loading took longer than 1.0 seconds");
    }

    @Test
    void saysThatNodeIsMissingOrTooOld(@TempDir Path folder) throws IOException {
        assertThatThrownBy(() -> load(folder.resolve("none").toString()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("Node.js 20 or newer")
                .hasMessageContaining("https://nodejs.org");
        Path old = folder.resolve("node");
        Files.writeString(old, "#!/bin/sh\necho v18.19.0\n");
        assertThat(old.toFile().setExecutable(true)).isTrue();
        assertThatThrownBy(() -> load(old.toString())).hasMessageContaining("is version 18");
    }

    @Test
    void saysWhatNpmCouldNotInstall(@TempDir Path folder) throws IOException {
        Path node = folder.resolve("node");
        Files.createSymbolicLink(
                node, Programs.locate("node", System.getenv("PATH")).orElseThrow());
        Path npm = folder.resolve("npm");
        Files.writeString(npm, "#!/bin/sh\necho no network here\nexit 1\n");
        assertThat(npm.toFile().setExecutable(true)).isTrue();
        NodeSettings usual = CloudCode.settings();
        var settings =
                new NodeSettings(
                        node.toString(),
                        folder.resolve("data"),
                        usual.memory(),
                        usual.isolation(),
                        usual.instances(),
                        usual.start(),
                        usual.patience());
        assertThatThrownBy(() ->
                        new CloudCode(
                                settings,
                                Map.of("main.js", "", Artifact.DESCRIPTOR, CloudCode.MICRO_APP),
                                Map.of()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("need the parse package of npm")
                .hasMessageContaining("no network here");
        assertThat(folder.resolve("data")).isEmptyDirectory();
    }

    @Test
    void refusesSchedulesThatNameNoJob() {
        String main = "Parse.Cloud.job('tidy', () => 'tidied');";
        for (String schedules :
                List.of("1", "[1]", "[{\"cron\":\"* * * * *\"}]", "[{\"job\":\"tidy\"}]")) {
            assertThatThrownBy(
                            () -> load(Map.of("main.js", main, Artifact.DESCRIPTOR, at(schedules))))
                    .as(schedules)
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("schedule");
        }
        assertThatThrownBy(() ->
                        load(
                                Map.of(
                                        "main.js",
                                        main,
                                        Artifact.DESCRIPTOR,
                                        at("[{\"cron\":\"* * * * *\",\"job\":\"other\"}]"))))
                .hasMessageContaining("the job \"other\", which is not defined in the code");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "61 * * * *|UTC|has the minute \"61\": it must be",
                "@daily|UTC|has 1 fields, not 5",
                "0 3 * * 1-9|UTC|has the day of the week \"1-9\"",
                "0 3 * * *|Europe/Atlantis|there is no time zone \"Europe/Atlantis\""
            })
    void refusesAScheduleThatIsNotValid(String cron, String zone, String why) {
        String schedule = "{\"cron\":\"" + cron + "\",\"zone\":\"" + zone + "\",\"job\":\"tidy\"}";
        String main = "Parse.Cloud.job('tidy', () => 'tidied');";
        assertThatThrownBy(() ->
                        load(
                                Map.of(
                                        "main.js",
                                        main,
                                        Artifact.DESCRIPTOR,
                                        at("[" + schedule + "]"))))
                .isInstanceOf(RefusedException.class)
                .hasMessageStartingWith("micro-app.json: the job \"tidy\": ")
                .hasMessageContaining(why);
    }

    @Test
    void runsJobsAtTheTimesOfTheDescriptor() {
        String times =
                "[{\"cron\":\"0 3 * * *\",\"job\":\"tidy\"},"
                        + "{\"cron\":\"0 9 * * 1\",\"zone\":\"Asia/Tokyo\",\"job\":\"tidy\"}]";
        String main = "Parse.Cloud.job('tidy', () => 'tidied');";
        try (CloudCode code = load(Map.of("main.js", main, Artifact.DESCRIPTOR, at(times)))) {
            assertThat(code.revision.descriptor().interfaces())
                    .singleElement()
                    .satisfies(job ->
                            assertThat(job.bindings())
                                    .containsExactly(
                                            new Binding.Job("tidy"),
                                            new Binding.Schedule("0 3 * * *", "UTC"),
                                            new Binding.Schedule("0 9 * * 1", "Asia/Tokyo")));
            assertThat(
                            code.call(
                                            new Binding.Schedule("0 3 * * *", "UTC"),
                                            "{}",
                                            CloudCode.MASTER,
                                            Duration.ofSeconds(10))
                                    .stringValue())
                    .isEqualTo("tidied");
        }
    }

    private static String at(String schedules) {
        return CloudCode.MICRO_APP.replace("{", "{\"schedules\":" + schedules + ",");
    }

    @Test
    void findsThePackagesThatAProjectBrings() {
        try (CloudCode code =
                load(
                        Map.of(
                                "main.js",
                                "const plain = require('plain'); const deep = import('deep');"
                                        + "Parse.Cloud.define('a', async () =>"
                                        + " [plain(2), (await deep).default]);",
                                "node_modules/plain/package.json",
                                "{\"name\":\"plain\",\"main\":\"lib/index.js\"}",
                                "node_modules/plain/lib/index.js",
                                "module.exports = (n) => n * require('./two');",
                                "node_modules/plain/lib/two.js",
                                "module.exports = 2;",
                                "node_modules/deep/package.json",
                                "{\"name\":\"deep\",\"type\":\"module\",\"exports\":\"./deep.js\"}",
                                "node_modules/deep/deep.js",
                                "export default 'esm';"))) {
            assertThat(code.call("a", "{}").toString()).isEqualTo("[4,\"esm\"]");
        }
    }

    @Test
    void loadsModules() {
        try (CloudCode code =
                load(
                        Map.of(
                                "src/main.mjs",
                                "import Parse2 from 'parse/node'; import { a } from './a.mjs';"
                                        + "Parse.Cloud.define('a', () => [a, Parse2 === Parse]);",
                                "src/a.mjs",
                                "export const a = await Promise.resolve(1);",
                                "package.json",
                                "{\"main\":\"./src/main.mjs\"}"))) {
            assertThat(code.call("a", "{}").toString()).isEqualTo("[1,true]");
        }
    }

    private static void assertRefused(Map<String, String> files, Problem problem) {
        assertThatThrownBy(() -> load(files))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.problems()).containsExactly(problem));
    }

    private static CloudCode load(Map<String, String> files) {
        Map<String, String> all = new HashMap<>(files);
        all.putIfAbsent(Artifact.DESCRIPTOR, CloudCode.MICRO_APP);
        return new CloudCode(CloudCode.settings(), all, Map.of());
    }

    private static CloudCode load(String command) {
        NodeSettings usual = CloudCode.settings();
        return new CloudCode(
                new NodeSettings(
                        command,
                        usual.folder(),
                        usual.memory(),
                        usual.isolation(),
                        usual.instances(),
                        usual.start(),
                        usual.patience()),
                Map.of("main.js", "", Artifact.DESCRIPTOR, CloudCode.MICRO_APP),
                Map.of());
    }
}
