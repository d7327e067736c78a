package dev.rialto.hosting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.Contract.Failure;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class UndeclaredErrorsTest {
    private final UndeclaredErrors errors =
            new UndeclaredErrors(List.of(Failure.chosen(10_001, "Full.")));

    private static RialtoException failure(int number) {
        return new RialtoException(ErrorCode.chosen(number), number, "thrown");
    }

    @Test
    void notesEachCodeOnce() {
        assertThat(errors.note(failure(10_002))).contains(10_002);
        assertThat(errors.note(failure(10_002))).isEmpty();
        assertThat(errors.note(failure(101))).contains(101);
    }

    @Test
    void saysNothingOfWhatIsDeclaredOrAnyFunctionMayFailWith() {
        for (int each : new int[] {10_001, 107, 124, 141, 1429, 1503}) {
            assertThat(errors.note(failure(each))).as("%s", each).isEmpty();
        }
        assertThat(errors.note(new IllegalStateException())).isEmpty();
    }

    @Test
    void saysNothingWhereNothingIsDeclared() {
        assertThat(new UndeclaredErrors(List.of()).note(failure(10_002))).isEmpty();
    }

    @Test
    void endsToNoteThem() {
        for (int code = 20_000; code < 20_020; code++) {
            assertThat(errors.note(failure(code))).contains(code);
        }
        assertThat(errors.note(failure(20_020))).isEmpty();
    }
}
