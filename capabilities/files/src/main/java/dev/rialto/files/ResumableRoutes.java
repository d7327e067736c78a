package dev.rialto.files;

import dev.rialto.files.ResumableUpload.Kind;
import dev.rialto.files.ResumableUpload.SavedFile;
import dev.rialto.files.ResumableUpload.State;
import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.HttpDate;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Trait;
import dev.rialto.http.Protocol;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.JsonSchema;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/// Resumable uploads by the tus protocol, version 1.0.0
/// (<https://tus.io/protocols/resumable-upload>).
///
/// Files could be called like their address before there were such uploads. Requests that don't
/// speak the protocol are about those.
final class ResumableRoutes {
    private static final String PLACE = "uploads";
    private static final String ALL = "/files/" + PLACE;
    private static final String ONE = ALL + "/{id}";
    private static final String EXPIRES = "Upload-Expires";
    private static final String FILE_NAME = "Rialto-File-Name";
    private static final String FILE_URL = "Rialto-File-Url";
    private static final String EXTENSIONS =
            "creation,creation-with-upload,creation-defer-length,expiration,checksum,termination,"
                    + "concatenation";

    private final ResumableUploads uploads;
    private final FilesRoutes files;
    private final Protocol protocol;

    ResumableRoutes(ResumableUploads uploads, FilesRoutes files, long maxSize) {
        this.uploads = uploads;
        this.files = files;
        this.protocol = protocol(maxSize);
    }

    private static Protocol protocol(long maxSize) {
        return new Protocol(
                Map.of(
                        TusRequest.VERSION_HEADER,
                        TusRequest.VERSION,
                        "Tus-Version",
                        TusRequest.VERSION),
                Map.of(
                        "Tus-Extension", EXTENSIONS,
                        "Tus-Max-Size", Long.toString(maxSize),
                        "Tus-Checksum-Algorithm", TusChecksum.algorithms()),
                List.of(
                        TusRequest.VERSION_HEADER,
                        "Tus-Version",
                        "Tus-Extension",
                        "Tus-Max-Size",
                        "Tus-Checksum-Algorithm",
                        TusRequest.OFFSET,
                        TusRequest.LENGTH,
                        TusRequest.DEFER_LENGTH,
                        TusRequest.CONCAT,
                        TusMetadata.HEADER,
                        EXPIRES,
                        FILE_NAME,
                        FILE_URL),
                maxSize);
    }

    List<Operation> operations() {
        return List.of(
                Operation.post("files.create-upload", ALL)
                        .summary("Begins a resumable upload.")
                        .header(TusRequest.LENGTH, "The length of the file in bytes.")
                        .header(TusRequest.DEFER_LENGTH, "1 if the length is told later.")
                        .header(
                                TusMetadata.HEADER,
                                "Keys and values in base64: filename, filetype.")
                        .header(
                                TusRequest.CONCAT,
                                "Makes it a part of another upload, or of others.")
                        .output(201, JsonSchema.object())
                        .errors(ErrorCode.INVALID_FILE_NAME, ErrorCode.EXCEEDED_QUOTA)
                        .with(this::ofProtocol)
                        .traits(Trait.UPLOAD)
                        .handle(this::create),
                Operation.of(Operation.Method.PATCH, "files.continue-upload", ONE)
                        .summary("Adds to a resumable upload.")
                        .header(TusRequest.OFFSET, "Where in the upload the body begins.")
                        .output(204, JsonSchema.object())
                        .errors(
                                ErrorCode.UPLOAD_OFFSET_MISMATCH,
                                ErrorCode.UPLOAD_LOCKED,
                                ErrorCode.UPLOAD_CHECKSUM_MISMATCH)
                        .with(this::ofProtocol)
                        .traits(Trait.UPLOAD)
                        .handle(this::append),
                Operation.get("files.upload", ONE)
                        .summary("Tells how much of a resumable upload has arrived.")
                        .output(
                                JsonSchema.object()
                                        .requiring("offset", JsonSchema.integer())
                                        .with("length", JsonSchema.integer())
                                        .with("expiresAt", JsonSchema.string("date-time"))
                                        .with("name", JsonSchema.string())
                                        .with("url", JsonSchema.string("uri")))
                        .with(this::ofProtocol)
                        .traits(Trait.WRITES)
                        .handle(this::show),
                Operation.delete("files.terminate-upload", ONE)
                        .summary("Ends a resumable upload that is not complete.")
                        .output(204, JsonSchema.object())
                        .with(this::ofProtocol)
                        .handle(this::terminate));
    }

    private Operation.Builder ofProtocol(Operation.Builder operation) {
        return operation
                .protocol(protocol)
                .header(TusRequest.VERSION_HEADER, "The version of the protocol: 1.0.0.")
                .header(TusChecksum.HEADER, "An algorithm and the checksum of the body in base64.")
                .errors(
                        ErrorCode.OBJECT_NOT_FOUND,
                        ErrorCode.UPLOAD_GONE,
                        ErrorCode.UPLOAD_VERSION_UNSUPPORTED);
    }

    private Answer create(Call call) {
        if (!TusRequest.is(call)) {
            return files.create(call, PLACE);
        }
        var request = TusRequest.of(call);
        Kind kind = request.kind();
        ResumableUploads.Opened opened =
                switch (kind) {
                    case WHOLE, PARTIAL -> uploads.create(request, kind);
                    case FINAL -> uploads.concatenate(request);
                };
        return empty(201, headers(call, opened.upload()))
                .withHeader("Location", call.publicUrl() + ALL + "/" + opened.id());
    }

    private Answer append(Call call) {
        ResumableUpload upload = uploads.append(TusRequest.of(call), call.path("id"));
        return empty(204, headers(call, upload));
    }

    /// People may look at it without the protocol's headers.
    private Answer show(Call call) {
        if (TusRequest.is(call)) {
            TusRequest.of(call);
        }
        ResumableUpload upload = uploads.show(call, call.path("id"));
        ObjectNode json = Json.object().put("offset", upload.offset());
        upload.length().ifPresent(length -> json.put("length", length));
        if (upload.state() == State.OPEN) {
            json.put("expiresAt", upload.life().expiresAt().toString());
        }
        upload.file().ifPresent(file -> json.put("name", file.name()).put("url", url(call, file)));
        Answer answer = Answer.ok(json);
        Map<String, String> headers = headers(call, upload);
        if (!upload.told().metadata().isEmpty()) {
            headers.put(TusMetadata.HEADER, upload.told().metadata());
        }
        if (!upload.told().concat().isEmpty()) {
            headers.put(TusRequest.CONCAT, upload.told().concat());
        }
        if (upload.length().isPresent()) {
            headers.put(TusRequest.LENGTH, Long.toString(upload.length().getAsLong()));
        } else {
            headers.put(TusRequest.DEFER_LENGTH, "1");
        }
        return new Answer(answer.status(), headers, answer.body());
    }

    private Answer terminate(Call call) {
        if (!TusRequest.is(call)) {
            // Of a directory that is called like the address of uploads.
            return files.delete(call, PLACE + "/" + call.path("id"));
        }
        TusRequest.of(call);
        uploads.terminate(call, call.path("id"));
        return empty(204, Map.of());
    }

    /// The headers of all answers about an upload.
    private static Map<String, String> headers(Call call, ResumableUpload upload) {
        Map<String, String> headers = new TreeMap<>();
        headers.put("Cache-Control", "no-store");
        boolean isUnfinished = upload.kind() == Kind.FINAL && upload.state() == State.OPEN;
        if (!isUnfinished) {
            headers.put(TusRequest.OFFSET, Long.toString(upload.offset()));
        }
        if (upload.state() == State.OPEN) {
            headers.put(EXPIRES, HttpDate.format(upload.life().expiresAt()));
        }
        upload.file()
                .ifPresent(file -> {
                    headers.put(FILE_NAME, FileAddress.encodePath(file.name()));
                    headers.put(FILE_URL, sendable(url(call, file)));
                });
        return headers;
    }

    private static String url(Call call, SavedFile file) {
        return file.url()
                .orElseGet(() -> FileAddress.url(call.publicUrl(), call.app().id(), file.name()));
    }

    /// A URL that a trigger chose may have any characters.
    private static String sendable(String url) {
        return url.codePoints()
                .mapToObj(Character::toString)
                .map(each ->
                        each.compareTo("!") >= 0 && each.compareTo("~") <= 0
                                ? each
                                : URLEncoder.encode(each, StandardCharsets.UTF_8)
                                        .replace("+", "%20"))
                .collect(Collectors.joining());
    }

    private static Answer empty(int status, Map<String, String> headers) {
        return new Answer(status, headers, new Answer.Body.Bytes(new byte[0]));
    }
}
