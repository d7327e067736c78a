package dev.rialto.hosting;

import dev.rialto.compiler.CompilerSettings;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Access;
import dev.rialto.http.Operation.Handler;
import dev.rialto.http.Operation.RequestIds;
import dev.rialto.http.Operation.Trait;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.JsonSchema;
import dev.rialto.kernel.RialtoException;
import dev.rialto.kernel.Timing;
import dev.rialto.spi.ObjectSchemas;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The operations by which micro apps are deployed and looked at.
final class DeployRoutes {
    private static final String ALL = "/micro-apps";
    private static final String ONE = ALL + "/{name}";
    private static final int MAX_LINES = 1_000;

    private static final JsonSchema MICRO_APP =
            JsonSchema.object()
                    .requiring("name", JsonSchema.string())
                    .requiring("live", JsonSchema.integer())
                    .with("previous", JsonSchema.integer())
                    .with("candidate", JsonSchema.integer())
                    .with("percent", JsonSchema.integer())
                    .with("config", JsonSchema.array(JsonSchema.string()))
                    .with("moved", JsonSchema.object());

    private static final JsonSchema REVISION =
            JsonSchema.object().with("revision", JsonSchema.integer());

    private final Deployer deployer;
    private final RevisionStore store;
    private final FunctionLog log;
    private final CompilerSettings.Limits limits;
    private final Timing timing;

    DeployRoutes(
            Deployer deployer,
            RevisionStore store,
            FunctionLog log,
            CompilerSettings.Limits limits,
            Timing timing) {
        this.deployer = deployer;
        this.store = store;
        this.log = log;
        this.limits = limits;
        this.timing = timing;
    }

    List<Operation> operations() {
        return List.of(
                write(
                        Operation.post("functions.deploy", ALL)
                                .summary("Deploys a micro app.")
                                .query(
                                        "name",
                                        JsonSchema.string(),
                                        "The name of a project that has none.")
                                .query(
                                        "keep",
                                        JsonSchema.bool(),
                                        "Reject the deployment if it would drop live interfaces.")
                                .query(
                                        "percent",
                                        JsonSchema.integer(),
                                        "The percentage of calls that it gets.")
                                .query(
                                        "preview",
                                        JsonSchema.bool(),
                                        "Deploy it as a preview, which gets no calls.")
                                .output(201, MICRO_APP)
                                .traits(Trait.UPLOAD),
                        this::deploy),
                read("functions.micro-apps", ALL, "Lists the micro apps.", this::list),
                read("functions.micro-app", ONE, "Shows a micro app.", this::show),
                read("functions.log", ONE + "/log", "Reads what a micro app logged.", this::log),
                write(
                        Operation.post("functions.publish", ONE + "/publish")
                                .summary("Routes all calls to a revision.")
                                .input(REVISION)
                                .output(MICRO_APP),
                        this::publish),
                write(
                        Operation.post("functions.rollback", ONE + "/rollback")
                                .summary("Returns to the revision that was live before.")
                                .output(MICRO_APP),
                        this::rollback),
                write(
                        Operation.post("functions.split", ONE + "/split")
                                .summary("Routes some calls to a revision.")
                                .input(REVISION.requiring("percent", JsonSchema.integer()))
                                .output(MICRO_APP),
                        this::split),
                write(
                        Operation.put("functions.configure", ONE + "/config")
                                .summary("Sets configuration values of a micro app.")
                                .input(JsonSchema.map(JsonSchema.string()))
                                .output(MICRO_APP),
                        this::configure),
                write(
                        Operation.put("functions.move", ONE + "/runtime")
                                .summary("Moves a micro app to another runtime.")
                                .input(
                                        JsonSchema.object()
                                                .requiring("runtime", JsonSchema.string()))
                                .output(MICRO_APP),
                        this::move),
                write(
                        Operation.delete("functions.remove", ONE)
                                .summary("Removes a micro app.")
                                .output(ObjectSchemas.NOTHING),
                        this::remove));
    }

    private static Operation read(String id, String path, String summary, Handler handler) {
        return Operation.get(id, path)
                .access(Access.MASTER_READ)
                .summary(summary)
                .output(JsonSchema.object())
                .handle(handler);
    }

    private static Operation write(Operation.Builder operation, Handler handler) {
        return operation
                .access(Access.MASTER)
                .errors(ErrorCode.DEPLOY_REFUSED, ErrorCode.INVALID_VALUE)
                .requestIds(RequestIds.IGNORED)
                .handle(call -> answerOrProblems(handler, call));
    }

    private static Answer answerOrProblems(Handler handler, Call call) {
        try {
            return handler.handle(call);
        } catch (RefusedException refused) {
            ErrorCode code = ErrorCode.DEPLOY_REFUSED;
            ObjectNode json =
                    Json.object().put("code", code.number()).put("error", refused.getMessage());
            var problems = json.putArray("problems");
            refused.problems().forEach(each -> problems.add(each.wire()));
            if (refused.more() > 0) {
                json.put("more", refused.more());
            }
            return Answer.of(code.status(), json);
        }
    }

    private Answer deploy(Call call) {
        long start = timing.nanos();
        Deployer.Deployed deployed;
        try {
            deployed = deployer.deploy(call.app(), upload(call), deployment(call.parameters()));
        } catch (DroppedException refused) {
            ErrorCode code = ErrorCode.DEPLOY_REFUSED;
            ObjectNode json =
                    Json.object().put("code", code.number()).put("error", refused.getMessage());
            refused.dropped().forEach(json.putArray("dropped")::add);
            return Answer.of(code.status(), json);
        }
        ObjectNode json = wire(deployed.microApp()).put("revision", deployed.revision().number());
        deployed.dropped().forEach(json.putArray("dropped")::add);
        json.set("descriptor", deployed.revision().descriptor().wire());
        if (!deployed.notes().isEmpty()) {
            var notes = json.putArray("notes");
            deployed.notes().forEach(notes::add);
        }
        json.put("millis", (timing.nanos() - start) / 1_000_000);
        return Answer.of(201, json);
    }

    private byte[] upload(Call call) {
        try {
            int limit = (int) Math.min(limits.artifactSize(), Integer.MAX_VALUE - 16);
            byte[] zip = call.stream().readNBytes(limit + 1);
            if (zip.length > limit) {
                throw new RialtoException(
                        ErrorCode.FILE_TOO_LARGE,
                        "a project must have at most "
                                + limit
                                + " bytes (functions.artifact-size)");
            }
            if (zip.length == 0) {
                throw new RialtoException(
                        ErrorCode.INVALID_VALUE, "the body must be a zip of the project, or a jar");
            }
            return zip;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static Deployment deployment(ObjectNode parameters) {
        Optional<String> name =
                Optional.of(parameters.path("name").asString("")).filter(each -> !each.isEmpty());
        boolean keeping = parameters.path("keep").asString("").equals("true");
        JsonNode percent = parameters.path("percent");
        if (percent.isString() || percent.isNumber()) {
            return new Deployment(
                    name, Deployment.Routing.SOME, OptionalInt.of(percent(percent)), keeping);
        }
        boolean preview = parameters.path("preview").asString("").equals("true");
        return new Deployment(
                name,
                preview ? Deployment.Routing.PREVIEW : Deployment.Routing.ALL,
                OptionalInt.empty(),
                keeping);
    }

    private Answer list(Call call) {
        var json = Json.object();
        var all = json.putArray("results");
        List<MicroApp> microApps = store.microApps(call.app());
        List<Revision> revisions =
                store.called(call.app(), microApps.stream().map(MicroApp::name).toList());
        for (MicroApp each : microApps) {
            ObjectNode listed = wire(each);
            revisions.stream()
                    .filter(revision -> isLive(revision, each))
                    .findFirst()
                    .ifPresent(live ->
                            listed.put("description", live.descriptor().description())
                                    .put("runtime", runtime(each, live)));
            all.add(listed);
        }
        return Answer.ok(json);
    }

    private String runtime(MicroApp microApp, Revision revision) {
        return deployer.runtime(microApp, revision.descriptor().runtime());
    }

    private static boolean isLive(Revision revision, MicroApp microApp) {
        return revision.microApp().equals(microApp.name())
                && revision.number() == microApp.traffic().live();
    }

    private Answer show(Call call) {
        MicroApp microApp = microApp(call);
        ObjectNode json = wire(microApp);
        var revisions = json.putArray("revisions");
        for (Revision each : store.revisions(call.app(), microApp.name())) {
            revisions.add(
                    Json.object()
                            .put("number", each.number())
                            .put("createdAt", each.createdAt().toString())
                            .put("version", each.descriptor().version()));
            if (each.number() == microApp.traffic().live()) {
                json.put("runtime", runtime(microApp, each));
                json.set("descriptor", each.descriptor().wire());
            }
        }
        return Answer.ok(json);
    }

    private Answer log(Call call) {
        MicroApp microApp = microApp(call);
        long after = number(call.parameters(), "after").orElse(0L);
        long limit = number(call.parameters(), "limit").orElse(100L);
        return Answer.ok(
                log.read(call.app(), microApp.name(), after, Math.clamp(limit, 1, MAX_LINES)));
    }

    private Answer publish(Call call) {
        Optional<Integer> number = number(call.body(), "revision").map(Math::toIntExact);
        return Answer.ok(wire(deployer.publish(call.app(), call.path("name"), number)));
    }

    private Answer rollback(Call call) {
        return Answer.ok(wire(deployer.rollback(call.app(), call.path("name"))));
    }

    private Answer split(Call call) {
        int number =
                number(call.body(), "revision")
                        .map(Math::toIntExact)
                        .orElseThrow(() ->
                                new RialtoException(
                                        ErrorCode.INVALID_VALUE, "revision is missing"));
        int percent = percent(call.body().path("percent"));
        return Answer.ok(wire(deployer.split(call.app(), call.path("name"), number, percent)));
    }

    private Answer configure(Call call) {
        Map<String, Optional<String>> values = new HashMap<>();
        call.body()
                .properties()
                .forEach(each -> {
                    JsonNode value = each.getValue();
                    if (!value.isString() && !value.isNull()) {
                        throw new RialtoException(
                                ErrorCode.INVALID_VALUE,
                                each.getKey() + " must be a string, or null to remove it");
                    }
                    values.put(
                            each.getKey(),
                            value.isNull() ? Optional.empty() : Optional.of(value.stringValue()));
                });
        return Answer.ok(wire(deployer.configure(call.app(), call.path("name"), values)));
    }

    private Answer move(Call call) {
        String runtime = call.body().path("runtime").asString("");
        MicroApp moved = deployer.move(call.app(), call.path("name"), runtime, "");
        ObjectNode json = wire(moved);
        store.revision(call.app(), moved.name(), moved.traffic().live())
                .ifPresent(live -> json.put("runtime", runtime(moved, live)));
        return Answer.ok(json);
    }

    private Answer remove(Call call) {
        deployer.remove(call.app(), call.path("name"));
        return Answer.ok(Json.object());
    }

    private MicroApp microApp(Call call) {
        App app = call.app();
        String name = call.path("name");
        return store.microApp(app, name).orElseThrow(() -> Deployer.notFound(name));
    }

    /// A micro app as operators see it: of its configuration only the keys.
    private static ObjectNode wire(MicroApp microApp) {
        Traffic traffic = microApp.traffic();
        ObjectNode json = Json.object().put("name", microApp.name()).put("live", traffic.live());
        if (traffic.previous() != 0) {
            json.put("previous", traffic.previous());
        }
        if (traffic.candidate() != 0) {
            json.put("candidate", traffic.candidate()).put("percent", traffic.percent());
        }
        microApp.moved()
                .ifPresent(each ->
                        json.putObject("moved")
                                .put("runtime", each.runtime())
                                .put("why", each.why()));
        var keys = json.putArray("config");
        microApp.config().keySet().stream().sorted().forEach(keys::add);
        return json;
    }

    private static int percent(JsonNode value) {
        int percent = value.asInt(-1);
        if (percent < 0 || percent > 100) {
            throw new RialtoException(
                    ErrorCode.INVALID_VALUE, "percent must be 0 to 100, not " + value);
        }
        return percent;
    }

    private static Optional<Long> number(ObjectNode json, String key) {
        JsonNode value = json.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        long number = value.asLong(-1);
        if (number < 0 || number > Integer.MAX_VALUE) {
            throw new RialtoException(
                    ErrorCode.INVALID_VALUE, key + " must be a whole number, not " + value);
        }
        return Optional.of(number);
    }
}
