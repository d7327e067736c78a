package dev.rialto.http;

import java.util.Optional;

/// The apps of this server. Asked on every request: answer from memory.
public interface AppDirectory {
    Optional<AppKeys> find(String appId);
}
