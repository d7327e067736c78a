package dev.rialto.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/// CSV as programs write it.
class CsvDialectTest {
    private static final TestDatabase POSTGRES = TestDatabase.create();
    private static final AtomicInteger CLASSES = new AtomicInteger();
    private static final Charset WINDOWS = Charset.forName("windows-1252");
    private static final String THREE = "{\"code\":\"A1\",\"name\":\"Zo\u00eb\",\"price\":1.5}";
    private static final App APP = POSTGRES.app();

    private final TransferFixture transfer = new TransferFixture(POSTGRES);

    @TempDir private Path folder;

    @AfterAll
    static void close() {
        POSTGRES.close();
    }

    static Stream<Arguments> dialects() {
        CsvOptions none = CsvOptions.NONE;
        return Stream.of(
                sample("commas", utf8("code,name,price\nA1,Zo\u00eb,1.5\n"), none, THREE),
                sample("semicolons", utf8("code;name;price\nA1;Zo\u00eb;1.5\n"), none, THREE),
                sample("tabs", utf8("code\tname\tprice\nA1\tZo\u00eb\t1.5\n"), none, THREE),
                sample("bars", utf8("code|name|price\nA1|Zo\u00eb|1.5\n"), none, THREE),
                sample("CRLF", utf8("code;name;price\r\nA1;Zo\u00eb;1.5\r\n"), none, THREE),
                sample("CR", utf8("code;name;price\rA1;Zo\u00eb;1.5\r"), none, THREE),
                sample("no end of line", utf8("code;name;price\nA1;Zo\u00eb;1.5"), none, THREE),
                sample(
                        "all quoted",
                        utf8("\"code\";\"name\";\"price\"\n\"A1\";\"Zo\u00eb\";\"1.5\"\n"),
                        none,
                        THREE),
                sample(
                        "spaces after commas",
                        utf8("code, price\nA1, 1.5\n"),
                        none,
                        "{\"code\":\"A1\",\"price\":1.5}"),
                sample(
                        "Excel: byte order mark, semicolons, decimal commas, empty rows",
                        utf8("\uFEFFcode;name;price;\r\nA1;Zo\u00eb;1,5;\r\n;;;\r\n"),
                        decimalComma(none),
                        THREE),
                sample(
                        "Excel: sep",
                        utf8("sep=;\r\ncode;name;price\r\nA1;Zo\u00eb;1.5\r\n"),
                        none,
                        THREE),
                sample(
                        "Excel: Unicode text",
                        "\uFEFFcode\tname\tprice\r\nA1\tZo\u00eb\t1.5\r\n"
                                .getBytes(StandardCharsets.UTF_16LE),
                        none,
                        THREE),
                sample(
                        "UTF-16, big end first",
                        "\uFEFFcode,name,price\nA1,Zo\u00eb,1.5\n"
                                .getBytes(StandardCharsets.UTF_16BE),
                        none,
                        THREE),
                sample(
                        "Excel on Windows",
                        "code;name;price\r\nA1;Zo\u00eb;1.234,5\r\n".getBytes(WINDOWS),
                        decimalComma(encoding(WINDOWS)),
                        THREE.replace("1.5", "1234.5")),
                sample(
                        "LibreOffice: text in quotes",
                        utf8("\"code\",\"name\",\"price\"\n\"12\",\"Zo\u00eb\",1.5\n"),
                        none,
                        THREE.replace("A1", "12")),
                sample(
                        "pandas",
                        utf8(",code,name,price,open\n0,A1,Zo\u00eb,1.5,True\n1,A2,,,False\n"),
                        none,
                        "{\"code\":\"A1\",\"index\":0,\"name\":\"Zo\u00eb\",\"open\":true,\"price\":1.5}",
                        "{\"code\":\"A2\",\"index\":1,\"open\":false}"),
                sample(
                        "pandas: times, NA",
                        utf8("code,at,n\nA1,2026-01-31 10:00:00,NA\nA2,NA,1.0\n"),
                        nulls("NA"),
                        "{\"at\":{\"__type\":\"Date\",\"iso\":\"2026-01-31T10:00:00.000Z\"},\"code\":\"A1\",\"n\":null}",
                        "{\"at\":null,\"code\":\"A2\",\"n\":1}"),
                sample(
                        "PostgreSQL",
                        utf8(
                                """
                                code,note,at,n
                                A1,"say ""hi""
                                there",2026-01-31 10:00:00.5+02,\\N
                                A2,"",,3
                                A3,"\\N",,4
                                """),
                        none,
                        "{\"at\":{\"__type\":\"Date\",\"iso\":\"2026-01-31T08:00:00.500Z\"},\"code\":\"A1\",\"n\":null,\"note\":\"say"
                                + " \\\"hi\\\"\\nthere\"}",
                        "{\"code\":\"A2\",\"n\":3,\"note\":\"\"}",
                        "{\"code\":\"A3\",\"n\":4,\"note\":\"\\\\N\"}"),
                sample(
                        "delimiters inside of cells",
                        utf8("code,note\nA1,\"a;b;c\"\nA2,x;y;z\n"),
                        none,
                        "{\"code\":\"A1\",\"note\":\"a;b;c\"}",
                        "{\"code\":\"A2\",\"note\":\"x;y;z\"}"),
                sample(
                        "decimal commas between semicolons",
                        utf8("code;price\nA1;1,5\nA2;2,5\n"),
                        none,
                        "{\"code\":\"A1\",\"price\":\"1,5\"}",
                        "{\"code\":\"A2\",\"price\":\"2,5\"}"),
                sample(
                        "one column",
                        utf8("name\nZo\u00eb\n\nUma\n"),
                        none,
                        "{\"name\":\"Zo\u00eb\"}",
                        "{\"name\":\"Uma\"}"),
                sample(
                        "asked for",
                        utf8("code^name^price\nA1^Zo\u00eb^1.5\n"),
                        delimiter('^'),
                        THREE),
                sample(
                        "asked for, where two are possible",
                        utf8("code;a,b\nA1;1,2\n"),
                        delimiter(';'),
                        "{\"a_b\":\"1,2\",\"code\":\"A1\"}"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("dialects")
    void readsCsvAsProgramsWriteIt(
            String name, byte[] content, CsvOptions options, List<String> expected)
            throws IOException {
        String className = "Read" + CLASSES.incrementAndGet();

        ImportReport report = transfer.run(request(className, content, options));

        assertThat(report.rejected()).isZero();
        assertThat(transfer.export(APP, className).lines().map(CsvDialectTest::withoutTimes))
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "code:name:price\\nA1:x:1\\n",
                "code^name^price\\nA1^x^1\\n",
                "code name price\\nA1 x 1\\nA2 y 2\\n",
                "\"code;name;price\"\\n\"A1;x;1\"\\n",
                "code;a,b\\nA1;1,2\\n",
                "Report of May\\nA1;x;1\\nA2;y;2\\n"
            })
    void refusesToGuessWhatSeparatesTheCells(String text) {
        assertThatThrownBy(() ->
                        transfer.run(request("Unsure", utf8(unescape(text)), CsvOptions.NONE)))
                .isInstanceOf(RialtoException.class)
                .hasMessageContaining("--delimiter");
        assertThat(transfer.classExists(APP, "Unsure")).isFalse();
    }

    static Stream<Arguments> broken() {
        return Stream.of(
                Arguments.of(utf8("a,b,a\n1,2,3\n"), CsvOptions.NONE, "the field a"),
                Arguments.of(utf8("zip code,zip-code\n1,2\n"), CsvOptions.NONE, "zip_code"),
                Arguments.of(utf8("a,,c\n1,2,3\n"), CsvOptions.NONE, "column 2 has no name"),
                Arguments.of(utf8("code;name\nA1;x\n"), delimiter(','), "a semicolon"),
                Arguments.of(
                        "Stra\u00dfe;n\nA1;1\n".getBytes(WINDOWS), CsvOptions.NONE, "--encoding"),
                Arguments.of(
                        "a;n\nA1;1\n".getBytes(StandardCharsets.UTF_16LE),
                        CsvOptions.NONE,
                        "--encoding"));
    }

    @ParameterizedTest
    @MethodSource("broken")
    void refusesFilesItWouldMisread(byte[] content, CsvOptions options, String reason) {
        assertThatThrownBy(() -> transfer.run(request("Broken", content, options)))
                .isInstanceOf(RialtoException.class)
                .hasMessageContaining(reason);
        assertThat(transfer.classExists(APP, "Broken")).isFalse();
    }

    @Test
    void rejectsRowsWithACellBelowNoHeading() throws IOException {
        ImportReport report =
                transfer.run(request("Tail", utf8("a,b,\n1,2,\n3,4,5\n"), CsvOptions.NONE));

        assertThat(report.written()).isEqualTo(1);
        assertThat(report.rejected()).isEqualTo(1);
    }

    private static Arguments sample(
            String name, byte[] content, CsvOptions options, String... objects) {
        return Arguments.of(name, content, options, List.of(objects));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String unescape(String text) {
        return text.replace("\\n", "\n");
    }

    private static CsvOptions delimiter(char delimiter) {
        return new CsvOptions(Optional.of(delimiter), Optional.empty(), false, Set.of());
    }

    private static CsvOptions encoding(Charset encoding) {
        return new CsvOptions(Optional.empty(), Optional.of(encoding), false, Set.of());
    }

    private static CsvOptions decimalComma(CsvOptions options) {
        return new CsvOptions(options.delimiter(), options.encoding(), true, options.nulls());
    }

    private static CsvOptions nulls(String text) {
        return new CsvOptions(Optional.empty(), Optional.empty(), false, Set.of(text));
    }

    private ImportRequest request(String className, byte[] content, CsvOptions options) {
        try {
            Path file = Files.write(folder.resolve("sample.csv"), content);
            ImportRequest plain = ImportRequest.of(APP, className, file, FileFormat.CSV);
            return new ImportRequest(
                    APP,
                    className,
                    file,
                    FileFormat.CSV,
                    Optional.empty(),
                    OnConflict.REJECT,
                    plain.rejected(),
                    options,
                    false);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String withoutTimes(String line) {
        ObjectNode object = Json.read(line).asObject();
        object.remove(List.of("objectId", "createdAt", "updatedAt"));
        return object.properties().stream()
                .map(each -> "\"" + each.getKey() + "\":" + Json.write(each.getValue()))
                .collect(Collectors.joining(",", "{", "}"));
    }
}
