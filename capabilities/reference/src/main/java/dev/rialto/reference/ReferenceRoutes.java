package dev.rialto.reference;

import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.Gzip;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Access;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// The page at `/docs` and its files. Anybody may read it: it holds nothing of any app, whose
/// description a reader's browser asks for with the app's keys.
final class ReferenceRoutes {
    /// Nothing but files of this server, and requests to it. Swagger UI has icons in its style.
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                    + " connect-src 'self'; base-uri 'none'; form-action 'none';"
                    + " frame-ancestors 'none'";

    private final Assets assets;

    ReferenceRoutes(Assets assets) {
        this.assets = assets;
    }

    List<Operation> operations() {
        return List.of(
                Operation.get("reference.page", "/docs")
                        .access(Access.PUBLIC)
                        .summary("Shows this description in a browser.")
                        .produces("text/html")
                        .handle(this::page),
                Operation.get("reference.asset", "/docs/{file}")
                        .access(Access.PUBLIC)
                        .summary("Reads a file of the page that shows this description.")
                        .produces("*/*")
                        .errors(ErrorCode.NOT_FOUND)
                        .handle(this::asset));
    }

    private Answer page(Call call) {
        // Behind proxies only the browser knows where it is, so addresses are relative to it.
        String folder = call.url().split("\\?", 2)[0].endsWith("/") ? "" : "docs/";
        String page =
                assets.page().replace("{folder}", folder).replace("{version}", assets.version());
        return answer("text/html; charset=utf-8", page.getBytes(StandardCharsets.UTF_8))
                .withHeader("Content-Security-Policy", POLICY)
                .withHeader("Cache-Control", "no-cache");
    }

    private Answer asset(Call call) {
        String name = call.path("file");
        var asset =
                assets.find(name)
                        .orElseThrow(() ->
                                new RialtoException(
                                        ErrorCode.NOT_FOUND, "the page has no file " + name));
        boolean gzip = call.header("Accept-Encoding").filter(Gzip::isAccepted).isPresent();
        var answer =
                answer(asset.contentType(), gzip ? asset.compressed() : asset.content())
                        .withHeader("Vary", "Accept-Encoding")
                        .withHeader(
                                "Cache-Control",
                                asset.kept() ? "public, max-age=604800, immutable" : "no-cache");
        return gzip ? answer.withHeader("Content-Encoding", "gzip") : answer;
    }

    private static Answer answer(String contentType, byte[] content) {
        return new Answer(
                200,
                Map.of(
                        "Content-Type", contentType,
                        "X-Content-Type-Options", "nosniff",
                        "Referrer-Policy", "no-referrer"),
                new Answer.Body.Bytes(content));
    }
}
