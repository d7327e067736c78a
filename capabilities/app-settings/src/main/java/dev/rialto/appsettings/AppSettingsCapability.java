package dev.rialto.appsettings;

import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Access;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.JsonSchema;
import dev.rialto.kernel.RialtoException;
import dev.rialto.kernel.SecretBox;
import dev.rialto.kernel.Settings;
import dev.rialto.spi.AppSettings;
import dev.rialto.spi.Capability;
import dev.rialto.spi.CapabilityDescriptor;
import dev.rialto.spi.CapabilityPlan;
import dev.rialto.spi.Platform;
import dev.rialto.store.Database;
import dev.rialto.store.Invalidations;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What the owner of an app sets for it: the settings that other capabilities declare.
public final class AppSettingsCapability implements Capability {
    private static final CapabilityDescriptor DESCRIPTOR =
            CapabilityDescriptor.of(
                    "platform",
                    "settings",
                    "settings",
                    "Keeps what the owner of an app sets for it.");

    private static final JsonSchema SHOWN =
            JsonSchema.object()
                    .requiring(
                            "settings",
                            JsonSchema.array(
                                    JsonSchema.object()
                                            .requiring("key", JsonSchema.string())
                                            .requiring("value", JsonSchema.string())
                                            .requiring("own", JsonSchema.bool())
                                            .requiring("secret", JsonSchema.bool())));

    private static final int MAX_VALUE = 20_000;

    private final Readers readers;

    AppSettingsCapability(Platform platform, Settings server) {
        this(
                platform.database(),
                platform.store().invalidations(),
                platform.services().get(SecretBox.class),
                server);
        platform.services().offer(AppSettings.class, readers);
    }

    AppSettingsCapability(
            Database database, Invalidations invalidations, SecretBox secrets, Settings server) {
        this.readers =
                new Readers(database, invalidations, new SettingStore(database, secrets), server);
    }

    /// The settings of the server hold where an app has none.
    public static CapabilityPlan<String> plan(Settings in) {
        return CapabilityPlan.of(platform -> new AppSettingsCapability(platform, in));
    }

    /// Where other capabilities declare theirs.
    AppSettings declarations() {
        return readers;
    }

    @Override
    public CapabilityDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public List<Operation> operations() {
        return List.of(
                Operation.get("settings.list", "/settings")
                        .access(Access.MASTER_READ)
                        .summary("Lists the settings that an app may have, and their values.")
                        .output(SHOWN)
                        .handle(call -> shown(call.app())),
                Operation.put("settings.set", "/settings")
                        .access(Access.MASTER)
                        .deed("change settings")
                        .summary("Sets settings of an app; null gives back the server's value.")
                        .input(
                                JsonSchema.object()
                                        .requiring("settings", JsonSchema.object().open()))
                        .output(SHOWN)
                        .errors(ErrorCode.INVALID_VALUE)
                        .handle(this::set));
    }

    private Answer set(Call call) {
        if (!(call.body().path("settings") instanceof ObjectNode given)) {
            throw new RialtoException(
                    ErrorCode.INVALID_VALUE, "settings must be an object of keys and values");
        }
        Map<String, String> values = new HashMap<>();
        List<String> removed =
                given.propertyStream()
                        .filter(each -> each.getValue().isNull())
                        .map(Map.Entry::getKey)
                        .toList();
        given.properties()
                .forEach(each -> {
                    if (!each.getValue().isNull()) {
                        values.put(each.getKey(), text(each.getKey(), each.getValue()));
                    }
                });
        readers.change(call.app(), values, removed);
        return shown(call.app());
    }

    private static String text(String key, JsonNode value) {
        if (!value.isString() && !value.isNumber() && !value.isBoolean()) {
            throw new RialtoException(
                    ErrorCode.INVALID_VALUE, key + " must be a string, a number or a boolean");
        }
        String text = value.asString();
        if (text.length() > MAX_VALUE) {
            throw new RialtoException(
                    ErrorCode.INVALID_VALUE,
                    key + " must have at most " + MAX_VALUE + " characters");
        }
        return text;
    }

    private Answer shown(App app) {
        ArrayNode settings = Json.nodes().arrayNode();
        readers.list(app)
                .forEach(each ->
                        settings.addObject()
                                .put("key", each.key())
                                .put("value", each.value())
                                .put("own", each.own())
                                .put("secret", each.secret()));
        return Answer.ok(Json.object().set("settings", settings));
    }
}
