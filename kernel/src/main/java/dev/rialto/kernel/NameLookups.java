package dev.rialto.kernel;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Looks up host names with a time limit. The operating system may take any time, and blocks the
/// thread meanwhile, and with it the carrier of a virtual one: each lookup runs on its own thread,
/// and their number is limited. An app may use a quarter of those that are free, so that an app
/// whose name servers never answer leaves room for others.
final class NameLookups {
    private static final int FREE_FOR_EACH = 4;
    private static final int OF_SERVER = 256;

    private final OutboundRules.Resolver resolver;
    private final int max;
    private final Map<String, Integer> underWay = new HashMap<>();
    private int all;

    NameLookups(OutboundRules.Resolver resolver, int atOnce) {
        this.resolver = resolver;
        this.max = atOnce;
    }

    /// With the limit of a server.
    static NameLookups ofServer(OutboundRules.Resolver resolver) {
        return new NameLookups(resolver, OF_SERVER);
    }

    /// @param app whose code looks up the name
    /// @throws UnknownHostException if the name has no address, or none was found in time
    /// @throws RialtoException OVERLOADED if too many lookups are running
    List<InetAddress> resolve(String app, String name, Duration within)
            throws UnknownHostException {
        if (!begin(app)) {
            throw new RialtoException(
                    ErrorCode.OVERLOADED,
                    "too many name lookups at once: " + name + " can't be looked up now");
        }
        CompletableFuture<List<InetAddress>> found = start(app, name);
        try {
            return found.get(Math.max(0, within.toNanos()), TimeUnit.NANOSECONDS);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof UnknownHostException unknown) {
                throw unknown;
            }
            throw new IllegalStateException("a name lookup failed", failed.getCause());
        } catch (TimeoutException late) {
            throw new UnknownHostException("looking up the name took too long");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new UnknownHostException("the lookup was interrupted");
        }
    }

    private synchronized boolean begin(String app) {
        int own = underWay.getOrDefault(app, 0);
        if (own * FREE_FOR_EACH >= max - all) {
            return false;
        }
        underWay.put(app, own + 1);
        all++;
        return true;
    }

    private synchronized void end(String app) {
        underWay.computeIfPresent(app, (_, own) -> own == 1 ? null : own - 1);
        all--;
    }

    private CompletableFuture<List<InetAddress>> start(String app, String name) {
        var found = new CompletableFuture<List<InetAddress>>();
        boolean started = false;
        try {
            Thread.ofPlatform()
                    .daemon()
                    .name("name-lookup")
                    .start(() -> {
                        try {
                            found.complete(resolver.resolve(name));
                        } catch (Throwable failure) {
                            found.completeExceptionally(failure);
                        } finally {
                            end(app);
                        }
                    });
            started = true;
        } finally {
            if (!started) {
                end(app);
            }
        }
        return found;
    }
}
