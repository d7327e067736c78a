package dev.rialto.hardening;

import java.util.Map;

/// The classes of one library that a revision brings.
///
/// @param name as messages name it, e.g. `com.google.guava:guava:33.4.0-jre`
/// @param classes by path, e.g. `com/acme/A.class`
public record Library(String name, Map<String, byte[]> classes) {}
