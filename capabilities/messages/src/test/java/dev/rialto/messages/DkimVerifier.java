package dev.rialto.messages;

import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// Verifies DKIM as receivers do (RFC 6376, 6.1): rsa-sha256 with relaxed canonicalization.
final class DkimVerifier {
    private DkimVerifier() {}

    /// @param mail one byte a character
    /// @param record the text of the record in the DNS
    /// @return `valid`, or what was changed
    static String verify(String mail, String record) throws Exception {
        String[] parts = mail.split("\r\n\r\n", 2);
        List<String> headers = new ArrayList<>();
        for (String line : parts[0].split("\r\n", -1)) {
            if (line.startsWith(" ") || line.startsWith("\t")) {
                headers.add(headers.removeLast() + line);
            } else {
                headers.add(line);
            }
        }
        String dkim =
                headers.stream()
                        .filter(each -> each.startsWith("DKIM-Signature:"))
                        .findFirst()
                        .orElseThrow();
        Map<String, String> tags = tags(dkim.substring(dkim.indexOf(':') + 1));
        if (!tag(tags, "v").equals("1")
                || !tag(tags, "a").equals("rsa-sha256")
                || !tag(tags, "c").equals("relaxed/relaxed")) {
            return "another form";
        }
        byte[] hash =
                MessageDigest.getInstance("SHA-256")
                        .digest(bytes(relaxedBody(parts.length < 2 ? "" : parts[1])));
        if (!MessageDigest.isEqual(hash, Base64.getDecoder().decode(tag(tags, "bh")))) {
            return "another body";
        }
        var signed = new StringBuilder();
        List<String> left = new ArrayList<>(headers);
        for (String name : tag(tags, "h").split(":", -1)) {
            for (int i = left.size() - 1; i >= 0; i--) {
                if (relaxed(left.get(i)).startsWith(name.toLowerCase(Locale.ROOT) + ":")) {
                    signed.append(relaxed(left.remove(i))).append("\r\n");
                    break;
                }
            }
        }
        signed.append(relaxed(dkim.replaceFirst("([;\\s]b=)[^;]*", "$1")));
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initVerify(
                KeyFactory.getInstance("RSA")
                        .generatePublic(
                                new X509EncodedKeySpec(
                                        Base64.getDecoder().decode(tag(tags(record), "p")))));
        signature.update(bytes(signed.toString()));
        return signature.verify(Base64.getDecoder().decode(tag(tags, "b")))
                ? "valid"
                : "another header";
    }

    private static Map<String, String> tags(String list) {
        Map<String, String> tags = new TreeMap<>();
        for (String each : list.split(";", -1)) {
            String[] pair = each.split("=", 2);
            tags.put(pair[0].strip(), pair[1].replaceAll("\\s", ""));
        }
        return tags;
    }

    private static String tag(Map<String, String> tags, String name) {
        return tags.getOrDefault(name, "");
    }

    private static String relaxed(String header) {
        String[] pair = header.split(":", 2);
        return pair[0].strip().toLowerCase(Locale.ROOT)
                + ":"
                + pair[1].replaceAll("[ \\t]+", " ").strip();
    }

    private static String relaxedBody(String body) {
        return (body + "\r\n")
                .replaceAll("[ \\t]+\r\n", "\r\n")
                .replaceAll("[ \\t]+", " ")
                .replaceAll("(\r\n)+\\z", "\r\n")
                .replaceAll("\\A\r\n\\z", "");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
