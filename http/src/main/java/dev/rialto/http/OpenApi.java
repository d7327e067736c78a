package dev.rialto.http;

import dev.rialto.http.Operation.Access;
import dev.rialto.http.Operation.Trait;
import dev.rialto.kernel.App;
import dev.rialto.kernel.JsonSchema;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// The operations that describe all others in OpenAPI 3.1: what every app has, and what one app has
/// with its classes and functions.
final class OpenApi {
    private static final String PATH = "/openapi.json";
    private static final String APP_PATH = "/app/openapi.json";

    private static final String ABOUT =
            "Requests name their app with the header `X-Parse-Application-Id`. A failure is returned"
                    + " with `{\"code\": 101, \"error\": \"...\"}`, without a code where the request"
                    + " reached no operation.";

    private final List<Operation> operations;
    private final List<ApiDescriber> describers;
    private final Supplier<String> publicUrl;
    private volatile @Nullable Known ofEveryApp;

    private record Known(String url, ObjectNode description) {}

    OpenApi(List<Operation> operations, List<ApiDescriber> describers, Supplier<String> publicUrl) {
        this.operations = operations.stream().filter(each -> !each.has(Trait.SOCKET)).toList();
        this.describers = List.copyOf(describers);
        this.publicUrl = publicUrl;
    }

    List<Operation> operations() {
        return List.of(
                Operation.get("http.openapi", PATH)
                        .access(Access.PUBLIC)
                        .summary("Describes the API that every app has, in OpenAPI 3.1.")
                        .output(JsonSchema.object())
                        .handle(_ -> Answer.ok(ofEveryApp())),
                Operation.get("http.app-openapi", APP_PATH)
                        .access(Access.MASTER_READ)
                        .summary("Describes the app's API with its classes and functions.")
                        .output(JsonSchema.object())
                        .handle(call -> Answer.ok(ofApp(call.app()))));
    }

    /// Made once for the address of the server.
    private ObjectNode ofEveryApp() {
        var url = publicUrl.get();
        Known known = ofEveryApp;
        if (known == null || !known.url().equals(url)) {
            known = new Known(url, general("Rialto", url).json());
            ofEveryApp = known;
        }
        return known.description();
    }

    private ObjectNode ofApp(App app) {
        var description = general(app.id(), publicUrl.get());
        describers.forEach(each -> each.describe(app, description));
        return description.json();
    }

    private ApiDescription general(String title, String url) {
        var description = new ApiDescription(title, ABOUT, url);
        description.tag("http", "Several requests in one, and this description.");
        describers.forEach(each -> {
            each.components().forEach(description::component);
            each.tags().forEach(description::tag);
        });
        operations.forEach(description::add);
        operations().forEach(description::add);
        return description;
    }
}
