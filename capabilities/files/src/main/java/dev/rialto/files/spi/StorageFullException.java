package dev.rialto.files.spi;

import java.io.IOException;

/// There is no room for a file.
public final class StorageFullException extends IOException {
    public StorageFullException(String message) {
        super(message);
    }

    public StorageFullException(String message, Throwable cause) {
        super(message, cause);
    }
}
