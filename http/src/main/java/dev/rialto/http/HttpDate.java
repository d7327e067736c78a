package dev.rialto.http;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// Times as headers have them: `Mon, 05 Jul 2027 00:00:00 GMT` (RFC 9110).
public final class HttpDate {
    // RFC_1123_DATE_TIME writes days without their zero.
    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
                    .withZone(ZoneOffset.UTC);

    private HttpDate() {}

    public static String format(Instant time) {
        return FORMAT.format(time);
    }
}
