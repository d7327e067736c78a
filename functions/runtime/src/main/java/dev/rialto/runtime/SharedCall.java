package dev.rialto.runtime;

import dev.rialto.functions.spi.InterfaceDescriptor;
import dev.rialto.functions.spi.Invocation;
import dev.rialto.functions.spi.Result;
import dev.rialto.functions.spi.Usage;
import dev.rialto.hardening.Budget;
import dev.rialto.hardening.CallStopped;
import dev.rialto.hardening.FunctionThread;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.sdk.FunctionException;
import dev.rialto.sdk.HttpResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// One call of a function in progress: its budget, what it answers, and the errors for its
/// failures.
final class SharedCall implements StuckCalls.Owner {
    private final SharedRevision revision;
    private final SharedRevision.SharedInterface called;
    private final InterfaceDescriptor declared;
    private final EntryPoint entry;
    private final Invocation invocation;
    private final long allocation;
    private final HostedFunctions functions;
    private final Budget budget;

    SharedCall(
            SharedRevision revision,
            SharedRevision.SharedInterface called,
            EntryPoint entry,
            Invocation invocation) {
        SharedRevision.Services services = revision.services();
        this.revision = revision;
        this.called = called;
        this.declared = called.declared();
        this.entry = entry;
        this.invocation = invocation;
        this.allocation =
                called.allocation()
                        .orElseGet(() -> services.settings().allocation(invocation.within()));
        this.functions =
                new HostedFunctions(
                        invocation.host(),
                        entry.values(),
                        new HostedFunctions.Threads(
                                services.threads(), revision.share(), services.stuck(), this),
                        revision.brake(),
                        allocation);
        this.budget = Budget.of(invocation.within(), allocation);
    }

    Budget budget() {
        return budget;
    }

    Result run() {
        try {
            JsonNode output = budget.run(revision.brake(), this::answer);
            return new Result(
                    output,
                    new Usage(
                            budget.cpuNanos() + functions.cpuNanos(),
                            budget.allocatedBytes() + functions.allocatedBytes()));
        } catch (CallStopped stopped) {
            RialtoException told = told(stopped);
            log(told.getMessage() + revision.code().atPlace(stopped.getStackTrace()));
            throw told;
        } catch (RuntimeException failure) {
            throw failure;
        } catch (Exception impossible) {
            throw new AssertionError("answers throw no checked exception", impossible);
        } finally {
            revision.allocated(budget.allocatedBytes() + functions.allocatedBytes());
        }
    }

    private JsonNode answer() {
        var context =
                new CallContext(
                        revision.release(),
                        invocation,
                        entry.values(),
                        revision.code(),
                        functions,
                        Instant.now().plus(invocation.within()));
        try {
            Object returned = entry.call(invocation.input(), context);
            // The server's code follows.
            FunctionThread.settleCurrent();
            JsonNode output = entry.output(returned, entry.values());
            stream(returned, output);
            return output;
        } catch (FunctionException refused) {
            throw new RialtoException(
                    ErrorCode.chosen(refused.code()),
                    refused.code(),
                    String.valueOf(refused.getMessage()));
        } catch (RialtoException | CallStopped known) {
            throw known;
        } catch (StackOverflowError tooDeep) {
            String place = revision.code().atPlace(tooDeep.getStackTrace());
            context.log().error(declared.target() + " calls itself too deeply" + place);
            throw new RialtoException(
                    ErrorCode.SCRIPT_FAILED, "the function calls itself too deeply");
        } catch (Throwable failure) {
            log(failure, context);
            // Its message is for the developer.
            throw new RialtoException(
                    ErrorCode.SCRIPT_FAILED,
                    "the function failed (request " + invocation.requestId() + ")",
                    CodeFailure.of(failure));
        }
    }

    /// Logs a failure. Reading its message and stack trace runs code of the micro app, which may
    /// fail as well.
    private void log(Throwable failure, CallContext context) {
        try {
            context.log().error(declared.target() + " failed", failure);
        } catch (RialtoException | CallStopped known) {
            throw known;
        } catch (Throwable _) {
            context.log().error(declared.target() + " failed: " + failure.getClass().getName());
        }
    }

    private void stream(@Nullable Object returned, JsonNode head) throws IOException {
        if (returned instanceof HttpResponse(_, _, HttpResponse.Content.Stream(var writer))
                && head instanceof ObjectNode object) {
            Optional<OutputStream> reader = invocation.host().stream(object);
            if (reader.isPresent()) {
                try (OutputStream out = new SettledStream(reader.get())) {
                    writer.write(out);
                }
            }
        }
    }

    private void log(String message) {
        invocation.host().log("error", message);
    }

    @Override
    public void givenUp(List<StackTraceElement> stack) {
        called.countStuck(1);
        log(
                revision.descriptor().address(declared)
                        + " was stopped but does not end"
                        + revision.code().atPlace(stack.toArray(StackTraceElement[]::new)));
    }

    @Override
    public void ended() {
        called.countStuck(-1);
        log(revision.descriptor().address(declared) + " has finally ended");
    }

    private RialtoException told(CallStopped stopped) {
        String address = revision.descriptor().address(declared);
        return switch (stopped.kind()) {
            case DEADLINE, CANCELLED ->
                    new RialtoException(
                            ErrorCode.TIMEOUT,
                            address
                                    + " was stopped: it took longer than "
                                    + invocation.within().toMillis()
                                    + " ms");
            case SHORTAGE ->
                    new RialtoException(
                            ErrorCode.OVERLOADED,
                            address
                                    + " was stopped: the server ran short of memory, and the"
                                    + " call had allocated "
                                    + (budget.allocatedBytes() >> 20)
                                    + " MB");
            case ALLOCATION ->
                    new RialtoException(
                            ErrorCode.ALLOCATION_EXCEEDED,
                            address
                                    + " was stopped: it allocated more than "
                                    + (allocation >> 20)
                                    + " MB");
        };
    }
}
