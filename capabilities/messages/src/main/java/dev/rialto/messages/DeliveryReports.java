package dev.rialto.messages;

import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Access;
import dev.rialto.http.Operation.RequestIds;
import dev.rialto.http.Operation.Trait;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.JsonSchema;
import dev.rialto.kernel.RialtoException;
import dev.rialto.messages.spi.MessageProvider.Outgoing;
import dev.rialto.store.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.regex.Pattern;

/// Takes reports of what became of messages after a provider had accepted them. A report is signed,
/// is about a message that was sent, and has an effect once: sent again, it changes nothing.
final class DeliveryReports {
    private static final String PATH = "/apps/{appId}/messages/reports/{provider}";

    /// The parameter of an address that has the id of a message.
    static final String MESSAGE = "message";

    private static final Pattern ID = Pattern.compile("[0-9a-f]{1,64}");
    private static final int MAX_BODY = 64 << 10;
    private static final int MAX_AT_ONCE = 8;

    private final Database database;
    private final Outbox outbox;
    private final Suppressions suppressions;
    private final Function<String, Optional<App>> apps;
    private final Map<String, Source> sources;
    private final Semaphore room = new Semaphore(MAX_AT_ONCE);

    /// @param apps finds an app by its id
    /// @param sources by the names of providers; the others send no reports
    DeliveryReports(
            Database database,
            Outbox outbox,
            Suppressions suppressions,
            Function<String, Optional<App>> apps,
            Map<String, Source> sources) {
        this.database = database;
        this.outbox = outbox;
        this.suppressions = suppressions;
        this.apps = apps;
        this.sources = Map.copyOf(sources);
    }

    /// Where a provider reports what became of a message.
    ///
    /// @param publicUrl the address of `/v1`, without a slash at its end
    static String address(String publicUrl, Outgoing message, String provider) {
        return publicUrl
                + PATH.replace("{appId}", PercentEncoding.of(message.app()))
                        .replace("{provider}", provider)
                + "?"
                + MESSAGE
                + "="
                + message.id();
    }

    /// What a provider reports.
    ///
    /// @param message its id here
    /// @param isFinal whether its recipient is sent nothing more
    record Report(String message, Event event, boolean isFinal, String reason) {}

    /// What became of a message.
    enum Event {
        /// It did not arrive.
        BOUNCED("bounced"),
        /// Its recipient did not want it.
        COMPLAINED("complained");

        private final String state;

        Event(String state) {
            this.state = state;
        }

        /// The state of the message.
        String state() {
            return state;
        }
    }

    /// Reads the reports of a provider.
    interface Source {
        /// Reads a report.
        ///
        /// @return empty for one that says that all is well
        /// @throws RialtoException UNAUTHORIZED when it is not signed by the provider
        Optional<Report> read(Call call, byte[] body);
    }

    List<Operation> operations() {
        return List.of(
                Operation.post("messages.report", PATH)
                        .access(Access.PUBLIC)
                        .summary("Takes a provider's signed report of what became of a message.")
                        .traits(Trait.UPLOAD)
                        .requestIds(RequestIds.IGNORED)
                        .output(JsonSchema.object().with("applied", JsonSchema.bool()))
                        .errors(
                                ErrorCode.UNAUTHORIZED,
                                ErrorCode.NOT_FOUND,
                                ErrorCode.INVALID_VALUE,
                                ErrorCode.REQUEST_TOO_LARGE,
                                ErrorCode.OVERLOADED)
                        .handle(this::take));
    }

    private Answer take(Call call) {
        Source source = sources.get(call.path("provider"));
        if (source == null) {
            throw new RialtoException(ErrorCode.NOT_FOUND, "no reports are taken of this provider");
        }
        Optional<Report> report = source.read(call, body(call));
        Optional<App> app = apps.apply(call.path("appId"));
        boolean applied =
                report.isPresent()
                        && app.isPresent()
                        && ID.matcher(report.get().message()).matches()
                        && apply(app.get().id(), report.get());
        return Answer.ok(Json.object().put("applied", applied));
    }

    private static byte[] body(Call call) {
        try {
            byte[] body = call.stream().readNBytes(MAX_BODY + 1);
            if (body.length > MAX_BODY) {
                throw new RialtoException(
                        ErrorCode.REQUEST_TOO_LARGE,
                        "a report must have at most " + MAX_BODY + " bytes");
            }
            return body;
        } catch (IOException cut) {
            throw new UncheckedIOException(cut);
        }
    }

    private boolean apply(String app, Report report) {
        if (!room.tryAcquire()) {
            throw new RialtoException(
                    ErrorCode.OVERLOADED, "too many reports at once: try again shortly");
        }
        try {
            return database.inTransaction(() -> {
                Optional<String> recipient =
                        outbox.reported(
                                app, report.message(), report.event().state(), report.reason());
                if (recipient.isPresent() && report.isFinal()) {
                    suppressions.suppress(app, recipient.get(), report.reason());
                }
                return recipient.isPresent();
            });
        } finally {
            room.release();
        }
    }

    /// One that nobody may have sent is not told more of.
    static RialtoException unsigned() {
        return new RialtoException(
                ErrorCode.UNAUTHORIZED, "the signature of the report is missing or not valid");
    }
}
