/// Metrics, traces and the format of the log.
@NullMarked
package dev.rialto.telemetry;

import org.jspecify.annotations.NullMarked;
