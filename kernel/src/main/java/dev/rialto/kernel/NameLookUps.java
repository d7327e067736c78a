package dev.rialto.kernel;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Looks up names of servers within a time. The operating system takes as long as it likes, holds
/// the thread meanwhile, and with it the carrier of a virtual one: each look-up runs on a thread of
/// its own, and there are only so many.
final class NameLookUps {
    private final OutboundRules.Resolver resolver;
    private final Semaphore room;

    NameLookUps(OutboundRules.Resolver resolver, int atOnce) {
        this.resolver = resolver;
        this.room = new Semaphore(atOnce);
    }

    /// @throws UnknownHostException when the name has no address, or none was found in time
    List<InetAddress> resolve(String name, Duration within) throws UnknownHostException {
        if (!room.tryAcquire()) {
            throw new UnknownHostException("too many name look-ups at once");
        }
        CompletableFuture<List<InetAddress>> found = start(name);
        try {
            return found.get(Math.max(0, within.toNanos()), TimeUnit.NANOSECONDS);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof UnknownHostException unknown) {
                throw unknown;
            }
            throw new IllegalStateException("a name look-up failed", failed.getCause());
        } catch (TimeoutException late) {
            throw new UnknownHostException("looking up the name took too long");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new UnknownHostException("the look-up was interrupted");
        }
    }

    private CompletableFuture<List<InetAddress>> start(String name) {
        var found = new CompletableFuture<List<InetAddress>>();
        boolean started = false;
        try {
            Thread.ofPlatform()
                    .daemon()
                    .name("name-look-up")
                    .start(() -> {
                        try {
                            found.complete(resolver.resolve(name));
                        } catch (Throwable failure) {
                            found.completeExceptionally(failure);
                        } finally {
                            room.release();
                        }
                    });
            started = true;
        } finally {
            if (!started) {
                room.release();
            }
        }
        return found;
    }
}
