package dev.rialto.server;

import dev.rialto.accounts.AccountsSettings;
import dev.rialto.files.FilesSettings;
import dev.rialto.kernel.Settings;
import dev.rialto.live.LiveSettings;
import dev.rialto.objects.ObjectsSettings;
import dev.rialto.sync.SyncSettings;
import java.util.Set;

/// The settings of the capabilities.
public record CapabilitySettings(
        ObjectsSettings objects,
        AccountsSettings accounts,
        FilesSettings files,
        LiveSettings live,
        SyncSettings sync) {
    static CapabilitySettings read(Settings in) {
        return new CapabilitySettings(objects(in), accounts(in), files(in), live(in), sync(in));
    }

    private static ObjectsSettings objects(Settings in) {
        ObjectsSettings standard = ObjectsSettings.defaults();
        boolean creation = in.yes("objects.client-class-creation", standard.clientClassCreation());
        var ttl = in.duration("objects.idempotency-ttl", standard.idempotencyTtl());
        int limit = in.integer("objects.max-limit", standard.maxLimit());
        long answer = in.bytes("objects.max-answer", standard.maxAnswer());
        return in.build(standard, () -> new ObjectsSettings(creation, ttl, limit, answer));
    }

    private static AccountsSettings accounts(Settings in) {
        AccountsSettings standard = AccountsSettings.defaults();
        int memory = in.integer("accounts.password-memory", standard.passwordMemory());
        int passes = in.integer("accounts.password-iterations", standard.passwordIterations());
        int lanes = in.integer("accounts.password-lanes", standard.passwordLanes());
        int atOnce = in.integer("accounts.passwords-at-once", standard.passwordsAtOnce());
        var patience = in.duration("accounts.password-patience", standard.passwordPatience());
        var length = in.duration("accounts.session-length", standard.sessionLength());
        int cached = in.integer("accounts.cached-sessions", standard.cachedSessions());
        var cachedFor = in.duration("accounts.cached-for", standard.cachedFor());
        boolean anonymous = in.yes("accounts.anonymous-users", standard.anonymousUsers());
        return in.build(
                standard,
                () ->
                        new AccountsSettings(
                                memory, passes, lanes, atOnce, patience, length, cached, cachedFor,
                                anonymous));
    }

    private static LiveSettings live(Settings in) {
        LiveSettings standard = LiveSettings.defaults();
        int subscriptions = in.integer("live.max-subscriptions", standard.maxSubscriptions());
        int feeds = in.integer("live.max-feeds", standard.maxFeeds());
        var heartbeat = in.duration("live.heartbeat", standard.heartbeat());
        return in.build(standard, () -> new LiveSettings(subscriptions, feeds, heartbeat));
    }

    private static FilesSettings files(Settings in) {
        FilesSettings standard = FilesSettings.defaults();
        long size = in.bytes("files.max-size", standard.maxSize());
        var refused =
                Set.copyOf(
                        in.list(
                                "files.refused-extensions",
                                standard.refusedExtensions().stream().sorted().toList()));
        boolean byPublic = in.yes("files.public-upload", standard.publicUpload());
        boolean byUsers = in.yes("files.user-upload", standard.userUpload());
        long keepFree = in.bytes("files.keep-free", standard.keepFree());
        return in.build(
                standard, () -> new FilesSettings(size, refused, byPublic, byUsers, keepFree));
    }

    private static SyncSettings sync(Settings in) {
        SyncSettings standard = SyncSettings.defaults();
        var remember = in.duration("sync.remember", standard.remember());
        return in.build(standard, () -> new SyncSettings(remember));
    }
}
