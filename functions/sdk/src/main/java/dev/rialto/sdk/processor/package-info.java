/// Reads the annotations of a micro app while it is compiled: checks them, and writes what the
/// micro app exposes to `META-INF/rialto/interfaces.json`.
@NullMarked
package dev.rialto.sdk.processor;

import org.jspecify.annotations.NullMarked;
