package dev.rialto.live;

import dev.rialto.http.Channel;
import dev.rialto.http.Conversation;
import dev.rialto.http.InProcessCalls;
import dev.rialto.http.Message;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.kernel.Timing;
import dev.rialto.spi.Watching;
import dev.rialto.store.LogPosition;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A talk with one client in Parse's LiveQuery protocol.
///
/// Beyond the protocol, a client that sends `resume` with a subscription gets it back with every
/// event: a position in the change log from which a later subscription goes on.
final class LiveConnection implements Conversation {
    private static final Logger LOG = Logger.getLogger(LiveConnection.class.getName());

    /// The client may try again later.
    private static final int TRY_LATER = 1013;

    private static final int POLICY_VIOLATION = 1008;
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(10);

    private final SocketOperations operations;
    private final SocketAdmission admission;
    private final Subscriptions subscriptions;
    private final Watching watching;
    private final LiveSettings settings;
    private final Timing timing;
    private final AtomicInteger connections;
    private final Channel channel;
    private final String address;
    private final String clientId;
    private final Map<Long, Followed> followed = new HashMap<>();
    private int queryChars;
    private Optional<Guest> guest = Optional.empty();
    private Optional<String> installation = Optional.empty();

    /// @param chars length of the message that asked for it
    private record Followed(Subscription subscription, int chars) {}

    /// @param address of the client
    LiveConnection(LiveCapability live, Channel channel, String address, String clientId) {
        this.operations = live.asked();
        this.admission = live.admission();
        this.subscriptions = live.subscriptions();
        this.watching = live.watching();
        this.settings = live.settings();
        this.timing = live.timing();
        this.connections = live.connections();
        this.channel = channel;
        this.address = address;
        this.clientId = clientId;
    }

    @Override
    public void received(String text) {
        Optional<Long> requestId = Optional.empty();
        try {
            awaitRoom();
            Frame frame = Frame.read(text);
            requestId =
                    switch (frame) {
                        case Frame.Connect _ -> Optional.empty();
                        case Frame.Subscribe subscribe -> Optional.of(subscribe.requestId());
                        case Frame.Unsubscribe unsubscribe -> Optional.of(unsubscribe.requestId());
                        case Frame.Query query -> Optional.of(query.requestId());
                    };
            answer(frame, text.length());
        } catch (RialtoException refused) {
            refuse(refused, requestId);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException failure) {
            LOG.log(Level.SEVERE, "a live query failed", failure);
            refuse(new RialtoException(ErrorCode.INTERNAL, "Internal server error"), requestId);
        }
    }

    /// Takes no more from a client that has not taken its answers.
    private void awaitRoom() throws InterruptedException {
        while (channel.isOpen() && channel.queuedBytes() > settings.catchUpBytes()) {
            timing.sleep(BETWEEN_LOOKS);
        }
    }

    private void answer(Frame frame, int chars) {
        if (frame instanceof Frame.Connect connect) {
            connect(connect);
            return;
        }
        if (guest.isEmpty()) {
            throw unknown("Can not find this client: connect first");
        }
        switch (frame) {
            case Frame.Connect _ -> {}
            case Frame.Subscribe subscribe -> subscribe(guest.get(), subscribe, chars);
            case Frame.Unsubscribe(long id) -> {
                known(id);
                forget(id);
                send(message("unsubscribed").put("requestId", id));
            }
            case Frame.Query(long id) -> {
                ObjectNode result = message("result").put("requestId", id);
                result.putArray("results").addAll(find(known(id)));
                send(result);
            }
        }
    }

    private List<ObjectNode> find(Subscription subscription) {
        Guest who = subscription.guest();
        Caller caller = subscriptions.caller(who);
        Watching.Request request = subscription.request();
        return operations.query(
                client(who, caller),
                request,
                () -> watching.search(who.app(), caller, request, settings.maxResults()));
    }

    private SocketOperations.Client client(Guest who, Caller caller) {
        return new SocketOperations.Client(who.app(), caller, socket(installation));
    }

    private InProcessCalls.Source socket(Optional<String> installationId) {
        return new InProcessCalls.Source(address, installationId, clientId);
    }

    private void connect(Frame.Connect connect) {
        if (guest.isPresent()) {
            throw new RialtoException(ErrorCode.BROKEN_FRAME, "this client is already connected");
        }
        try {
            guest = Optional.of(admission.admit(connect, socket(connect.installation())));
        } catch (RialtoException refused) {
            channel.end(
                    Optional.of(error(refused, Optional.empty())),
                    POLICY_VIOLATION,
                    refused.getMessage());
            return;
        }
        connections.incrementAndGet();
        installation = connect.installation();
        send(message("connected"));
    }

    private void subscribe(Guest who, Frame.Subscribe frame, int chars) {
        long id = frame.requestId();
        Optional<Followed> old = Optional.ofNullable(followed.get(id));
        int others = followed.size() - (old.isPresent() ? 1 : 0);
        int otherChars = queryChars - old.map(Followed::chars).orElse(0);
        if (others >= settings.maxSubscriptions()) {
            throw new RialtoException(
                    ErrorCode.REQUEST_LIMIT_EXCEEDED,
                    "a connection is limited to " + settings.maxSubscriptions() + " queries");
        }
        if (otherChars + chars > settings.maxQueryChars()) {
            throw new RialtoException(
                    ErrorCode.REQUEST_LIMIT_EXCEEDED,
                    "the queries of a connection are limited to "
                            + settings.maxQueryChars()
                            + " characters together");
        }
        Guest asker = frame.session().map(who::withSession).orElse(who);
        Optional<LogPosition> resume =
                frame.resume()
                        .filter(JsonNode::isString)
                        .map(token ->
                                LogPosition.read(token.asString()).orElseThrow(Replay::expired));
        var receiver = new SocketReceiver(id, frame.resume().isPresent());
        Caller caller = subscriptions.caller(asker);
        Subscription subscription =
                operations.subscribe(
                        client(asker, caller),
                        frame.request(),
                        () -> {
                            // Only now it is certain that another one takes its place.
                            forget(id);
                            return subscriptions.subscribe(
                                    asker, caller, frame.request(), receiver, resume);
                        });
        followed.put(id, new Followed(subscription, chars));
        queryChars += chars;
    }

    private void forget(long id) {
        Followed old = followed.remove(id);
        if (old != null) {
            queryChars -= old.chars();
            subscriptions.unsubscribe(old.subscription());
        }
    }

    private Subscription known(long id) {
        Followed known = followed.get(id);
        if (known == null) {
            throw unknown("Cannot find subscription with requestId " + id);
        }
        return known.subscription();
    }

    private static RialtoException unknown(String what) {
        return new RialtoException(ErrorCode.UNKNOWN_SUBSCRIPTION, what);
    }

    @Override
    public void closed() {
        if (guest.isPresent()) {
            connections.decrementAndGet();
        }
        followed.values().forEach(each -> subscriptions.unsubscribe(each.subscription()));
        followed.clear();
    }

    private ObjectNode message(String op) {
        ObjectNode message = Json.object().put("op", op).put("clientId", clientId);
        installation.ifPresent(id -> message.put("installationId", id));
        return message;
    }

    private void send(ObjectNode message) {
        if (!channel.send(Message.of(Json.write(message)))) {
            overflow();
        }
    }

    private void refuse(RialtoException refused, Optional<Long> requestId) {
        if (!channel.send(error(refused, requestId))) {
            overflow();
        }
    }

    private static Message error(RialtoException refused, Optional<Long> requestId) {
        ObjectNode error =
                Json.object()
                        .put("op", "error")
                        .put("error", refused.getMessage())
                        .put("code", refused.number())
                        .put("reconnect", false);
        requestId.ifPresentOrElse(
                id -> error.put("requestId", id), () -> error.putNull("requestId"));
        return Message.of(Json.write(error));
    }

    /// Tells a client that can't keep up, and ends: what waits for it must not grow.
    private void overflow() {
        ObjectNode reset =
                Json.object()
                        .put("op", "error")
                        .put("error", "reset: the client is too slow; reconnect")
                        .put("code", ErrorCode.OVERLOADED.number())
                        .put("reconnect", true);
        channel.end(Optional.of(Message.of(Json.write(reset))), TRY_LATER, "too slow");
    }

    /// Takes the events of one subscription to the socket.
    private final class SocketReceiver implements Subscription.Receiver {
        private final long requestId;
        private final boolean tellsPositions;
        private final Map<EventKind, byte[]> heads = new EnumMap<>(EventKind.class);

        SocketReceiver(long requestId, boolean tellsPositions) {
            this.requestId = requestId;
            this.tellsPositions = tellsPositions;
        }

        @Override
        public void started(LogPosition position) {
            ObjectNode subscribed = message("subscribed").put("requestId", requestId);
            if (tellsPositions) {
                subscribed.put("resume", position.token());
            }
            send(subscribed);
        }

        @Override
        public void happened(LiveEvent event) {
            byte[] head =
                    tellsPositions
                            ? head(event.kind(), Optional.of(event.position()))
                            : heads.computeIfAbsent(
                                    event.kind(), kind -> head(kind, Optional.empty()));
            if (!channel.send(new Message(head, event.content()))) {
                overflow();
            }
        }

        /// What precedes the content of an event.
        private byte[] head(EventKind kind, Optional<LogPosition> resume) {
            ObjectNode head = message(kind.wireName()).put("requestId", requestId);
            resume.ifPresent(position -> head.put("resume", position.token()));
            String text = Json.write(head);
            return (text.substring(0, text.length() - 1) + ",").getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public void awaitRoom() throws InterruptedException {
            LiveConnection.this.awaitRoom();
            if (!channel.isOpen()) {
                throw new RialtoException(ErrorCode.OVERLOADED, "the client has disconnected");
            }
        }

        @Override
        public void failed(RialtoException why) {
            refuse(why, Optional.of(requestId));
        }

        @Override
        public void ended(RialtoException why) {
            refuse(why, Optional.of(requestId));
        }
    }
}
