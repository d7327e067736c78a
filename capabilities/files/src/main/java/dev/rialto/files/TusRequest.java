package dev.rialto.files;

import dev.rialto.http.Call;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/// A request of the tus protocol, as its headers tell it.
record TusRequest(Call call) {
    static final String VERSION_HEADER = "Tus-Resumable";
    static final String VERSION = "1.0.0";
    static final String OFFSET = "Upload-Offset";
    static final String LENGTH = "Upload-Length";
    static final String DEFER_LENGTH = "Upload-Defer-Length";
    static final String CONCAT = "Upload-Concat";
    static final String CONTENT_TYPE = "application/offset+octet-stream";

    private static final int MAX_PARTS = 1000;
    private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");
    private static final String FINAL = "final;";

    /// Whether a client speaks the protocol at all.
    static boolean is(Call call) {
        return call.header(VERSION_HEADER).isPresent();
    }

    /// Reads the version that the client speaks.
    ///
    /// @throws RialtoException UPLOAD_VERSION_UNSUPPORTED
    static TusRequest of(Call call) {
        if (!call.header(VERSION_HEADER).orElse("").strip().equals(VERSION)) {
            throw new RialtoException(
                    ErrorCode.UPLOAD_VERSION_UNSUPPORTED,
                    VERSION_HEADER + " must be " + VERSION + ", the version of this server");
        }
        return new TusRequest(call);
    }

    /// Where in the upload the body belongs.
    long offset() {
        return number(OFFSET)
                .orElseThrow(() -> invalid(OFFSET + " must be the offset of the upload"));
    }

    /// The length of the whole upload.
    OptionalLong length() {
        return number(LENGTH);
    }

    /// The length of a new upload; empty if the client tells it later.
    OptionalLong newLength() {
        Optional<String> later = call.header(DEFER_LENGTH);
        if (later.isPresent() && !later.get().strip().equals("1")) {
            throw invalid(DEFER_LENGTH + " must be 1");
        }
        OptionalLong length = length();
        if (length.isPresent() == later.isPresent()) {
            throw invalid("either " + LENGTH + " or " + DEFER_LENGTH + " must be there");
        }
        return length;
    }

    private OptionalLong number(String header) {
        Optional<String> value = call.header(header).map(String::strip);
        if (value.isEmpty()) {
            return OptionalLong.empty();
        }
        if (!NUMBER.matcher(value.get()).matches()) {
            throw invalid(header + " must be a number of bytes");
        }
        return OptionalLong.of(Long.parseLong(value.get()));
    }

    /// Requires a body that belongs to an upload.
    ///
    /// @throws RialtoException UPLOAD_TYPE_UNSUPPORTED
    void requireContent() {
        if (!hasContent()) {
            throw new RialtoException(
                    ErrorCode.UPLOAD_TYPE_UNSUPPORTED, "Content-Type must be " + CONTENT_TYPE);
        }
    }

    /// Whether the body belongs to an upload.
    boolean hasContent() {
        String type = call.header("Content-Type").orElse("");
        int semicolon = type.indexOf(';');
        return (semicolon < 0 ? type : type.substring(0, semicolon))
                .strip()
                .toLowerCase(Locale.ROOT)
                .equals(CONTENT_TYPE);
    }

    /// How many bytes the body has, if that is known before it is read.
    OptionalLong contentLength() {
        return call.header("Content-Encoding").isPresent()
                ? OptionalLong.empty()
                : number("Content-Length");
    }

    Optional<TusChecksum> checksum() {
        return call.header(TusChecksum.HEADER).map(String::strip).map(TusChecksum::parse);
    }

    /// What the client tells of the upload, as it was sent.
    String metadata() {
        return call.header(TusMetadata.HEADER).map(String::strip).orElse("");
    }

    /// What the upload is to others, as it was sent.
    String concat() {
        return call.header(CONCAT).map(String::strip).orElse("");
    }

    /// What the upload is to others.
    ResumableUpload.Kind kind() {
        String concat = concat();
        if (concat.isEmpty()) {
            return ResumableUpload.Kind.WHOLE;
        }
        if (concat.equals("partial")) {
            return ResumableUpload.Kind.PARTIAL;
        }
        if (concat.startsWith(FINAL) && isPrintable(concat)) {
            return ResumableUpload.Kind.FINAL;
        }
        throw invalid(CONCAT + " must be \"partial\" or \"final;\" and the URLs of uploads");
    }

    /// The ids of the uploads that a final one consists of.
    List<String> parts() {
        List<String> urls =
                Arrays.stream(concat().substring(FINAL.length()).strip().split(" +")).toList();
        if (urls.size() > MAX_PARTS) {
            throw invalid(CONCAT + " must not name more than " + MAX_PARTS + " uploads");
        }
        List<String> ids = urls.stream().map(url -> url.replaceFirst(".*/", "")).toList();
        if (ids.contains("") || ids.stream().distinct().count() < ids.size()) {
            throw invalid(CONCAT + " must name the URLs of different uploads");
        }
        return ids;
    }

    /// Whether a header can be sent back.
    static boolean isPrintable(String header) {
        return header.chars().allMatch(each -> each >= ' ' && each <= '~');
    }

    static RialtoException invalid(String message) {
        return new RialtoException(ErrorCode.INVALID_VALUE, message);
    }
}
