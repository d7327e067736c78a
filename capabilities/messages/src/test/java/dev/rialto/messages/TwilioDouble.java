package dev.rialto.messages;

import java.io.IOException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// Twilio: checks the credentials.
final class TwilioDouble extends VendorDouble {
    static final String ACCOUNT = "AC0123";
    static final String TOKEN = "test-token";

    TwilioDouble() throws IOException {}

    @Override
    @Nullable Answer check(Received request) {
        String login = Base64.getEncoder().encodeToString(bytes(ACCOUNT + ":" + TOKEN));
        return request.header("authorization").equals("Basic " + login)
                        && request.path()
                                .equals("/2010-04-01/Accounts/" + ACCOUNT + "/Messages.json")
                ? null
                : refused(401, 20_003);
    }

    static Answer refused(int status, int code) {
        return new Answer(
                status,
                "{\"code\": %d, \"message\": \"no\", \"status\": %d}".formatted(code, status));
    }

    @Override
    Answer accepted() {
        return new Answer(201, "{\"sid\": \"SM123\", \"status\": \"queued\"}");
    }
}
