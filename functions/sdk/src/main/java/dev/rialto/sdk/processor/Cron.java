package dev.rialto.sdk.processor;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The form of the five fields of cron.
final class Cron {
    private static final Pattern PART =
            Pattern.compile("(?:\\*|(\\w+)(?:-(\\w+))?)(?:/(\\d{1,3}))?");
    private static final int FIELDS = 5;

    /// One of the five.
    ///
    /// @param names of values, from the least on
    private record Field(String name, int least, int most, List<String> names) {}

    private static final List<Field> ALL =
            List.of(
                    new Field("minute", 0, 59, List.of()),
                    new Field("hour", 0, 23, List.of()),
                    new Field("day of the month", 1, 31, List.of()),
                    new Field(
                            "month",
                            1,
                            12,
                            List.of(
                                    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep",
                                    "oct", "nov", "dec")),
                    new Field(
                            "day of the week",
                            0,
                            7,
                            List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat")));

    private Cron() {}

    /// What is wrong, if something is.
    static Optional<String> problem(String cron) {
        String[] fields = cron.strip().split("\\s+", -1);
        if (fields.length != FIELDS) {
            return Optional.of(
                    "the schedule \""
                            + cron
                            + "\" has "
                            + (cron.isBlank() ? 0 : fields.length)
                            + " fields, not 5: minute, hour, day of the month, month, day of the"
                            + " week, e.g. \"0 3 * * 1-5\"");
        }
        for (int i = 0; i < FIELDS; i++) {
            Field field = ALL.get(i);
            for (String part : fields[i].split(",", -1)) {
                if (!fits(part, field)) {
                    return Optional.of(
                            "the schedule \""
                                    + cron
                                    + "\" has the "
                                    + field.name
                                    + " \""
                                    + part
                                    + "\": it must be *, "
                                    + field.least
                                    + " to "
                                    + field.most
                                    + ", a range, or one of these with /step");
                }
            }
        }
        return Optional.empty();
    }

    /// What is wrong, if something is.
    static Optional<String> zoneProblem(String zone) {
        try {
            ZoneId.of(zone);
            return Optional.empty();
        } catch (DateTimeException unknown) {
            return Optional.of(
                    "there is no time zone \"" + zone + "\": name one such as Europe/Berlin");
        }
    }

    private static boolean fits(String part, Field field) {
        Matcher form = PART.matcher(part);
        if (!form.matches()) {
            return false;
        }
        String step = form.group(3);
        if (step != null && (Integer.parseInt(step) < 1 || Integer.parseInt(step) > field.most)) {
            return false;
        }
        if (form.group(1) == null) {
            return true;
        }
        int from = value(form.group(1), field);
        int to = form.group(2) == null ? from : value(form.group(2), field);
        return from >= field.least && to <= field.most && from <= to;
    }

    /// @return -1 when it is no value of the field
    private static int value(String text, Field field) {
        int named = field.names.indexOf(text.toLowerCase(Locale.ROOT));
        if (named >= 0) {
            return field.least + named;
        }
        return text.matches("\\d{1,2}") ? Integer.parseInt(text) : -1;
    }
}
