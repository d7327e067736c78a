package dev.rialto.http;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/// What a browser finds at the server's own address: where to go from here. It runs no scripts and
/// loads nothing.
final class WelcomePage {
    static final String PATH = "/";

    private static final String PAGE =
            """
            <!DOCTYPE html>
            <html lang="en">
            <head><meta charset="utf-8"><title>Rialto</title></head>
            <body>
            <h1>Rialto is running</h1>
            <p>This is the address of a server for apps. There is nothing to see here; clients use its API.</p>
            <dl>
            <dt>API, also the server URL of Parse's SDKs</dt><dd><code>{api}</code></dd>
            <dt>Description (OpenAPI)</dt><dd><a href="{api}/openapi.json">{api}/openapi.json</a></dd>
            <dt>Reference, to read and try</dt><dd><a href="{api}/docs">{api}/docs</a></dd>
            <dt>Health</dt><dd><a href="{api}/health">{api}/health</a></dd>
            </dl>
            <p>Each request names its app with the header <code>X-Parse-Application-Id</code>. The documentation is in the folder
            <code>docs</code> of the project.</p>
            </body>
            </html>
            """;

    private WelcomePage() {}

    static Answer answer(String publicUrl) {
        return new Answer(
                200,
                Map.of(
                        "Content-Type",
                        "text/html; charset=utf-8",
                        "Content-Security-Policy",
                        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors"
                                + " 'none'",
                        "X-Content-Type-Options",
                        "nosniff",
                        "Referrer-Policy",
                        "no-referrer",
                        "Cache-Control",
                        "no-cache"),
                new Answer.Body.Bytes(
                        PAGE.replace("{api}", escaped(publicUrl))
                                .getBytes(StandardCharsets.UTF_8)));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
