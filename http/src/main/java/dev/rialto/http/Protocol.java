package dev.rialto.http;

import java.util.List;
import java.util.Map;

/// What a protocol on top of HTTP asks of all answers at the addresses of its operations. Clients
/// of such an operation may also send a POST that names the method they mean in
/// `X-HTTP-Method-Override`.
///
/// @param always headers of every answer, errors included
/// @param options headers of the answer to OPTIONS, beside those
/// @param exposed headers of answers that pages from other origins may read
/// @param maxBody bytes of the longest body, or 0 for the usual limit
public record Protocol(
        Map<String, String> always,
        Map<String, String> options,
        List<String> exposed,
        long maxBody) {
    /// The header that names the method meant.
    static final String METHOD_OVERRIDE = "X-HTTP-Method-Override";

    /// Nothing but HTTP.
    public static final Protocol NONE = new Protocol(Map.of(), Map.of(), List.of(), 0);

    public Protocol {
        always = Map.copyOf(always);
        options = Map.copyOf(options);
        exposed = List.copyOf(exposed);
    }

    /// An answer of one of its operations.
    Answer on(Answer answer) {
        return with(answer, always);
    }

    /// The answer to OPTIONS at the address of one of its operations.
    Answer onOptions(Answer answer) {
        return with(with(answer, always), options);
    }

    private static Answer with(Answer answer, Map<String, String> headers) {
        var told = answer;
        for (var header : headers.entrySet()) {
            told = told.withHeader(header.getKey(), header.getValue());
        }
        return told;
    }
}
