/// What operators see of a running server: metrics, traces and the form of the log.
@NullMarked
package dev.rialto.telemetry;

import org.jspecify.annotations.NullMarked;
