package dev.rialto.hardening;

import java.util.List;
import java.util.Map;

/// A revision that is safe to run.
///
/// @param classes by path; to be loaded by one class loader that also finds this package
/// @param shortfalls what its libraries miss, one for each that misses something
public record Hardened(Map<String, byte[]> classes, List<Shortfall> shortfalls) {}
