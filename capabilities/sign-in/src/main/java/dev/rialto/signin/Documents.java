package dev.rialto.signin;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.rialto.kernel.App;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// The documents that providers publish: their metadata and keys. Each is read once an hour, and
/// again when it lacks what is looked for, such as a new key, but at most every half minute. When a
/// provider is down, what it said within the last day holds. Safe for use by many threads.
final class Documents {
    static final Duration FRESH = Duration.ofHours(1);
    static final Duration USABLE = Duration.ofDays(1);
    static final Duration BETWEEN_READS = Duration.ofSeconds(30);
    private static final Duration BETWEEN_FAILURES = Duration.ofSeconds(5);
    private static final int MAX_DOCUMENTS = 10_000;

    private final InstantSource clock;
    private final Cache<Key, Document> all =
            Caffeine.newBuilder().maximumSize(MAX_DOCUMENTS).build();

    Documents(InstantSource clock) {
        this.clock = clock;
    }

    /// Apps don't share documents, since each may have rules of its own for what it may reach.
    private record Key(String schema, URI url) {}

    /// Reads a document from its server.
    interface Reader {
        ObjectNode read(URI url) throws IOException;
    }

    /// A document, guarded by its lock.
    private static final class Document {
        private final ReentrantLock lock = new ReentrantLock();
        private @Nullable ObjectNode content;
        private Instant read = Instant.MIN;
        private Instant tried = Instant.MIN;
    }

    /// A document, if it can be had.
    ///
    /// @param suffices whether it has what is looked for; otherwise it is read again if it may be
    /// @throws IOException when it can't be read
    ObjectNode get(App app, URI url, Predicate<ObjectNode> suffices, Reader reader)
            throws IOException {
        Document document = all.get(new Key(app.schema(), url), _ -> new Document());
        if (!isLocked(document)) {
            throw new IOException("it is being read, and takes too long");
        }
        try {
            Optional<ObjectNode> known = known(document, suffices);
            return known.isPresent() ? known.get() : read(document, url, reader);
        } finally {
            document.lock.unlock();
        }
    }

    /// Those who wait for a slow provider wait together, not one after the other.
    private static boolean isLocked(Document document) {
        try {
            return document.lock.tryLock(ProviderHttp.TIMEOUT.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private Optional<ObjectNode> known(Document document, Predicate<ObjectNode> suffices) {
        ObjectNode content = document.content;
        if (content == null) {
            return Optional.empty();
        }
        Instant now = clock.instant();
        boolean mayBeRead = !document.tried.plus(BETWEEN_READS).isAfter(now);
        boolean fresh = document.read.plus(FRESH).isAfter(now) && suffices.test(content);
        boolean usable = document.read.plus(USABLE).isAfter(now);
        return fresh || (usable && !mayBeRead) ? Optional.of(content) : Optional.empty();
    }

    private ObjectNode read(Document document, URI url, Reader reader) throws IOException {
        Instant now = clock.instant();
        ObjectNode known = document.content;
        if (known == null && document.tried.isAfter(now.minus(BETWEEN_FAILURES))) {
            throw new IOException("it could not be read a moment ago");
        }
        document.tried = now;
        try {
            ObjectNode content = reader.read(url);
            document.content = content;
            document.read = now;
            return content;
        } catch (IOException failure) {
            document.tried = clock.instant();
            if (known != null && document.read.plus(USABLE).isAfter(now)) {
                return known;
            }
            throw failure;
        }
    }
}
