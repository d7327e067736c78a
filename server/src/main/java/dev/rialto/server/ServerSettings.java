package dev.rialto.server;

import dev.rialto.backup.BackupSettings;
import dev.rialto.certificates.CertificateSettings;
import dev.rialto.files.FilesPlace;
import dev.rialto.http.HttpSettings;
import dev.rialto.http.HttpSettings.Limits;
import dev.rialto.http.Mounts;
import dev.rialto.http.SocketLimits;
import dev.rialto.kernel.Settings;
import dev.rialto.telemetry.TelemetrySettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Everything that can be set, by capability.
///
/// @param data the folder in which this server keeps what it has
/// @param memory how large Java's heap may become, in bytes; the `rialto` command applies it
/// @param secretKeys what secrets are sealed with; empty for a key that the server makes itself
/// @param changes how long the change log keeps a change
/// @param drain how long the server serves on after it was told to stop
/// @param tls how TLS is offered; empty for plain HTTP alone
/// @param files where uploaded files are
/// @param backup where backups go, and when
/// @param telemetry what operators see of it
public record ServerSettings(
        Path data,
        Optional<Long> memory,
        List<byte[]> secretKeys,
        DatabaseOptions database,
        Duration changes,
        HttpSettings http,
        Duration drain,
        Optional<CertificateSettings> tls,
        FilesPlace files,
        CapabilitySettings capabilities,
        BackupSettings backup,
        TelemetrySettings telemetry,
        Optional<WantedApp> app) {
    private static final int PORT = 1337;
    private static final Duration DRAIN = Duration.ofSeconds(5);
    private static final long MIN_MEMORY = 128L << 20;

    /// Reads all keys; [Settings#finish] then tells what was wrong.
    public static ServerSettings read(Settings in) {
        Path data = in.path("data", Path.of("rialto-data"));
        Optional<Long> memory = memory(in);
        List<byte[]> secretKeys = secretKeys(in);
        DatabaseOptions database = DatabaseOptions.read(in);
        Duration changes = in.duration("changes.retention", Duration.ofDays(7));
        CapabilitySettings capabilities = CapabilitySettings.read(in, data);
        HttpSettings http = http(in, capabilities.files().maxSize());
        Duration drain = drain(in);
        Optional<CertificateSettings> tls = tls(in, http);
        http = withDomain(http, tls);
        FilesPlace files = FilesPlace.read(in, data, database.address().isEmpty());
        BackupSettings backup = BackupSettings.read(in);
        TelemetrySettings telemetry = TelemetrySettings.read(in);
        return new ServerSettings(
                data,
                memory,
                secretKeys,
                database,
                changes,
                http,
                drain,
                tls,
                files,
                capabilities,
                backup,
                telemetry,
                WantedApp.read(in));
    }

    /// These, with others of the capabilities.
    ServerSettings with(CapabilitySettings others) {
        return new ServerSettings(
                data,
                memory,
                secretKeys,
                database,
                changes,
                http,
                drain,
                tls,
                files,
                others,
                backup,
                telemetry,
                app);
    }

    /// What clients may do without any key or session, beside what permissions say.
    public List<String> open() {
        List<String> open = new ArrayList<>();
        if (capabilities.objects().clientClassCreation()) {
            open.add("creating classes (objects.client-class-creation)");
        }
        if (capabilities.files().uploaders().visitors()) {
            open.add("uploading files (files.public-upload)");
        }
        return open;
    }

    private static Optional<Long> memory(Settings in) {
        Optional<Long> memory = in.bytes("memory");
        return in.build(
                Optional.empty(),
                () -> {
                    if (memory.isPresent() && memory.get() < MIN_MEMORY) {
                        throw new IllegalArgumentException("memory must be at least 128MB");
                    }
                    return memory;
                });
    }

    private static Duration drain(Settings in) {
        Duration drain = in.duration("http.drain", DRAIN);
        return in.build(
                DRAIN,
                () -> {
                    if (drain.isNegative()) {
                        throw new IllegalArgumentException("http.drain must not be negative");
                    }
                    return drain;
                });
    }

    private static List<byte[]> secretKeys(Settings in) {
        String given = in.secret(SecretKeys.SETTING).orElse("");
        return given.isEmpty() ? List.of() : in.build(List.of(), () -> SecretKeys.read(given));
    }

    /// Does not show the keys.
    @Override
    public String toString() {
        return "settings of the server in " + data;
    }

    private static HttpSettings http(Settings in, long maxFile) {
        String host = in.text("http.host", "127.0.0.1");
        int port = in.integer("http.port", PORT);
        String publicUrl = in.text("http.public-url", "");
        List<String> origins = in.list("http.allow-origin", List.of("*"));
        List<String> mounts = in.list("http.mount-path", Mounts.STANDARD.paths());
        List<String> proxies = in.list("http.trusted-proxies", List.of());
        Limits limits = limits(in).withUpload(maxFile);
        SocketLimits sockets = sockets(in);
        return in.build(
                HttpSettings.of("127.0.0.1", PORT),
                () ->
                        new HttpSettings(
                                host,
                                port,
                                publicUrl,
                                origins,
                                limits,
                                sockets,
                                new Mounts(mounts),
                                proxies));
    }

    private static Optional<CertificateSettings> tls(Settings in, HttpSettings http) {
        Optional<CertificateSettings> tls = CertificateSettings.read(in);
        if (tls.isPresent() && http.publicUrl().startsWith("http:")) {
            in.problem("http.public-url must begin with https when TLS is offered");
        }
        return tls;
    }

    /// A certificate that the server orders tells where clients come.
    private static HttpSettings withDomain(HttpSettings http, Optional<CertificateSettings> tls) {
        return tls.filter(_ -> http.publicUrl().isEmpty())
                .flatMap(CertificateSettings::publicRoot)
                .map(root -> http.withPublicUrl(root + http.mounts().first()))
                .orElse(http);
    }

    private static Limits limits(Settings in) {
        Limits standard = Limits.DEFAULT;
        long body = in.bytes("http.max-body", standard.body());
        int batch = in.integer("http.max-batch", standard.batch());
        int requests = in.integer("http.max-concurrent-requests", standard.concurrentRequests());
        int connections = in.integer("http.max-connections", standard.connections());
        var idle = in.duration("http.idle-timeout", standard.idle());
        var patience = in.duration("http.patience", standard.patience());
        var grace = in.duration("http.grace", standard.grace());
        return in.build(
                standard,
                () ->
                        new Limits(
                                fitting("http.max-body", body),
                                standard.upload(),
                                batch,
                                requests,
                                connections,
                                idle,
                                patience,
                                grace));
    }

    private static SocketLimits sockets(Settings in) {
        SocketLimits standard = SocketLimits.DEFAULT;
        long message = in.bytes("http.max-socket-message", standard.message());
        int messages = in.integer("http.socket-queue-messages", standard.queueMessages());
        long bytes = in.bytes("http.socket-queue-bytes", standard.queueBytes());
        var ping = in.duration("http.socket-ping", standard.ping());
        var writeTimeout = in.duration("http.socket-write-timeout", standard.writeTimeout());
        return in.build(
                standard,
                () ->
                        new SocketLimits(
                                fitting("http.max-socket-message", message),
                                messages,
                                bytes,
                                ping,
                                writeTimeout));
    }

    private static int fitting(String key, long bytes) {
        if (bytes > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(key + " must be less than 2GB");
        }
        return (int) bytes;
    }
}
