package dev.rialto.http;

import dev.rialto.kernel.ErrorCode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One request over HTTP and how it was answered. Complete when an [ExchangeObserver] sees it.
public final class Exchange {
    private final String requestId;
    private final String method;
    private final String path;
    private final long start = System.nanoTime();
    private long end = start;
    private @Nullable Operation operation;
    private @Nullable Call call;
    private @Nullable String app;
    private @Nullable ErrorCode failure;
    private String client = "";
    private int status;
    private long received;
    private long sent;

    Exchange(String requestId, String method, String path) {
        this.requestId = requestId;
        this.method = method;
        this.path = path;
    }

    /// Names the request in logs.
    public String requestId() {
        return requestId;
    }

    /// As the client sent it: any text.
    public String method() {
        return method;
    }

    /// As the client sent it, without the query string: any text.
    public String path() {
        return path;
    }

    /// The operation that was asked for; empty when there is none, or the request was refused
    /// before it was known.
    public Optional<Operation> operation() {
        return Optional.ofNullable(operation);
    }

    /// The id of the app, once its keys were found to be right.
    public Optional<String> app() {
        return Optional.ofNullable(app);
    }

    /// What it failed with.
    public Optional<ErrorCode> failure() {
        return Optional.ofNullable(failure);
    }

    /// The address of the client, as far as proxies can be trusted.
    public String client() {
        return client;
    }

    /// The HTTP status of the answer; 0 when the connection ended before there was one.
    public int status() {
        return status;
    }

    /// Bytes of the body that were read from the network.
    public long received() {
        return received;
    }

    /// Bytes of the answer that were written to the network.
    public long sent() {
        return sent;
    }

    /// From when the request's head was read until the last byte of the answer was written.
    public long nanos() {
        return end - start;
    }

    void asks(Operation found) {
        operation = found;
    }

    void calls(Call begun) {
        call = begun;
    }

    /// An answer that the operation itself did not make, with what it announces.
    Answer announced(Answer answer) {
        var announced = call == null ? answer : Announcement.on(answer, call.contract());
        return operation == null ? announced : operation.protocol().on(announced);
    }

    void isOf(String appId) {
        app = appId;
    }

    void comesFrom(String address) {
        client = address;
    }

    void fails(ErrorCode code) {
        failure = code;
    }

    void answers(int code) {
        status = code;
    }

    void ends(long bytesReceived, long bytesSent) {
        received = bytesReceived;
        sent = bytesSent;
        end = System.nanoTime();
    }
}
