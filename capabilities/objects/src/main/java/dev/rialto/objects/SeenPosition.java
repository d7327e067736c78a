package dev.rialto.objects;

import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Handler;
import dev.rialto.http.OperationStep;
import dev.rialto.store.Database;
import dev.rialto.store.ReplicaReads;
import java.util.Optional;

/// What a client has seen of the database's changes, which it says by a header
/// (`X-Rialto-Position`). Its reads are not answered from memory, which on another node may not
/// have heard of its writes yet. Holders of a master key are told the position of their writes, and
/// replicas that are late may answer them if they have reached it.
final class SeenPosition implements OperationStep {
    private static final String HEADER = "X-Rialto-Position";

    private final ReplicaReads reads;

    SeenPosition(Database database) {
        this.reads = database.replicaReads();
    }

    @Override
    public Handler around(Operation operation, Handler next) {
        return operation.writes() ? telling(next) : reading(next);
    }

    private Handler reading(Handler next) {
        return call -> {
            Optional<String> seen = call.header(HEADER);
            // What a function calls for a client is not the client's own read.
            return seen.isPresent() || reads.hasSeen()
                    ? reads.<Answer>forClient(
                            new ReplicaReads.Client(seen.orElse(""), mayTakeLate(call)),
                            () -> next.handle(call))
                    : next.handle(call);
        };
    }

    private Handler telling(Handler next) {
        return call -> {
            Answer answer = next.handle(call);
            boolean asked = call.header(HEADER).isPresent() && mayTakeLate(call);
            Optional<String> position = asked ? reads.position() : Optional.empty();
            return position.map(each -> answer.withHeader(HEADER, each)).orElse(answer);
        };
    }

    /// Whether old rows are for the caller: to those from whom anything is hidden they may show
    /// what they have lost the access to.
    private static boolean mayTakeLate(Call call) {
        return call.caller().seesEverything();
    }
}
