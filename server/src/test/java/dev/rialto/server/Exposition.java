package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A page of metrics in Prometheus' text format, read as strictly as the format is described
/// (version 0.0.4): each family is declared once and in one piece, each series is there once, and
/// the buckets of a histogram add up.
final class Exposition {
    private static final Pattern SAMPLE =
            Pattern.compile(
                    "([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? (-?[0-9.]+(?:E-?[0-9]+)?|NaN|[+-]Inf)");
    private static final Pattern LABEL =
            Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\\\n]|\\\\[\\\\\"n])*)\",?");

    private final Map<String, String> types = new LinkedHashMap<>();
    private final Map<Series, Double> samples = new LinkedHashMap<>();

    /// A name with its labels.
    record Series(String name, Map<String, String> labels) {
        Series without(String label) {
            Map<String, String> others = new TreeMap<>(labels);
            others.remove(label);
            return new Series(name, others);
        }
    }

    private Exposition() {}

    static Exposition parse(String page) {
        assertThat(page).endsWith("\n");
        var parsed = new Exposition();
        String family = "";
        for (String line : page.split("\n", -1)) {
            if (line.startsWith("# TYPE ")) {
                String[] words = line.split(" ", -1);
                family = words[2];
                assertThat(parsed.types.put(family, words[3])).as(line).isNull();
                assertThat(words[3]).isIn("counter", "gauge", "histogram", "summary");
            } else if (line.startsWith("# HELP ")) {
                assertThat(line.split(" ", -1)).as(line).hasSizeGreaterThan(3);
            } else if (!line.isEmpty()) {
                parsed.add(line, family);
            }
        }
        parsed.types.forEach((name, type) -> {
            if (type.equals("histogram")) {
                parsed.requireHistogram(name);
            }
        });
        return parsed;
    }

    private void add(String line, String family) {
        Matcher parts = SAMPLE.matcher(line);
        assertThat(parts.matches()).as(line).isTrue();
        String name = parts.group(1);
        assertThat(name).as(line).matches(Pattern.quote(family) + "(_bucket|_sum|_count)?");
        Map<String, String> labels = new TreeMap<>();
        String text = parts.group(2) == null ? "" : parts.group(2);
        Matcher label = LABEL.matcher(text);
        int end = 0;
        while (label.find()) {
            assertThat(label.start()).as(line).isEqualTo(end);
            assertThat(labels.put(label.group(1), label.group(2))).as(line).isNull();
            end = label.end();
        }
        assertThat(end).as(line).isEqualTo(text.length());
        String value = parts.group(3).replace("Inf", "Infinity");
        assertThat(samples.put(new Series(name, labels), Double.valueOf(value))).as(line).isNull();
    }

    private void requireHistogram(String name) {
        Map<Series, List<Map.Entry<Double, Double>>> all = new HashMap<>();
        samples.forEach((series, value) -> {
            if (series.name().equals(name + "_bucket")) {
                String bound = series.labels().getOrDefault("le", "").replace("Inf", "Infinity");
                all.computeIfAbsent(series.without("le"), _ -> new ArrayList<>())
                        .add(Map.entry(Double.valueOf(bound), value));
            }
        });
        all.forEach((series, buckets) -> {
            assertThat(buckets.stream().map(Map.Entry::getKey)).as("%s", series).isSorted();
            assertThat(buckets.stream().map(Map.Entry::getValue)).as("%s", series).isSorted();
            assertThat(buckets.getLast().getKey()).isInfinite();
            assertThat(samples.get(new Series(name + "_count", series.labels())))
                    .isEqualTo(buckets.getLast().getValue());
            assertThat(samples).containsKey(new Series(name + "_sum", series.labels()));
        });
    }

    /// The types of all families, by name.
    Map<String, String> types() {
        return types;
    }

    /// A value, or 0 when there is no such series.
    ///
    /// @param labels `name=value`
    double value(String name, String... labels) {
        Map<String, String> wanted = new TreeMap<>();
        for (String each : labels) {
            int equals = each.indexOf('=');
            wanted.put(each.substring(0, equals), each.substring(equals + 1));
        }
        return samples.getOrDefault(new Series(name, wanted), 0.0);
    }

    /// All series.
    List<Series> series() {
        return List.copyOf(samples.keySet());
    }
}
