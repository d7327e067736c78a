package dev.rialto.pages;

import dev.rialto.kernel.Settings;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Pattern;

/// The look of an app's pages.
///
/// @param name what the app is called; its id unless set
/// @param logo the address of a picture
/// @param color of buttons and links, as `#rrggbb`
public record PagesSettings(Optional<String> name, Optional<URI> logo, String color) {
    private static final int MAX_NAME = 100;
    private static final Pattern COLOR = Pattern.compile("#[0-9a-fA-F]{6}");

    public PagesSettings {
        if (name.filter(each -> each.length() > MAX_NAME).isPresent()) {
            throw new IllegalArgumentException(
                    "pages.app-name must have at most " + MAX_NAME + " characters");
        }
        if (logo.filter(each -> !"https".equals(each.getScheme()) || each.getHost() == null)
                .isPresent()) {
            throw new IllegalArgumentException("pages.logo must be an https URL");
        }
        if (!COLOR.matcher(color).matches()) {
            throw new IllegalArgumentException("pages.color must be a color such as #1a56db");
        }
    }

    public static PagesSettings defaults() {
        return new PagesSettings(Optional.empty(), Optional.empty(), "#1a56db");
    }

    /// Reads what the operator or an app's owner has set.
    public static PagesSettings read(Settings in) {
        PagesSettings standard = defaults();
        Optional<String> name = in.text("pages.app-name");
        Optional<String> logo = in.text("pages.logo");
        String color = in.text("pages.color", standard.color());
        return in.build(standard, () -> new PagesSettings(name, logo.map(URI::create), color));
    }
}
