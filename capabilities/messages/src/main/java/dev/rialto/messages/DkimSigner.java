package dev.rialto.messages;

import dev.rialto.kernel.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Signs mail with DKIM (RFC 6376): rsa-sha256, relaxed canonicalization of headers and body. Safe
/// for use by many threads.
final class DkimSigner {
    /// Those that are signed if there are any, and all that receivers show (RFC 6376, 5.4.1).
    private static final List<String> SIGNED =
            List.of(
                    "from",
                    "to",
                    "subject",
                    "date",
                    "message-id",
                    "reply-to",
                    "mime-version",
                    "content-type",
                    "content-transfer-encoding",
                    "list-unsubscribe",
                    "list-unsubscribe-post");

    /// Named once more than there are of them, so that nobody adds one.
    private static final List<String> NO_MORE = List.of("from", "to", "subject", "date");

    private static final String LINE = "\r\n";
    private static final String FOLD = "\r\n\t";
    private static final int LINE_LENGTH = 72;
    private static final Pattern LINES = Pattern.compile("\\r\\n");
    private static final Pattern FOLDED = Pattern.compile("\\r\\n(?=[ \\t])");
    private static final Pattern SPACES = Pattern.compile("[ \\t]+");

    private final DkimSettings settings;
    private final InstantSource clock;

    DkimSigner(DkimSettings settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /// The header that signs a message, with the end of its line.
    ///
    /// @param message headers, an empty line and the body, with CR and LF at the ends of lines
    byte[] header(byte[] message) {
        String text = new String(message, StandardCharsets.ISO_8859_1);
        int end = text.indexOf(LINE + LINE);
        String body = end < 0 ? "" : text.substring(end + 2 * LINE.length());
        List<String> headers =
                LINES.splitAsStream(
                                FOLDED.matcher(end < 0 ? text : text.substring(0, end))
                                        .replaceAll(""))
                        .toList();
        List<String> names = new ArrayList<>();
        var signed = new StringBuilder();
        for (String name : SIGNED) {
            for (String header : headers.reversed()) {
                if (name(header).equals(name)) {
                    names.add(name);
                    signed.append(relaxed(header)).append(LINE);
                }
            }
        }
        names.addAll(NO_MORE);
        String unsigned =
                "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d="
                        + settings.domain()
                        + "; s="
                        + settings.selector()
                        + ";"
                        + FOLD
                        + "t="
                        + clock.instant().getEpochSecond()
                        + "; bh="
                        + base64(hash(bytes(relaxedBody(body))))
                        + ";"
                        + FOLD
                        + "h="
                        + String.join(":", names)
                        + ";"
                        + FOLD
                        + "b=";
        signed.append(relaxed(FOLDED.matcher(unsigned).replaceAll("")));
        return bytes(unsigned + folded(base64(sign(bytes(signed.toString())))) + LINE);
    }

    private static String name(String header) {
        int colon = header.indexOf(':');
        return (colon < 0 ? "" : header.substring(0, colon)).strip().toLowerCase(Locale.ROOT);
    }

    /// A header without line ends, as it is signed (RFC 6376, 3.4.2).
    private static String relaxed(String header) {
        String value = header.substring(header.indexOf(':') + 1);
        return name(header) + ":" + trimmed(SPACES.matcher(value).replaceAll(" "));
    }

    /// A body as it is signed (RFC 6376, 3.4.4).
    private static String relaxedBody(String body) {
        String lines =
                LINES.splitAsStream(body)
                        .map(line -> trimmedEnd(SPACES.matcher(line).replaceAll(" ")))
                        .collect(Collectors.joining(LINE));
        int end = lines.length();
        while (end >= LINE.length() && lines.startsWith(LINE, end - LINE.length())) {
            end -= LINE.length();
        }
        return end == 0 ? "" : lines.substring(0, end) + LINE;
    }

    /// Removes a space at the beginning and one at the end.
    private static String trimmed(String text) {
        return trimmedEnd(text.startsWith(" ") ? text.substring(1) : text);
    }

    private static String trimmedEnd(String text) {
        return text.endsWith(" ") ? text.substring(0, text.length() - 1) : text;
    }

    private static String folded(String signature) {
        List<String> lines = new ArrayList<>();
        for (int at = 0; at < signature.length(); at += LINE_LENGTH) {
            lines.add(signature.substring(at, Math.min(signature.length(), at + LINE_LENGTH)));
        }
        return String.join(FOLD, lines);
    }

    private static String base64(byte[] content) {
        return Base64.getEncoder().encodeToString(content);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] hash(byte[] content) {
        return Sha256.of(content);
    }

    private byte[] sign(byte[] content) {
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(settings.key());
            signature.update(content);
            return signature.sign();
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
