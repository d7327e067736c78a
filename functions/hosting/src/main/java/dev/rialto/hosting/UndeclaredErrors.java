package dev.rialto.hosting;

import dev.rialto.kernel.Contract.Failure;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/// Errors that an interface throws and does not declare, as far as it declares any. They reach its
/// callers all the same: to withhold them would help nobody.
final class UndeclaredErrors {
    private static final int MAX_NOTED = 20;

    private final Set<Integer> declared;
    private final Set<Integer> noted = ConcurrentHashMap.newKeySet();

    UndeclaredErrors(List<Failure> declared) {
        this.declared = declared.stream().map(Failure::number).collect(Collectors.toSet());
    }

    /// Takes note of a failure.
    ///
    /// @return its code when it is not declared and was not noted before
    Optional<Integer> note(Throwable failure) {
        return !declared.isEmpty()
                        && failure instanceof RialtoException told
                        && isChosen(told)
                        && !declared.contains(told.number())
                        && noted.size() < MAX_NOTED
                        && noted.add(told.number())
                ? Optional.of(told.number())
                : Optional.empty();
    }

    /// Whether the function chose the error. Any function may fail, be given wrong input or reach a
    /// limit.
    private static boolean isChosen(RialtoException told) {
        return told.code().kind() == ErrorCode.Kind.CALLER
                && told.number() != ErrorCode.SCRIPT_FAILED.number()
                && told.number() != ErrorCode.INVALID_JSON.number();
    }
}
