package dev.rialto.pages;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Settings;
import dev.rialto.kernel.Sha256;
import dev.rialto.pages.spi.Page;
import dev.rialto.pages.spi.Pages;
import dev.rialto.spi.AppSettings;
import dev.rialto.spi.Capability;
import dev.rialto.spi.CapabilityDescriptor;
import dev.rialto.spi.CapabilityPlan;
import dev.rialto.spi.Platform;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Shows the pages of other capabilities.
public final class PagesCapability implements Capability, Pages {
    private static final CapabilityDescriptor DESCRIPTOR =
            CapabilityDescriptor.of(
                    "platform", "pages", "pages", "Shows pages to the users of apps.");

    private static final String LAYOUT = Texts.resource(PagesCapability.class, "layout.html");
    private static final String STYLE = Texts.resource(PagesCapability.class, "style.css");

    private final AppSettings.PerApp<PagesSettings> settings;
    private final Template layout = Mustache.compiler().emptyStringIsFalse(true).compile(LAYOUT);
    private final Map<String, Template> contents = new ConcurrentHashMap<>();
    private final Map<String, Map<String, String>> texts = new ConcurrentHashMap<>();

    PagesCapability(Platform platform, PagesSettings standard) {
        this(platform.services().get(AppSettings.class).declare(PagesSettings::read));
        platform.services().offer(Pages.class, this);
    }

    /// @param settings how the pages of each app look
    public PagesCapability(AppSettings.PerApp<PagesSettings> settings) {
        this.settings = settings;
    }

    /// Reads the settings; the server makes the capability when it starts.
    public static CapabilityPlan<PagesSettings> plan(Settings in) {
        return new CapabilityPlan<>(PagesSettings.read(in), PagesCapability::new);
    }

    @Override
    public CapabilityDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public List<Operation> operations() {
        return List.of();
    }

    @Override
    public String language(Call call) {
        return Languages.wanted(call);
    }

    @Override
    public String appName(App app) {
        return settings.of(app).name().orElseGet(app::id);
    }

    @Override
    public Answer show(App app, Call call, Page page) {
        PagesSettings look = settings.of(app);
        String language = Languages.of(call);
        Map<String, Object> values = new HashMap<>(page.values());
        values.put("app", appName(app));
        Map<String, String> spoken = spoken(page.owner(), language, values);
        values.put("t", spoken);
        String style = STYLE.replace("#1a56db", look.color());
        Map<String, Object> frame = new HashMap<>();
        frame.put("language", language);
        frame.put("title", spoken.getOrDefault(page.name() + "-title", appName(app)));
        frame.put("app", appName(app));
        frame.put("logo", look.logo().map(URI::toString).orElse(""));
        frame.put("style", style);
        frame.put("content", content(page).execute(values));
        frame.put("scripts", page.scripts().stream().map(each -> call.publicUrl() + each).toList());
        return new Answer(
                page.status(),
                headers(page, look, style, language),
                new Answer.Body.Bytes(layout.execute(frame).getBytes(StandardCharsets.UTF_8)));
    }

    private Template content(Page page) {
        return contents.computeIfAbsent(
                page.owner().getName() + " " + page.name(),
                _ ->
                        Mustache.compiler()
                                .defaultValue("")
                                .compile(
                                        Texts.resource(
                                                page.owner(), "pages/" + page.name() + ".html")));
    }

    /// The texts of a language with values in their places, not yet escaped.
    private Map<String, String> spoken(
            Class<?> owner, String language, Map<String, Object> values) {
        Map<String, String> all = new HashMap<>();
        texts.computeIfAbsent(owner.getName() + " " + language, _ -> Texts.of(owner, language))
                .forEach((name, text) ->
                        all.put(
                                name,
                                text.contains("{{")
                                        ? Mustache.compiler()
                                                .escapeHTML(false)
                                                .defaultValue("")
                                                .compile(text)
                                                .execute(values)
                                        : text));
        return all;
    }

    private static Map<String, String> headers(
            Page page, PagesSettings look, String style, String language) {
        String policy =
                "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; style-src '"
                        + hash(style)
                        + "'; form-action 'self'"
                        + page.formTargets().stream()
                                .map(each -> " " + each)
                                .reduce("", String::concat)
                        + (page.scripts().isEmpty()
                                ? ""
                                : "; script-src 'self'; connect-src 'self'; worker-src 'self'")
                        + look.logo()
                                .map(each -> "; img-src data: https://" + each.getRawAuthority())
                                .orElse("; img-src data:");
        return Map.of(
                "Content-Type", "text/html; charset=utf-8",
                "Content-Language", language,
                "Content-Security-Policy", policy,
                "X-Content-Type-Options", "nosniff",
                "X-Frame-Options", "DENY",
                // Addresses of pages have tokens, which no other site may learn.
                "Referrer-Policy", "no-referrer",
                "Cache-Control", "no-store");
    }

    private static String hash(String style) {
        return "sha256-" + Base64.getEncoder().encodeToString(Sha256.of(style));
    }
}
