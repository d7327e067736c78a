package dev.rialto.transfer;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// The rows of a file.
///
/// @param csv what is told about a CSV file
record FileInput(Path file, FileFormat format, CsvOptions csv) implements RowInput {
    @Override
    public RowSource open() throws IOException {
        var in = new CountedStream(new BufferedInputStream(stream(), 1 << 16));
        return switch (format) {
            case JSON_LINES -> new JsonLinesSource(in);
            case JSON -> new JsonArraySource(in);
            case CSV -> CsvSource.open(in, csv);
        };
    }

    /// The content of the file, and how it was said to be read.
    @Override
    public String fingerprint() throws IOException {
        String content = digest();
        return csv.equals(CsvOptions.NONE) ? content : content + " " + csv.text();
    }

    private String digest() throws IOException {
        try (InputStream in = stream();
                var digest = new DigestInputStream(in, MessageDigest.getInstance("SHA-256"))) {
            digest.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digest.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every JDK has SHA-256", impossible);
        }
    }

    @Override
    public long size() throws IOException {
        return Files.size(file);
    }

    private InputStream stream() throws IOException {
        try {
            return Files.newInputStream(file);
        } catch (NoSuchFileException missing) {
            throw new RialtoException(ErrorCode.NOT_FOUND, "there is no file " + file, missing);
        }
    }
}
