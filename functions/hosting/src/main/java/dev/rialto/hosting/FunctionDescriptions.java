package dev.rialto.hosting;

import dev.rialto.functions.spi.Binding;
import dev.rialto.functions.spi.InterfaceDescriptor;
import dev.rialto.hosting.AppFunctions.ServedInterface;
import dev.rialto.http.ApiDescriber;
import dev.rialto.http.ApiDescription;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Access;
import dev.rialto.http.Operation.Method;
import dev.rialto.http.Operation.RequestIds;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.JsonSchema;
import java.util.Comparator;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Describes the functions of an app: each that clients call at its name or address, and each
/// endpoint, with what its live revision takes and returns. Triggers, jobs and the like are called
/// by the server.
final class FunctionDescriptions implements ApiDescriber {
    private static final Pattern PATH_PARAMETER = Pattern.compile("\\{(\\w+)}");

    private final FunctionDirectory directory;
    private final Operation.Handler function;
    private final Operation.Handler endpoint;
    private final Operation.Handler keyless;

    /// The operations that run what is described.
    record Handlers(
            Operation.Handler function, Operation.Handler endpoint, Operation.Handler keyless) {}

    FunctionDescriptions(FunctionDirectory directory, Handlers handlers) {
        this.directory = directory;
        this.function = handlers.function();
        this.endpoint = handlers.endpoint();
        this.keyless = handlers.keyless();
    }

    @Override
    public void describe(App app, ApiDescription api) {
        directory.of(app).all().stream()
                .filter(ServedInterface::isLive)
                .sorted(Comparator.comparing(ServedInterface::address))
                .forEach(each -> describe(app, each, api));
    }

    private void describe(App app, ServedInterface exposed, ApiDescription api) {
        var descriptor = exposed.descriptor();
        var schemas = new InterfaceSchemas(exposed.address(), descriptor, api);
        if (isCalledByClients(descriptor)) {
            put(api, function(exposed, schemas));
        }
        int number = 1;
        for (Binding each : descriptor.bindings()) {
            if (each instanceof Binding.Endpoint found) {
                String id = exposed.address() + (number == 1 ? "" : "-" + number);
                number++;
                var shown = new Shown(exposed, found, schemas);
                put(api, shown.operation("functions.endpoint-" + id, "/web", endpoint));
                if (found.keyless()) {
                    String place = "/apps/" + app.id() + "/web";
                    put(api, shown.operation("functions.keyless-" + id, place, keyless));
                }
            }
        }
    }

    private static void put(ApiDescription api, Operation operation) {
        api.put(operation, operation.id(), operation.path(), operation.contract());
    }

    private static boolean isCalledByClients(InterfaceDescriptor descriptor) {
        return descriptor.bindings().isEmpty()
                || descriptor.bindings().stream().anyMatch(Binding.CloudFunction.class::isInstance);
    }

    private Operation function(ServedInterface exposed, InterfaceSchemas schemas) {
        String name =
                exposed.descriptor().bindings().stream()
                        .filter(Binding.CloudFunction.class::isInstance)
                        .map(each -> ((Binding.CloudFunction) each).name())
                        .findFirst()
                        .orElse(exposed.address());
        return Operation.post("functions.call-" + exposed.address(), "/functions/" + name)
                .summary("Calls the function " + name + ".")
                .description(exposed.descriptor().description())
                .header(FunctionRoutes.PREVIEW, FunctionRoutes.PREVIEW_MEANING)
                .with(operation -> declared(exposed, operation))
                .requestIds(
                        exposed.descriptor().declarations().repeatable()
                                ? RequestIds.IGNORED
                                : RequestIds.REMEMBERED_FIRST)
                .input(schemas.input())
                .output(exposed.descriptor().status(), schemas.result())
                .handle(function);
    }

    /// What an interface declares beside what its input and output are.
    private static Operation.Builder declared(
            ServedInterface exposed, Operation.Builder operation) {
        var descriptor = exposed.descriptor();
        for (var each : descriptor.declarations().parameters()) {
            if (each.isHeader()) {
                operation.header(each.name(), each.description());
            } else {
                operation.query(each.name(), JsonSchema.string(), each.description());
            }
        }
        return operation
                .access(descriptor.isForMaster() ? Access.MASTER : Access.APP)
                .errors(ErrorCode.SCRIPT_FAILED, ErrorCode.TIMEOUT)
                .traits(Operation.Trait.DONE_WHEN_FULL)
                .as(descriptor.contract());
    }

    /// An endpoint as it is to be described.
    private record Shown(
            ServedInterface exposed, Binding.Endpoint binding, InterfaceSchemas schemas) {
        Operation operation(String id, String above, Operation.Handler handler) {
            var method = Method.valueOf(binding.method());
            int status = exposed.descriptor().status();
            var operation =
                    Operation.of(method, id, above + binding.path())
                            .summary("Answers " + binding.method() + " " + binding.path() + ".")
                            .description(exposed.descriptor().description())
                            .header(FunctionRoutes.PREVIEW, FunctionRoutes.PREVIEW_MEANING)
                            .with(each -> declared(exposed, each))
                            .requestIds(RequestIds.IGNORED);
            if (schemas.answersWholly()) {
                operation.output(status, JsonSchema.any()).produces("*/*");
            } else {
                operation.output(status, schemas.output());
            }
            if (above.startsWith("/apps/")) {
                operation.access(Access.PUBLIC);
            }
            if (schemas.takesRequest()) {
                operation.traits(Operation.Trait.UPLOAD);
            } else if (method == Method.GET || method == Method.DELETE) {
                query(operation);
            } else {
                operation.input(schemas.inputWithout(pathParameters()));
            }
            return operation.handle(handler);
        }

        private void query(Operation.Builder operation) {
            var inPath = pathParameters();
            for (var each :
                    exposed.descriptor()
                            .contract()
                            .input()
                            .json()
                            .path("properties")
                            .properties()) {
                if (!inPath.contains(each.getKey()) && !isDeclared(each.getKey())) {
                    operation.query(
                            each.getKey(),
                            JsonSchema.string(),
                            each.getValue().path("description").asString(each.getKey()));
                }
            }
        }

        private boolean isDeclared(String name) {
            return exposed.descriptor().declarations().parameters().stream()
                    .anyMatch(each -> !each.isHeader() && each.name().equals(name));
        }

        private Set<String> pathParameters() {
            return PATH_PARAMETER
                    .matcher(binding.path())
                    .results()
                    .map(each -> each.group(1))
                    .collect(Collectors.toUnmodifiableSet());
        }
    }
}
