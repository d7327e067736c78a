package dev.rialto.useradmin;

import dev.rialto.kernel.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How the data of users is exported and erased.
///
/// @param selfService whether users may export and erase what is theirs
/// @param deleted fields that point to the user an object belongs to: it is erased with the user
/// @param cleared fields that are emptied when the user they point to is erased
/// @param keep how long exports and reports are kept
public record UserAdminSettings(
        boolean selfService, List<FieldName> deleted, List<FieldName> cleared, Duration keep) {
    /// A field of a class.
    record FieldName(String className, String field) {
        private static final Pattern FORM =
                Pattern.compile(
                        "(?<class>[A-Za-z_][A-Za-z0-9_]*)\\.(?<field>[A-Za-z][A-Za-z0-9_]*)");

        static FieldName parse(String text) {
            Matcher match = FORM.matcher(text);
            if (!match.matches()) {
                throw new IllegalArgumentException(
                        "\"" + text + "\" is not a field of a class, such as Post.author");
            }
            return new FieldName(match.group("class"), match.group("field"));
        }
    }

    public UserAdminSettings {
        if (!keep.isPositive()) {
            throw new IllegalArgumentException("user-data.keep must be positive");
        }
        Optional<FieldName> both = deleted.stream().filter(cleared::contains).findFirst();
        if (both.isPresent()) {
            throw new IllegalArgumentException(
                    both.get().className()
                            + "."
                            + both.get().field()
                            + " is in user-data.delete-by and in user-data.clear");
        }
    }

    public static UserAdminSettings defaults() {
        return new UserAdminSettings(true, List.of(), List.of(), Duration.ofDays(7));
    }

    /// Reads what the operator or an app's owner has set.
    public static UserAdminSettings read(Settings in) {
        UserAdminSettings standard = defaults();
        boolean selfService = in.yes("user-data.self-service", standard.selfService());
        List<String> deleted = in.list("user-data.delete-by", List.of());
        List<String> cleared = in.list("user-data.clear", List.of());
        var keep = in.duration("user-data.keep", standard.keep());
        return in.build(
                standard,
                () ->
                        new UserAdminSettings(
                                selfService,
                                deleted.stream().map(FieldName::parse).toList(),
                                cleared.stream().map(FieldName::parse).toList(),
                                keep));
    }
}
