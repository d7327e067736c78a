package dev.rialto.sdk;

import java.time.Duration;
import java.util.Optional;

/// Short-lived values of the micro app, shared by its calls on one node. What is in it may vanish
/// at any time.
public interface Cache {
    Optional<String> get(String key);

    void put(String key, String value, Duration keptFor);

    void remove(String key);
}
