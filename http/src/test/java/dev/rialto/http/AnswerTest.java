package dev.rialto.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.rialto.kernel.Json;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class AnswerTest {
    @Test
    void replacesAHeaderHoweverItIsWritten() {
        Answer answer =
                Answer.ok(Json.object())
                        .withHeader("X-Own", "1")
                        .withHeader("x-OWN", "2")
                        .withHeader("Y", "3");
        assertThat(answer.headers()).containsExactly(entry("X-Own", "2"), entry("Y", "3"));
    }

    @Test
    void knowsItsHeadersHoweverTheyAreWritten() {
        Answer answer = Answer.ok(Json.object()).withHeader("X-Own", "1");
        assertThat(answer.hasHeader("x-own")).isTrue();
        assertThat(answer.hasHeader("content-type")).isTrue();
        assertThat(answer.hasHeader("Content-Disposition")).isFalse();
    }

    @Test
    void knowsTheStatusesWithoutABody() {
        assertThat(IntStream.rangeClosed(100, 599).filter(each -> !Answer.allowsBody(each)))
                .containsExactlyElementsOf(
                        IntStream.concat(
                                        IntStream.rangeClosed(100, 199),
                                        IntStream.of(204, 205, 304))
                                .boxed()
                                .toList());
    }
}
