package dev.rialto.http;

import dev.rialto.kernel.RialtoException;
import java.util.Optional;

/// Tells what an exception of a lower layer means to a caller: a statement that ran out of time, a
/// pool without a free connection. Whatever no translator knows is an internal error.
@FunctionalInterface
public interface ErrorTranslator {
    Optional<RialtoException> translate(Throwable failure);
}
