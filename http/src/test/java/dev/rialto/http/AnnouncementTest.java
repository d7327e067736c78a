package dev.rialto.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.http.InProcessCalls.CallAs;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Contract;
import dev.rialto.kernel.Contract.Deprecation;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import java.net.http.HttpResponse;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// What is deprecated says so in its answers, whether they are of success or failure.
class AnnouncementTest {
    private static final LocalDate ON = LocalDate.of(2026, 1, 31);
    private static final LocalDate SUNSET = LocalDate.of(2027, 7, 5);
    private static final String DEPRECATION = "@1769817600";
    private static final String LAST_DAY = "Mon, 05 Jul 2027 00:00:00 GMT";
    private static final Contract REACHED =
            Contract.summary("Old.", "test.calls").deprecated("Use new.", ON, SUNSET).build();

    private static final Fixture SERVER =
            new Fixture(
                    HttpSettings.of("127.0.0.1", 0),
                    work -> work.get(),
                    List.of(
                            get("old").deprecated("Use new.", ON, SUNSET).handle(Answered::ok),
                            get("failing")
                                    .deprecated("Use new.", ON, SUNSET)
                                    .handle(Answered::fails),
                            get("soon")
                                    .deprecated(
                                            new Deprecation(
                                                    "Use new.",
                                                    Optional.empty(),
                                                    Optional.of(SUNSET)))
                                    .handle(Answered::ok),
                            get("undated").deprecated("Use new.").handle(Answered::ok),
                            get("general")
                                    .handle(call -> {
                                        call.reaches(REACHED);
                                        return Answered.ok(call);
                                    })));

    /// What the operations do.
    private static final class Answered {
        static Answer ok(Call call) {
            return Answer.ok(Json.object().put("at", call.operation().path()));
        }

        static Answer fails(Call call) {
            throw new RialtoException(ErrorCode.OBJECT_NOT_FOUND, call.operation().path());
        }
    }

    private static Operation.Builder get(String name) {
        return Operation.get("test." + name, "/" + name)
                .access(Operation.Access.PUBLIC)
                .summary("Tests.");
    }

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    private static HttpResponse<String> send(String name) {
        return SERVER.send("GET", "/v1/" + name, "", "");
    }

    private static Optional<String> header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name);
    }

    @Test
    void namesTheDatesWhateverComesOfTheCall() {
        for (String each : List.of("old", "failing", "general")) {
            var answer = send(each);
            assertThat(header(answer, "Deprecation")).as(each).contains(DEPRECATION);
            assertThat(header(answer, "Sunset")).as(each).contains(LAST_DAY);
        }
        assertThat(send("failing").statusCode()).isEqualTo(404);
    }

    @Test
    void namesOnlyDatesThatAreKnown() {
        assertThat(header(send("soon"), "Deprecation")).isEmpty();
        assertThat(header(send("soon"), "Sunset")).contains(LAST_DAY);
        assertThat(send("undated").headers().map()).doesNotContainKeys("deprecation", "sunset");
    }

    @Test
    void letsPagesOfOtherOriginsReadThem() {
        assertThat(header(send("old"), "Access-Control-Expose-Headers").orElse(""))
                .contains("Deprecation", "Sunset");
    }

    @Test
    void tellsCodeOfTheServerToo() {
        var reply =
                SERVER.listener
                        .calls()
                        .call(
                                new App("app", "app_app"),
                                CallAs.ANONYMOUS,
                                "GET",
                                "/old",
                                Json.object());
        assertThat(reply.headers()).containsEntry("Deprecation", DEPRECATION);
    }
}
