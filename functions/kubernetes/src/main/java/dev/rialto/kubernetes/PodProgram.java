package dev.rialto.kubernetes;

import dev.rialto.workers.Image;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;

/// What the pods of micro apps run of the image.
///
/// @param arguments for the image's own command
/// @param variables of its environment, for a memory in bytes
/// @param image what the server calls it; it knows what exit codes mean
public record PodProgram(
        List<String> arguments, LongFunction<Map<String, String>> variables, Image image) {}
