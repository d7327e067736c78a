package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DocumentsTest {
    private static final Pattern LINK = Pattern.compile("]\\(([^)#]+)(#[^)]*)?\\)");

    @Test
    void everyErrorHasItsRow() throws IOException {
        List<List<String>> documented =
                Documents.rows("errors.md").stream().map(cells -> cells.subList(0, 4)).toList();
        assertThat(documented)
                .containsExactlyElementsOf(
                        Stream.of(ErrorCode.values()).map(DocumentsTest::row).toList());
    }

    @Test
    void everySettingHasItsRowAndEveryRowItsSetting() throws IOException {
        var in = new Settings(Map.of(), Map.of(), Map.of());
        ServerSettings.read(in);
        assertThat(settingRows().stream().map(cells -> Documents.code(cells.getFirst())))
                .doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(in.effective().keySet());
    }

    @Test
    void documentedDefaultsAreTheDefaults() throws IOException {
        Map<String, String> documented = new HashMap<>();
        for (List<String> cells : settingRows()) {
            String standard = Documents.code(cells.get(1));
            if (!standard.isEmpty()) {
                documented.put(Documents.code(cells.getFirst()), standard);
            }
        }
        var in = new Settings(documented, Map.of(), Map.of());
        ServerSettings read = ServerSettings.read(in);
        in.finish();
        assertThat(read).isEqualTo(ServerSettings.read(new Settings(Map.of(), Map.of(), Map.of())));
        assertThat(documented.size()).isGreaterThan(20);
    }

    @Test
    void documentsNameSettingsThatExist() throws IOException {
        var in = new Settings(Map.of(), Map.of(), Map.of());
        ServerSettings.read(in);
        var settings = in.effective().keySet();
        String groups =
                settings.stream()
                        .filter(key -> key.contains("."))
                        .map(key -> key.substring(0, key.indexOf('.')))
                        .distinct()
                        .collect(Collectors.joining("|"));
        Pattern named = Pattern.compile("`((?:" + groups + ")\\.[a-z-]+(?:\\.[a-z-]+)?)(?:`| = )");
        List<String> unknown = new ArrayList<>();
        for (Path file : Documents.all()) {
            Matcher setting = named.matcher(Files.readString(file));
            while (setting.find()) {
                if (!settings.contains(setting.group(1))) {
                    unknown.add(file + ": " + setting.group(1));
                }
            }
        }
        assertThat(unknown).isEmpty();
    }

    @Test
    void everyLinkLeadsToAFile() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path file : Documents.all()) {
            Matcher link = LINK.matcher(Files.readString(file));
            while (link.find()) {
                String target = link.group(1);
                if (!target.contains(":") && Files.notExists(file.resolveSibling(target))) {
                    broken.add(file + ": " + target);
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    private static List<String> row(ErrorCode code) {
        return List.of(
                code.number() == 0 ? "-" : Integer.toString(code.number()),
                "`" + code.name() + "`",
                Integer.toString(code.status()),
                code.kind().name().toLowerCase(Locale.ROOT));
    }

    private static List<List<String>> settingRows() throws IOException {
        return Documents.rows("config.md");
    }
}
