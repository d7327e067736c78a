package dev.rialto.http;

import dev.rialto.http.Operation.Handler;
import dev.rialto.kernel.RialtoException;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// The only way into an operation, for requests, entries of a batch and code of the server's own:
/// checks the caller's access, then runs the steps around the handler, then the handler. Code that
/// does the operation's work itself takes the handler's place.
final class OperationRunner {
    private final List<OperationStep> steps;
    private final OperationObserver observer;
    private final Function<Throwable, RialtoException> meaning;
    private final IdentityHashMap<Operation, Handler> handlers = new IdentityHashMap<>();
    private final Map<String, Operation> operations = new HashMap<>();

    /// @param steps the first is the outermost
    /// @param meaning what clients are told of a failure
    OperationRunner(
            List<OperationStep> steps,
            OperationObserver observer,
            Function<Throwable, RialtoException> meaning) {
        this.steps = List.copyOf(steps);
        this.observer = observer;
        this.meaning = meaning;
    }

    /// Adds an operation; done before the first call.
    void add(Operation operation) {
        Handler handler =
                call ->
                        call instanceof DirectCall<?> direct
                                ? direct.perform()
                                : operation.handler().handle(call);
        for (var step : steps.reversed()) {
            handler = step.around(operation, handler);
        }
        handlers.put(operation, handler);
        operations.put(operation.id(), operation);
    }

    /// An operation that was added.
    Operation operation(String id) {
        var operation = operations.get(id);
        if (operation == null) {
            throw new IllegalArgumentException("there is no operation " + id);
        }
        return operation;
    }

    /// Does the call's operation.
    ///
    /// @throws dev.rialto.kernel.RialtoException UNAUTHORIZED or OPERATION_FORBIDDEN, and whatever
    ///   the operation fails with
    Answer run(Call call) {
        Answer answer = observer.observe(call, () -> runUnobserved(call), meaning);
        return Announcement.on(answer, call.contract());
    }

    private Answer runUnobserved(Call call) {
        var operation = call.operation();
        Admission.authorize(operation, call.caller());
        var handler = handlers.get(operation);
        if (handler == null) {
            throw new IllegalStateException(operation + " was not added");
        }
        return handler.handle(call);
    }
}
