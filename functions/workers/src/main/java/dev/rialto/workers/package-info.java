/// Micro apps in processes of their own: starts and watches workers, and speaks the worker protocol
/// with them (see docs/worker-protocol.md).
@NullMarked
package dev.rialto.workers;

import org.jspecify.annotations.NullMarked;
