package dev.rialto.hosting;

import dev.rialto.functions.spi.Binding;
import dev.rialto.hosting.AppFunctions.ServedInterface;
import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.Ids;
import dev.rialto.kernel.Json;
import dev.rialto.spi.Triggers;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Triggers that are functions.
final class FunctionTriggers implements Triggers {
    private static final Map<Moment, dev.rialto.sdk.Moment> OF_FUNCTIONS = ofFunctions();
    private static final Set<dev.rialto.sdk.Moment> OF_FILES =
            Set.of(
                    dev.rialto.sdk.Moment.BEFORE_SAVE,
                    dev.rialto.sdk.Moment.AFTER_SAVE,
                    dev.rialto.sdk.Moment.BEFORE_DELETE,
                    dev.rialto.sdk.Moment.AFTER_DELETE,
                    dev.rialto.sdk.Moment.BEFORE_FIND,
                    dev.rialto.sdk.Moment.AFTER_FIND);
    private static final Set<dev.rialto.sdk.Moment> OF_PARAMETERS =
            Set.of(dev.rialto.sdk.Moment.BEFORE_SAVE, dev.rialto.sdk.Moment.AFTER_SAVE);
    private static final List<String> ENDING = List.of("_User", "_Session");

    private final FunctionCalls calls;
    private final RemoteFunctions remote;
    private final Ids ids = new Ids();

    FunctionTriggers(FunctionCalls calls, RemoteFunctions remote) {
        this.calls = calls;
        this.remote = remote;
    }

    @Override
    public boolean has(App app, String className, Moment moment) {
        for (String each : classes(className, moment)) {
            var own = OF_FUNCTIONS.get(moment);
            if ((own != null && calls.directory().of(app).hasTrigger(own, each))
                    || remote.hasTrigger(app, each, wire(moment))) {
                return true;
            }
        }
        return false;
    }

    /// The classes whose triggers are called. The end of a session is a matter of users here, and
    /// of sessions for Parse.
    private static List<String> classes(String className, Moment moment) {
        return moment == Moment.AFTER_LOGOUT ? ENDING : List.of(className);
    }

    /// Whether a trigger would ever be called. Those of files and parameters are for cloud code:
    /// functions have no types for them.
    ///
    /// @param triggered tells of a class whether triggers are called for its objects
    static boolean isCalled(
            Binding.Trigger trigger, boolean isCloudCode, Predicate<String> triggered) {
        if (isCloudCode && trigger.className().equals(FILE)) {
            return OF_FILES.contains(trigger.moment());
        }
        if (isCloudCode && trigger.className().equals(CONFIG)) {
            return OF_PARAMETERS.contains(trigger.moment());
        }
        return switch (trigger.moment()) {
            case BEFORE_LOGIN, AFTER_LOGIN -> trigger.className().equals("_User");
            case AFTER_LOGOUT -> ENDING.contains(trigger.className());
            case BEFORE_SAVE, AFTER_SAVE, BEFORE_DELETE, AFTER_DELETE, BEFORE_FIND, AFTER_FIND ->
                    triggered.test(trigger.className());
        };
    }

    @Override
    public JsonNode call(
            App app,
            Caller caller,
            Optional<Call> call,
            String className,
            Moment moment,
            ObjectNode payload) {
        Origin origin = origin(app, caller, call);
        JsonNode answer = Json.nodes().nullNode();
        for (String each : classes(className, moment)) {
            JsonNode said = call(origin, each, moment, payload);
            answer = said.isNull() ? answer : said;
        }
        return answer;
    }

    private JsonNode call(Origin origin, String className, Moment moment, ObjectNode payload) {
        var answers = new TriggerAnswers(moment, payload);
        for (ServedInterface each : functions(origin, className, moment)) {
            answers.add(
                    calls.call(origin, () -> again(origin, each), payload, calls.plain()).output());
        }
        if (remote.hasTrigger(origin.app(), className, wire(moment))) {
            JsonNode said = remote.trigger(calls.asker(origin), className, wire(moment), payload);
            answers.add(said.isNull() ? said : interpreted(moment, payload, said));
        }
        return answers.answer();
    }

    private static JsonNode interpreted(Moment moment, ObjectNode payload, JsonNode said) {
        return switch (moment) {
            case BEFORE_SAVE -> whole(payload, said);
            case AFTER_SAVE -> changes(payload, said);
            default -> said;
        };
    }

    /// What a webhook tells the writer of an object after a save. One with its id is the whole
    /// object, so a field that it does not name is gone.
    private static JsonNode changes(ObjectNode payload, JsonNode said) {
        if (said instanceof ObjectNode fields && fields.has("objectId")) {
            for (String name : payload.path("object").propertyNames()) {
                if (!fields.has(name)) {
                    fields.putObject(name).put("__op", "Delete");
                }
            }
        }
        return said;
    }

    private List<ServedInterface> functions(Origin origin, String className, Moment moment) {
        var own = OF_FUNCTIONS.get(moment);
        return own == null
                ? List.of()
                : calls.directory()
                        .of(origin)
                        .triggers(own, className, calls.directory().selectedFor(origin));
    }

    /// The object that a webhook wants to be written: what it answers takes the place of the write,
    /// and fields that it does not name stay as they are stored.
    private static JsonNode whole(ObjectNode payload, JsonNode said) {
        if (said instanceof ObjectNode fields
                && payload.path("original") instanceof ObjectNode stored) {
            return stored.deepCopy().setAll(fields);
        }
        return said;
    }

    /// The same trigger, in the revision that has come in its place.
    private ServedInterface again(Origin origin, ServedInterface trigger) {
        return calls.directory()
                .of(origin)
                .function(trigger.address(), calls.directory().selectedFor(origin))
                .orElse(trigger);
    }

    private Origin origin(App app, Caller caller, Optional<Call> call) {
        if (Origin.CURRENT.isBound()) {
            return Origin.CURRENT.get();
        }
        return call.map(each -> FunctionRoutes.origin(app, caller, each))
                .orElseGet(() -> Origin.ofServer(app, caller, ids.hex(8)));
    }

    /// The moments at which functions are called; at others, webhooks alone.
    private static Map<Moment, dev.rialto.sdk.Moment> ofFunctions() {
        Map<Moment, dev.rialto.sdk.Moment> moments = new EnumMap<>(Moment.class);
        for (dev.rialto.sdk.Moment each : dev.rialto.sdk.Moment.values()) {
            moments.put(Moment.valueOf(each.name()), each);
        }
        return Collections.unmodifiableMap(moments);
    }

    /// The moments as Parse names them.
    private static String wire(Moment moment) {
        return switch (moment) {
            case BEFORE_SAVE -> "beforeSave";
            case AFTER_SAVE -> "afterSave";
            case BEFORE_DELETE -> "beforeDelete";
            case AFTER_DELETE -> "afterDelete";
            case BEFORE_FIND -> "beforeFind";
            case AFTER_FIND -> "afterFind";
            case BEFORE_LOGIN -> "beforeLogin";
            case AFTER_LOGIN -> "afterLogin";
            case AFTER_LOGOUT -> "afterLogout";
            case BEFORE_CONNECT -> "beforeConnect";
            case BEFORE_SUBSCRIBE -> "beforeSubscribe";
            case AFTER_EVENT -> "afterEvent";
        };
    }
}
