package dev.rialto.hosting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.io.ByteArrayInputStream;
import org.junit.jupiter.api.Test;

final class BodyRoomTest {
    private final BodyRoom room = new BodyRoom(100_000, 500_000);

    private BodyRoom.Body read(int bytes) {
        return room.read(new ByteArrayInputStream(new byte[bytes]));
    }

    private ErrorCode refusal(int bytes) {
        return catchThrowableOfType(RialtoException.class, () -> read(bytes)).code();
    }

    @Test
    void refusesABodyThatIsTooLargeAndGivesItsRoomBack() {
        for (int i = 0; i < 10; i++) {
            assertThat(refusal(100_001)).isEqualTo(ErrorCode.REQUEST_TOO_LARGE);
        }
        try (BodyRoom.Body body = read(100_000)) {
            assertThat(body.bytes()).hasSize(100_000);
        }
    }

    @Test
    void refusesBodiesThatTakeTooMuchTogether() {
        BodyRoom.Body first = read(100_000);

        assertThat(refusal(90_000)).isEqualTo(ErrorCode.OVERLOADED);

        first.close();
        read(90_000).close();
    }
}
