package dev.rialto.accounts;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Ids;
import dev.rialto.kernel.Sha256;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The hashes that passwords of names without one are compared with, so that the response time does
/// not reveal who has an account.
///
/// Usually that is a hash of our own. Where users were imported, though, some accounts have hashes
/// that take another time to verify. There, the same share of all names is compared with such a
/// hash, always the same names: a slow rejection then says no more about a name than a fast one.
final class Decoys {
    private static final Duration KEPT = Duration.ofMinutes(10);
    private static final int MAX_APPS = 10_000;

    /// Hexadecimal digits that make the position of a name between 0 and 1.
    private static final int DIGITS = 13;

    private final Function<App, Sample> sampler;
    private final PasswordHasher hasher;
    private final Cache<String, Sample> samples =
            Caffeine.newBuilder().maximumSize(MAX_APPS).expireAfterWrite(KEPT).build();
    private volatile UnaryOperator<String> mac;
    private volatile @Nullable String own;

    /// How many of an app's users have a foreign hash.
    ///
    /// @param share between 0 and 1
    /// @param example one of those hashes
    record Sample(double share, Optional<String> example) {}

    Decoys(Function<App, Sample> sampler, PasswordHasher hasher) {
        this.sampler = sampler;
        this.hasher = hasher;
        String key = new Ids().hex(32);
        this.mac = name -> sha256(key + name);
    }

    /// Lets all nodes agree on the names, now and after a restart.
    ///
    /// @param shared authenticates a text with a secret that all nodes have, in hexadecimal
    void share(UnaryOperator<String> shared) {
        mac = shared;
    }

    /// The hash for a name. Ask for it whether or not the name has an account: now and then it
    /// takes a query.
    String hash(App app, String name) {
        Sample sample = samples.get(app.schema(), _ -> sampler.apply(app));
        return sample.example()
                .filter(_ -> position(app.schema() + "\n" + name) < sample.share())
                .orElseGet(this::own);
    }

    private double position(String text) {
        long digits = HexFormat.fromHexDigitsToLong(mac.apply(text), 0, DIGITS);
        return digits / Math.scalb(1.0, 4 * DIGITS);
    }

    /// A hash without a known password, with the usual cost.
    private String own() {
        String known = own;
        if (known == null) {
            known = hasher.hash(new Ids().hex(16));
            own = known;
        }
        return known;
    }

    private static String sha256(String text) {
        return HexFormat.of().formatHex(Sha256.of(text));
    }
}
