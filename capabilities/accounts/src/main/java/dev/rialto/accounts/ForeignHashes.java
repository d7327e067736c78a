package dev.rialto.accounts;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/// The password hashes of other systems that imported users bring along. They are verified and
/// never made: a log-in replaces one by a hash of our own. All of this is slow, so only the threads
/// of [Argon2Hasher] may call [#match].
final class ForeignHashes {
    private static final List<Format> FORMATS = List.of(new Bcrypt());

    private ForeignHashes() {}

    /// How one system stores passwords.
    private interface Format {
        /// Whether a stored hash is of this form, with a cost that is worth paying. Fast.
        boolean reads(String stored);

        /// @param stored one that this reads
        boolean matches(String password, String stored);
    }

    /// Whether a stored hash can be verified at all.
    static boolean areRead(String stored) {
        return FORMATS.stream().anyMatch(each -> each.reads(stored));
    }

    /// Whether a password has a stored hash; slow.
    static boolean match(String password, String stored) {
        return FORMATS.stream()
                .filter(each -> each.reads(stored))
                .anyMatch(each -> each.matches(password, stored));
    }

    /// bcrypt, as Parse Server and most frameworks store it: `$2b$10$salt and hash`.
    private record Bcrypt() implements Format {
        private static final Pattern HASH =
                Pattern.compile("\\$2[aby]\\$(0[4-9]|1[0-6])\\$[./A-Za-z0-9]{53}");

        /// bcrypt ignores the rest of a longer password, which clients of Parse Server could set.
        private static final int MAX_BYTES = 72;

        @Override
        public boolean reads(String stored) {
            return HASH.matcher(stored).matches();
        }

        @Override
        public boolean matches(String password, String stored) {
            byte[] utf8 = password.getBytes(StandardCharsets.UTF_8);
            if (utf8.length > MAX_BYTES) {
                utf8 = Arrays.copyOf(utf8, MAX_BYTES);
            }
            return OpenBSDBCrypt.checkPassword(stored, utf8);
        }
    }
}
