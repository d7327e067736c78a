package dev.rialto.openid;

import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.Contract;
import dev.rialto.kernel.Json;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// A call of a page of an app, as the app's sign-in sees it. The page's address names the app; a
/// browser has no keys, no installation and no session of the API.
record AppCall(App app, Call page, ObjectNode body) implements Call {
    private static final Caller BROWSER = new Caller.Anonymous();

    /// A call that gives a second factor.
    static AppCall withFactor(App app, Call page, String code) {
        ObjectNode said = Json.object();
        said.putObject("authData").putObject("mfa").put("token", code);
        return new AppCall(app, page, said);
    }

    @Override
    public Caller caller() {
        return BROWSER;
    }

    @Override
    public Operation operation() {
        return page.operation();
    }

    @Override
    public Contract contract() {
        return page.contract();
    }

    @Override
    public String path(String name) {
        return page.path(name);
    }

    @Override
    public ObjectNode parameters() {
        return Json.object();
    }

    @Override
    public InputStream stream() {
        return InputStream.nullInputStream();
    }

    @Override
    public Optional<String> header(String name) {
        return page.header(name);
    }

    @Override
    public Map<String, String> headers() {
        return page.headers();
    }

    @Override
    public ObjectNode context() {
        return page.context();
    }

    @Override
    public Optional<String> installationId() {
        return Optional.empty();
    }

    @Override
    public Optional<String> sessionToken() {
        return Optional.empty();
    }

    @Override
    public String requestId() {
        return page.requestId();
    }

    @Override
    public String publicUrl() {
        return page.publicUrl();
    }

    @Override
    public String url() {
        return page.url();
    }

    @Override
    public String remoteAddress() {
        return page.remoteAddress();
    }

    /// Doesn't show what was sent.
    @Override
    public String toString() {
        return "page of " + app.id();
    }
}
