package dev.rialto.accounts;

import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import dev.rialto.pages.spi.Page;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Pattern;

/// Shows pages, or leads to those that an app has in their place.
final class PageAnswers {
    private static final Pattern LOCALE = Pattern.compile("[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8}){0,3}");

    private final Mailing mailing;

    PageAnswers(Mailing mailing) {
        this.mailing = mailing;
    }

    /// What a button on a page is about.
    record Button(String token, String address) {
        /// Doesn't show the token.
        @Override
        public String toString() {
            return "button for " + address;
        }
    }

    Answer show(App app, Call call, EmailPage page) {
        return answer(app, call, page, Map.of());
    }

    /// A page that sends a token back.
    Answer withToken(App app, Call call, EmailPage page, String token) {
        return answer(app, call, page, Map.of("token", token));
    }

    Answer withAddress(App app, Call call, EmailPage page, Button button) {
        return answer(
                app, call, page, Map.of("token", button.token(), "address", button.address()));
    }

    /// The form to choose a password.
    ///
    /// @param error why the last one was refused; empty at first
    Answer form(App app, Call call, String token, String username, String error) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("token", token);
        values.put("username", username);
        if (!error.isEmpty()) {
            values.put("error", error);
        }
        return answer(app, call, EmailPage.CHOOSE_PASSWORD, values);
    }

    private Answer answer(App app, Call call, EmailPage page, Map<String, String> values) {
        Optional<String> locale = locale(call);
        Optional<String> own =
                mailing.settings().of(app).pages().address(page, told(app, values, locale));
        if (own.isPresent()) {
            return leadingTo(own.get());
        }
        Page shown = Page.of(EmailPages.class, page.text()).status(page.status());
        for (Map.Entry<String, String> value : values.entrySet()) {
            shown = shown.with(value.getKey(), value.getValue());
        }
        // Relative to the page, so that it works at whatever address a browser has found it.
        String root = call.operation().path().contains("{appId}") ? "" : encoded(app.id()) + "/";
        String query = locale.map(each -> "?locale=" + each).orElse("");
        return mailing.pages().show(app, call, shown.with("root", root).with("query", query));
    }

    /// What an app's own page is told: the parameters of all versions of Parse Server.
    private SequencedMap<String, String> told(
            App app, Map<String, String> values, Optional<String> locale) {
        SequencedMap<String, String> told = new LinkedHashMap<>(values);
        told.put("appId", app.id());
        told.put("id", app.id());
        told.put("appName", mailing.pages().appName(app));
        told.put("app", mailing.pages().appName(app));
        told.put("publicServerUrl", mailing.publicUrl().get());
        locale.ifPresent(each -> told.put("locale", each));
        return told;
    }

    private static Optional<String> locale(Call call) {
        String asked = call.parameters().path("locale").asString("");
        return LOCALE.matcher(asked).matches() ? Optional.of(asked) : Optional.empty();
    }

    private static Answer leadingTo(String address) {
        return new Answer(
                303,
                Map.of(
                        "Location", address,
                        "Referrer-Policy", "no-referrer",
                        "Cache-Control", "no-store"),
                new Answer.Body.Bytes(new byte[0]));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
