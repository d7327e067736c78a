package dev.rialto.hardening;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Hardened libraries that were used lately, by what they are made of. To harden some thousand
/// classes takes a second, and a micro app is deployed again and again with the same ones.
final class LibraryCache {
    private static final long MAX_BYTES = 96L << 20;

    private final Map<String, HardenedLibraries> known = new LinkedHashMap<>(16, 0.75f, true);

    /// Hardens libraries, or finds them hardened.
    HardenedLibraries hardened(AllowList allowed, List<Library> all) {
        if (all.isEmpty()) {
            return new HardenedLibraries(allowed, all);
        }
        String key = key(all);
        synchronized (known) {
            HardenedLibraries found = known.get(key);
            if (found != null) {
                return found;
            }
        }
        var made = new HardenedLibraries(allowed, all);
        synchronized (known) {
            known.put(key, made);
            long size = known.values().stream().mapToLong(HardenedLibraries::size).sum();
            Iterator<HardenedLibraries> oldest = known.values().iterator();
            while (size > MAX_BYTES && oldest.hasNext()) {
                size -= oldest.next().size();
                oldest.remove();
            }
        }
        return made;
    }

    private static String key(List<Library> all) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Library library : all) {
                update(digest, library.name());
                new TreeMap<>(library.classes())
                        .forEach((path, bytes) -> {
                            update(digest, path);
                            update(digest, String.valueOf(bytes.length));
                            digest.update(bytes);
                        });
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static void update(MessageDigest digest, String text) {
        digest.update(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        digest.update((byte) 0);
    }
}
