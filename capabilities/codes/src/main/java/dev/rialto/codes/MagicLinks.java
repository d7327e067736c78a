package dev.rialto.codes;

import dev.rialto.codes.spi.Address;
import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.pages.spi.Page;
import dev.rialto.pages.spi.Pages;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/// The page that links in mails lead to. Opening it changes nothing, as programs that scan mail
/// open links, too: a person presses its button.
final class MagicLinks {
    private static final int BAD_REQUEST = 400;
    private static final int MAX_TOKEN = 100;
    private static final int SEE_OTHER = 303;

    private final Function<String, Optional<App>> apps;
    private final Pages pages;
    private final Codes codes;

    MagicLinks(Function<String, Optional<App>> apps, Pages pages, Codes codes) {
        this.apps = apps;
        this.pages = pages;
        this.codes = codes;
    }

    Answer show(Call call) {
        App app = app(call);
        String token = token(call.parameters());
        return codes.linkTarget(app, token)
                .map(target -> pages.show(app, call, button(token, target)))
                .orElseGet(() -> invalid(app, call));
    }

    /// The token, or a text that is none.
    private static String token(ObjectNode said) {
        String token = said.path("token").asString("");
        return token.length() > MAX_TOKEN ? "" : token;
    }

    /// Browsers check where a form leads to after redirects, too.
    private static Page button(String token, String target) {
        Page page = Page.of(MagicLinks.class, "magic-link").with("token", token);
        return target.isEmpty() ? page : page.formTarget(origin(target));
    }

    private static String origin(String target) {
        var url = URI.create(target);
        return url.getScheme() + "://" + url.getRawAuthority();
    }

    Answer follow(Call call) {
        App app = app(call);
        String token = token(call.body());
        return codes.followLink(app, token)
                .map(link -> link.target().isEmpty() ? typed(app, call, link) : redirect(app, link))
                .orElseGet(() -> invalid(app, call));
    }

    private Answer typed(App app, Call call, CodeStore.Stored link) {
        Recipient to = Recipient.of(Address.mail(link.address()));
        return pages.show(
                app,
                call,
                Page.of(MagicLinks.class, "magic-link-code")
                        .with("code", codes.digitsFor(app, to, CodeRoutes.LOG_IN)));
    }

    private Answer redirect(App app, CodeStore.Stored link) {
        String target = link.target();
        String state =
                link.state().isEmpty()
                        ? ""
                        : "&state=" + URLEncoder.encode(link.state(), StandardCharsets.UTF_8);
        String location =
                target
                        + (target.contains("?") ? "&" : "?")
                        + "code="
                        + codes.exchangeFor(app, link)
                        + state;
        return new Answer(
                SEE_OTHER,
                Map.of(
                        "Location", location,
                        "Cache-Control", "no-store",
                        "Referrer-Policy", "no-referrer"),
                new Answer.Body.Bytes(new byte[0]));
    }

    private Answer invalid(App app, Call call) {
        return pages.show(
                app, call, Page.of(MagicLinks.class, "magic-link-invalid").status(BAD_REQUEST));
    }

    private App app(Call call) {
        return apps.apply(call.path("appId"))
                .orElseThrow(
                        () -> new RialtoException(ErrorCode.NOT_FOUND, "there is no such page"));
    }
}
