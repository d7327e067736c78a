package dev.rialto.objects;

import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Handler;
import dev.rialto.http.OperationStep;
import dev.rialto.store.Database;
import java.util.Optional;

/// What a client has seen of the database's changes, which it says by a header
/// (`X-Rialto-Position`): its reads may be answered by replicas that are late, but not later than
/// that. Answers to its writes tell it the position of what it wrote.
final class SeenPosition implements OperationStep {
    private static final String HEADER = "X-Rialto-Position";

    private final Database database;

    SeenPosition(Database database) {
        this.database = database;
    }

    @Override
    public Handler around(Operation operation, Handler next) {
        return operation.writes() ? telling(next) : taking(next);
    }

    /// Only callers whom nothing is hidden from may see old rows: others may have lost the access
    /// to them.
    private static Optional<String> of(Call call) {
        return call.header(HEADER).filter(_ -> call.caller().seesEverything());
    }

    private Handler taking(Handler next) {
        return call -> {
            Optional<String> seen = of(call);
            // A call by a function of a call that takes what is late does not take it itself.
            return seen.isPresent() || database.replicaReads().mayBeLate()
                    ? database.replicaReads()
                            .<Answer>takingLate(seen.orElse(""), () -> next.handle(call))
                    : next.handle(call);
        };
    }

    private Handler telling(Handler next) {
        return call -> {
            Answer answer = next.handle(call);
            return of(call).isEmpty() || database.isInTransaction()
                    ? answer
                    : database.replicaReads()
                            .position()
                            .map(position -> answer.withHeader(HEADER, position))
                            .orElse(answer);
        };
    }
}
