package dev.rialto.accounts;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator.BlockPool;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator.FixedBlockPool;
import org.bouncycastle.crypto.params.Argon2Parameters;

/// Argon2id (RFC 9106), stored in its usual string form
/// `$argon2id$v=19$m=...,t=...,p=...$salt$hash`. Accepts [ForeignHashes] too, so that users of
/// other systems keep their passwords. A limited number of passwords is hashed at once, because
/// each takes megabytes and a processor, and on threads of their own: on the carriers of virtual
/// threads they would block all other requests.
public final class Argon2Hasher implements PasswordHasher {
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final Pattern ARGON2 =
            Pattern.compile(
                    "\\$argon2id\\$v=19\\$m=(\\d{1,8}),t=(\\d{1,4}),p=(\\d{1,3})"
                            + "\\$([A-Za-z0-9+/]{1,128})\\$([A-Za-z0-9+/]{1,128})");

    /// In KiB; a stored hash with a higher cost is not computed.
    private static final int MAX_MEMORY = 1 << 19;

    /// Additional KiB that the library uses for each lane.
    private static final int SCRATCH_BLOCKS = 4;

    /// How many requests may wait; more are rejected immediately, so that they don't use up the
    /// permits of requests without hashing.
    private static final int MAX_WAITING = 256;

    /// How long an idle thread and its memory are kept for the next password.
    private static final Duration KEPT = Duration.ofMinutes(1);

    private final AccountsSettings settings;
    private final SecureRandom random = new SecureRandom();
    private final Semaphore places;
    private final Semaphore waiting = new Semaphore(MAX_WAITING);
    private final ExecutorService threads;

    public Argon2Hasher(AccountsSettings settings) {
        this.settings = settings;
        this.places = new Semaphore(settings.passwordsAtOnce());
        int blocks = settings.passwordMemory() + SCRATCH_BLOCKS * settings.passwordLanes();
        var pool =
                new ThreadPoolExecutor(
                        settings.passwordsAtOnce(),
                        settings.passwordsAtOnce(),
                        KEPT.toSeconds(),
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        task -> new HashingThread(task, blocks));
        pool.allowCoreThreadTimeOut(true);
        this.threads = pool;
    }

    /// A thread with its own memory for hashing, which is freed with it.
    private static final class HashingThread extends Thread {
        private final BlockPool memory;

        HashingThread(Runnable task, int blocks) {
            super(task, "passwords");
            setDaemon(true);
            this.memory = new FixedBlockPool(blocks);
        }

        static BlockPool memory() {
            return ((HashingThread) currentThread()).memory;
        }
    }

    /// The parameters and parts of a stored hash.
    private record Parts(int memory, int iterations, int lanes, byte[] salt, byte[] hash) {
        static Optional<Parts> read(String stored) {
            Matcher parts = ARGON2.matcher(stored);
            if (!parts.matches()) {
                return Optional.empty();
            }
            int memory = Integer.parseInt(parts.group(1));
            if (memory > MAX_MEMORY) {
                return Optional.empty();
            }
            return Optional.of(
                    new Parts(
                            memory,
                            Integer.parseInt(parts.group(2)),
                            Integer.parseInt(parts.group(3)),
                            Base64.getDecoder().decode(parts.group(4)),
                            Base64.getDecoder().decode(parts.group(5))));
        }
    }

    @Override
    public String hash(String password) {
        var salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        var parts =
                new Parts(
                        settings.passwordMemory(),
                        settings.passwordIterations(),
                        settings.passwordLanes(),
                        salt,
                        new byte[HASH_BYTES]);
        byte[] hash = limited(() -> argon2(password, parts));
        Base64.Encoder text = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s"
                .formatted(
                        parts.memory(),
                        parts.iterations(),
                        parts.lanes(),
                        text.encodeToString(salt),
                        text.encodeToString(hash));
    }

    @Override
    public boolean matches(String password, String stored) {
        Optional<Parts> parts = Parts.read(stored);
        if (parts.isPresent()) {
            byte[] hash = limited(() -> argon2(password, parts.get()));
            return MessageDigest.isEqual(hash, parts.get().hash());
        }
        return ForeignHashes.areRead(stored)
                && limited(() -> ForeignHashes.match(password, stored));
    }

    @Override
    public boolean isOutdated(String stored) {
        return Parts.read(stored)
                .map(parts ->
                        parts.memory() != settings.passwordMemory()
                                || parts.iterations() != settings.passwordIterations()
                                || parts.lanes() != settings.passwordLanes())
                .orElse(true);
    }

    private static byte[] argon2(String password, Parts parts) {
        var generator = new Argon2BytesGenerator();
        generator.init(
                new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                        .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                        .withMemoryAsKB(parts.memory())
                        .withIterations(parts.iterations())
                        .withParallelism(parts.lanes())
                        .withSalt(parts.salt())
                        .withBlockPool(HashingThread.memory())
                        .build());
        var hash = new byte[parts.hash().length];
        generator.generateBytes(password.getBytes(StandardCharsets.UTF_8), hash);
        return hash;
    }

    private <T> T limited(Callable<T> work) {
        takePlace();
        try {
            return threads.submit(work).get();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw busy();
        } catch (ExecutionException failed) {
            throw new IllegalStateException("can't hash a password", failed.getCause());
        } finally {
            places.release();
        }
    }

    private void takePlace() {
        if (!waiting.tryAcquire()) {
            throw busy();
        }
        try {
            if (!places.tryAcquire(settings.passwordPatience().toMillis(), TimeUnit.MILLISECONDS)) {
                throw busy();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw busy();
        } finally {
            waiting.release();
        }
    }

    static RialtoException busy() {
        return new RialtoException(
                ErrorCode.OVERLOADED, "too many passwords to check at once; try again later");
    }
}
