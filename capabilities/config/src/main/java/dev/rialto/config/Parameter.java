package dev.rialto.config;

import tools.jackson.databind.JsonNode;

/// A value that clients read at run time.
///
/// @param masterKeyOnly whether only key holders see it
record Parameter(String name, JsonNode value, boolean masterKeyOnly) {}
