package dev.rialto.runtime.spi;

import tools.jackson.databind.JsonNode;

/// How a call ended that did not fail.
///
/// @param output what it returned, in wire form
public record Result(JsonNode output, Usage usage) {}
