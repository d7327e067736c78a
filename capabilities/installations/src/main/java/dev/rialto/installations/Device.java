package dev.rialto.installations;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// How an installation is recognized.
///
/// @param objectId empty for one that is not stored yet
/// @param lookupId the installation id that the object or, if it has none, its sender has
record Device(
        String objectId,
        Optional<String> installationId,
        Optional<String> lookupId,
        Optional<String> deviceToken,
        Optional<String> deviceType,
        Optional<String> appIdentifier) {
    /// The length of an APNs token in hexadecimal, which is the same in any case.
    private static final int HEXADECIMAL_TOKEN = 64;

    /// What a client sends.
    ///
    /// @param sender the installation id that came with the request
    static Device sent(ObjectNode fields, Optional<String> sender) {
        Optional<String> installationId = text(fields, "installationId");
        return new Device(
                "",
                installationId,
                installationId.or(() -> sender.map(id -> id.toLowerCase(Locale.ROOT))),
                text(fields, "deviceToken"),
                text(fields, "deviceType"),
                text(fields, "appIdentifier"));
    }

    static Device stored(ObjectNode object) {
        Optional<String> installationId = text(object, "installationId");
        return new Device(
                text(object, "objectId").orElseThrow(),
                installationId,
                installationId,
                text(object, "deviceToken"),
                text(object, "deviceType"),
                text(object, "appIdentifier"));
    }

    /// Brings the ids of an object into the form in which they are compared.
    static void normalize(ObjectNode fields) {
        text(fields, "installationId")
                .ifPresent(id -> fields.put("installationId", id.toLowerCase(Locale.ROOT)));
        text(fields, "deviceToken")
                .filter(token -> token.length() == HEXADECIMAL_TOKEN)
                .ifPresent(token -> fields.put("deviceToken", token.toLowerCase(Locale.ROOT)));
    }

    /// Those of the installations with this device's token that have to give way to it: of the same
    /// app, if that is told, and not with its installation id.
    List<Device> rivals(List<Device> byToken) {
        return byToken.stream()
                .filter(other -> !other.objectId().equals(objectId))
                .filter(other ->
                        installationId.isEmpty() || !other.installationId().equals(installationId))
                .filter(other ->
                        appIdentifier.isEmpty() || other.appIdentifier().equals(appIdentifier))
                .toList();
    }

    Device withObjectId(String id) {
        return new Device(id, installationId, lookupId, deviceToken, deviceType, appIdentifier);
    }

    private static Optional<String> text(ObjectNode object, String key) {
        JsonNode value = object.path(key);
        return value.isString() && !value.stringValue().isEmpty()
                ? Optional.of(value.stringValue())
                : Optional.empty();
    }
}
