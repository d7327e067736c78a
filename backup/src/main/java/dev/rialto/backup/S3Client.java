package dev.rialto.backup;

import com.github.davidmoten.aws.lw.client.Client;
import com.github.davidmoten.aws.lw.client.HttpMethod;
import com.github.davidmoten.aws.lw.client.Request;
import com.github.davidmoten.aws.lw.client.xml.XmlElement;
import dev.rialto.kernel.SetupException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The objects of one bucket. A library signs the requests; the JDK's client sends them, as that
/// library would hold each object in memory. Everything is tried again when the service or the
/// network fails; all requests may be repeated.
final class S3Client implements AutoCloseable {
    private static final int TRIES = 5;
    private static final int NOT_FOUND = 404;
    private static final int TOO_MANY = 429;
    private static final int SERVER = 500;
    private static final int MAX_ERROR = 1 << 16;
    private static final Duration LIMIT = Duration.ofMinutes(30);
    private static final Pattern CODE = Pattern.compile("<Code>([A-Za-z0-9.]{1,60})</Code>");

    private final Client signer;
    private final String bucket;
    private final Duration firstPause;
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(10))
                    .build();

    /// @param firstPause before the second try; each further pause is twice as long
    S3Client(S3Settings settings, String bucket, Duration firstPause) {
        String access = settings.accessKey().orElseThrow(S3Client::withoutKeys);
        String secret = settings.secretKey().orElseThrow(S3Client::withoutKeys);
        this.signer =
                Client.s3()
                        .region(settings.region())
                        .accessKey(access)
                        .secretKey(secret)
                        .baseUrlFactory((_, _) -> settings.endpoint().replaceFirst("/*$", "/"))
                        .build();
        this.bucket = bucket;
        this.firstPause = firstPause;
    }

    private static SetupException withoutKeys() {
        return new SetupException(
                "backups in S3 need backup.s3.access-key and backup.s3.secret-key");
    }

    /// Makes the bucket, for tests.
    void createBucket() throws IOException {
        send(
                        "",
                        signer.path(bucket).method(HttpMethod.PUT),
                        request -> request.PUT(BodyPublishers.noBody()))
                .close();
    }

    /// A body that can be sent more than once.
    ///
    /// @param md5 in base64: the service compares it with what arrives
    record Body(Supplier<InputStream> content, long length, String md5) {
        BodyPublisher publisher() {
            return length == 0
                    ? BodyPublishers.noBody()
                    : BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(content), length);
        }
    }

    void put(String key, Body body) throws IOException {
        send(
                        key,
                        object(key).method(HttpMethod.PUT),
                        request -> request.header("Content-MD5", body.md5()).PUT(body.publisher()))
                .close();
    }

    /// Begins an object that is sent in parts, which appears when all are there: services take no
    /// more than some gigabytes at once.
    ///
    /// @return what identifies the upload
    String beginParts(String key) throws IOException {
        try (InputStream in =
                send(
                        key,
                        object(key).method(HttpMethod.POST).query("uploads", ""),
                        request -> request.POST(BodyPublishers.noBody()))) {
            return XmlElement.parse(text(in)).content("UploadId");
        }
    }

    /// Sends a part.
    ///
    /// @param number from 1
    /// @return what identifies the part
    String putPart(String key, String upload, int number, Body body) throws IOException {
        HttpResponse<InputStream> answer =
                answer(
                        key,
                        object(key)
                                .method(HttpMethod.PUT)
                                .query("partNumber", String.valueOf(number))
                                .query("uploadId", upload),
                        request -> request.header("Content-MD5", body.md5()).PUT(body.publisher()));
        answer.body().close();
        return answer.headers()
                .firstValue("ETag")
                .orElseThrow(() ->
                        new RefusedException("bucket " + bucket + " named no part of " + key));
    }

    /// Makes an object of its parts.
    void finishParts(String key, String upload, List<String> parts) throws IOException {
        var list = new StringBuilder("<CompleteMultipartUpload>");
        for (int i = 0; i < parts.size(); i++) {
            list.append("<Part><PartNumber>")
                    .append(i + 1)
                    .append("</PartNumber><ETag>")
                    .append(parts.get(i).replace("&", "&amp;").replace("<", "&lt;"))
                    .append("</ETag></Part>");
        }
        String body = list.append("</CompleteMultipartUpload>").toString();
        try (InputStream in =
                send(
                        key,
                        object(key).method(HttpMethod.POST).query("uploadId", upload),
                        request ->
                                request.header("Content-Type", "application/xml")
                                        .POST(BodyPublishers.ofString(body)))) {
            // It may fail after the service has begun to answer with 200.
            Matcher code = CODE.matcher(text(in));
            if (code.find()) {
                throw new RefusedException("bucket " + bucket + " answered " + code.group(1));
            }
        }
    }

    /// Discards the parts of an object that is not finished.
    void discardParts(String key, String upload) throws IOException {
        send(
                        key,
                        object(key).method(HttpMethod.DELETE).query("uploadId", upload),
                        HttpRequest.Builder::DELETE)
                .close();
    }

    private static String text(InputStream in) throws IOException {
        return new String(in.readNBytes(MAX_ERROR), StandardCharsets.UTF_8);
    }

    /// @throws NoSuchFileException when there is none
    InputStream get(String key) throws IOException {
        return send(key, object(key).method(HttpMethod.GET), HttpRequest.Builder::GET);
    }

    /// Deletes an object; one that is not there is fine.
    void delete(String key) throws IOException {
        try {
            send(key, object(key).method(HttpMethod.DELETE), HttpRequest.Builder::DELETE).close();
        } catch (NoSuchFileException gone) {
            // That is what was wanted.
        }
    }

    List<String> list(String prefix) throws IOException {
        List<String> keys = new ArrayList<>();
        Optional<String> more = Optional.of("");
        while (more.isPresent()) {
            Request request =
                    signer.path(bucket)
                            .method(HttpMethod.GET)
                            .query("list-type", "2")
                            .query("prefix", prefix);
            if (!more.get().isEmpty()) {
                request = request.query("continuation-token", more.get());
            }
            try (InputStream in = send(prefix, request, HttpRequest.Builder::GET)) {
                more = page(new String(in.readAllBytes(), StandardCharsets.UTF_8), keys);
            }
        }
        return keys;
    }

    /// @return where the next page begins
    private static Optional<String> page(String xml, List<String> keys) {
        XmlElement result = XmlElement.parse(xml);
        for (XmlElement each : result.childrenWithName("Contents")) {
            keys.add(each.content("Key"));
        }
        return result.childrenWithName("NextContinuationToken").stream()
                .findFirst()
                .map(XmlElement::content)
                .filter(token -> !token.isEmpty());
    }

    private Request object(String key) {
        List<String> path = new ArrayList<>(List.of(bucket));
        path.addAll(List.of(key.split("/", -1)));
        return signer.path(path.toArray(String[]::new));
    }

    /// Adds method and body to a request.
    private interface Method {
        HttpRequest.Builder set(HttpRequest.Builder request);
    }

    /// Sends a request and takes the content of the answer.
    private InputStream send(String key, Request signed, Method method) throws IOException {
        return answer(key, signed, method).body();
    }

    private HttpResponse<InputStream> answer(String key, Request signed, Method method)
            throws IOException {
        Duration pause = firstPause;
        for (int attempt = 1; ; attempt++) {
            try {
                return sendOnce(key, signed, method);
            } catch (RefusedException | NoSuchFileException certain) {
                throw certain;
            } catch (IOException failure) {
                if (attempt == TRIES) {
                    throw failure;
                }
            }
            sleep(pause);
            pause = pause.multipliedBy(2);
        }
    }

    private HttpResponse<InputStream> sendOnce(String key, Request signed, Method method)
            throws IOException {
        // The address has the signature, so it must not get into a message.
        URI address = URI.create(signed.unsignedPayload().presignedUrl(1, TimeUnit.HOURS));
        try {
            HttpResponse<InputStream> answer =
                    http.send(
                            method.set(HttpRequest.newBuilder(address).timeout(LIMIT)).build(),
                            BodyHandlers.ofInputStream());
            if (answer.statusCode() / 100 == 2) {
                return answer;
            }
            throw refused(key, answer);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new RefusedException("interrupted");
        }
    }

    private IOException refused(String key, HttpResponse<InputStream> answer) throws IOException {
        int status = answer.statusCode();
        String text;
        try (InputStream in = answer.body()) {
            text = text(in);
        }
        Matcher code = CODE.matcher(text);
        String name = code.find() ? code.group(1) : "";
        if (status == NOT_FOUND && !name.equals("NoSuchBucket")) {
            return new NoSuchFileException(key);
        }
        String message = "bucket " + bucket + " answered " + status + " " + name;
        return status >= SERVER || status == TOO_MANY
                ? new IOException(message)
                : new RefusedException(message.strip());
    }

    /// Trying again would change nothing.
    private static final class RefusedException extends IOException {
        RefusedException(String message) {
            super(message);
        }
    }

    private static void sleep(Duration pause) throws IOException {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stop);
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
