package dev.rialto.server;

import dev.rialto.accounts.AccountsSettings;
import dev.rialto.accounts.LockoutSettings;
import dev.rialto.compiler.CompilerSettings;
import dev.rialto.compiler.LibraryPattern;
import dev.rialto.files.FilesSettings;
import dev.rialto.hosting.FunctionsSettings;
import dev.rialto.kernel.OutboundPolicy;
import dev.rialto.kernel.Settings;
import dev.rialto.live.LiveSettings;
import dev.rialto.node.NodeSettings;
import dev.rialto.node.NodeSettings.Isolation;
import dev.rialto.node.NodeSettings.Namespaces;
import dev.rialto.objects.ObjectsSettings;
import dev.rialto.runtime.SharedSettings;
import dev.rialto.sync.SyncSettings;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/// The settings of the capabilities.
public record CapabilitySettings(
        ObjectsSettings objects,
        AccountsSettings accounts,
        FilesSettings files,
        LiveSettings live,
        SyncSettings sync,
        Functions.Settings functions) {
    /// @param data the data folder
    static CapabilitySettings read(Settings in, Path data) {
        return new CapabilitySettings(
                objects(in),
                accounts(in),
                files(in),
                live(in),
                sync(in),
                new Functions.Settings(
                        functions(in),
                        compiler(in, data),
                        shared(in),
                        node(in, data),
                        outbound(in),
                        in.yes("functions.warm", true)));
    }

    private static FunctionsSettings functions(Settings in) {
        FunctionsSettings standard = FunctionsSettings.defaults();
        var deadline = in.duration("functions.deadline", standard.deadline());
        var jobs = in.duration("functions.job-deadline", standard.jobDeadline());
        int concurrency = in.integer("functions.concurrency", standard.concurrency());
        var suspended = in.duration("functions.suspended-for", standard.suspendedFor());
        int lines = in.integer("functions.log-lines", standard.logLines());
        long http = in.bytes("functions.http-size", standard.httpSize());
        long results = in.bytes("functions.result-size", standard.resultSize());
        return in.build(
                standard,
                () ->
                        new FunctionsSettings(
                                deadline, jobs, concurrency, suspended, lines, http, results));
    }

    private static CompilerSettings compiler(Settings in, Path data) {
        CompilerSettings standard = CompilerSettings.defaults(data.resolve("libraries"));
        List<String> remotes =
                in.list(
                        "functions.repositories",
                        standard.remotes().stream().map(URI::toString).toList());
        List<String> libraries = in.list("functions.libraries", List.of());
        long project = in.bytes("functions.project-size", standard.limits().projectSize());
        long artifact = in.bytes("functions.artifact-size", standard.limits().artifactSize());
        var time = in.duration("functions.compile-time", standard.limits().within());
        return in.build(
                standard,
                () ->
                        new CompilerSettings(
                                standard.repository(),
                                remotes.stream().map(URI::create).toList(),
                                libraries.stream().map(LibraryPattern::of).toList(),
                                standard.limits().with(project, artifact, time)));
    }

    private static OutboundPolicy outbound(Settings in) {
        List<String> rules = in.list("functions.outbound", List.of("public"));
        return in.build(OutboundPolicy.publicInternet(), () -> OutboundPolicy.of(rules));
    }

    private static NodeSettings node(Settings in, Path data) {
        NodeSettings standard = NodeSettings.defaults(data.resolve("node"));
        String command = in.text("functions.node.command", standard.command());
        long memory = in.bytes("functions.node.memory", standard.memory());
        Isolation usual = standard.isolation();
        var namespaces =
                in.choice("functions.node.namespaces", Namespaces.class, usual.namespaces());
        boolean permissions = in.yes("functions.node.confined", usual.permissions());
        long scratch = in.bytes("functions.node.scratch", usual.scratch());
        var start = in.duration("functions.node.start", standard.start());
        var patience = in.duration("functions.node.patience", standard.patience());
        return in.build(
                standard,
                () ->
                        new NodeSettings(
                                command,
                                standard.folder(),
                                memory,
                                new Isolation(namespaces, permissions, scratch),
                                start,
                                patience));
    }

    private static SharedSettings shared(Settings in) {
        SharedSettings standard = SharedSettings.defaults();
        int threads = in.integer("functions.threads", standard.threads());
        int share = in.integer("functions.app-share", standard.appShare());
        long allocation = in.bytes("functions.allocation", standard.allocation());
        long retained = in.bytes("functions.retained", standard.retained());
        long results = in.bytes("functions.result-size", standard.resultSize());
        var loading = in.duration("functions.loading", standard.loading());
        return in.build(
                standard,
                () -> new SharedSettings(threads, share, allocation, retained, results, loading));
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
        int shortest = in.integer("accounts.password-min-length", standard.passwordMinLength());
        LockoutSettings lockout = lockout(in);
        return in.build(
                standard,
                () ->
                        new AccountsSettings(
                                memory, passes, lanes, atOnce, patience, length, cached, cachedFor,
                                anonymous, shortest, lockout));
    }

    private static LockoutSettings lockout(Settings in) {
        LockoutSettings standard = LockoutSettings.defaults();
        int failures = in.integer("accounts.lockout-after", standard.failures());
        var window = in.duration("accounts.lockout-window", standard.window());
        var time = in.duration("accounts.lockout-time", standard.time());
        var longest = in.duration("accounts.lockout-longest", standard.longest());
        int byAddress = in.integer("accounts.failures-per-address", standard.failuresPerAddress());
        int signUps = in.integer("accounts.sign-ups-per-address", standard.signUpsPerAddress());
        return in.build(
                standard,
                () -> new LockoutSettings(failures, window, time, longest, byAddress, signUps));
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
        boolean byAnonymous = in.yes("files.anonymous-upload", standard.anonymousUpload());
        boolean byUsers = in.yes("files.user-upload", standard.userUpload());
        long keepFree = in.bytes("files.keep-free", standard.keepFree());
        return in.build(
                standard,
                () -> new FilesSettings(size, refused, byPublic, byAnonymous, byUsers, keepFree));
    }

    private static SyncSettings sync(Settings in) {
        SyncSettings standard = SyncSettings.defaults();
        var remember = in.duration("sync.remember", standard.remember());
        return in.build(standard, () -> new SyncSettings(remember));
    }
}
