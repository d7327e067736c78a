package dev.rialto.messages;

import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import org.jspecify.annotations.Nullable;

/// The beginning of a response's body. The rest is not read: what was answered is known, and a body
/// without an end would fill the memory.
final class FirstBytes implements BodySubscriber<byte[]> {
    private final CompletableFuture<byte[]> body = new CompletableFuture<>();
    private final ByteBuffer read;
    private @Nullable Subscription subscription;

    /// @param most how many bytes
    FirstBytes(int most) {
        read = ByteBuffer.allocate(most);
    }

    @Override
    public CompletionStage<byte[]> getBody() {
        return body;
    }

    @Override
    public void onSubscribe(Subscription to) {
        subscription = to;
        to.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> portion) {
        if (body.isDone()) {
            return;
        }
        for (ByteBuffer each : portion) {
            int length = Math.min(each.remaining(), read.remaining());
            read.put(each.slice(each.position(), length));
        }
        if (!read.hasRemaining()) {
            if (subscription != null) {
                subscription.cancel();
            }
            onComplete();
        }
    }

    @Override
    public void onError(Throwable failure) {
        body.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        read.flip();
        byte[] all = new byte[read.remaining()];
        read.get(all);
        body.complete(all);
    }
}
