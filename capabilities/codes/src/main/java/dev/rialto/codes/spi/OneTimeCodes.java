package dev.rialto.codes.spi;

import dev.rialto.http.Call;
import dev.rialto.kernel.App;

/// Sends codes by which somebody proves to own a mail address or a phone number. A code has six
/// digits, works once, for ten minutes and five tries, for one purpose, address and app; a new one
/// replaces the one before. What is sent and tried is limited on all nodes together.
///
/// Both methods must be called outside a transaction: what they count must not be rolled back.
public interface OneTimeCodes {
    /// How long a code works.
    int MINUTES = 10;

    /// Sends a code, unless limits are reached. No captcha is asked for: the caller has decided
    /// that the code may be sent.
    ///
    /// @param call tells the client's address, its installation and its language
    /// @param purpose what the code is for, such as `second-factor`; it works for nothing else
    /// @throws dev.rialto.kernel.RialtoException INVALID_VALUE or INVALID_EMAIL_ADDRESS when the
    ///   address is not valid, OPERATION_FORBIDDEN when the country of a number is not allowed,
    ///   REQUEST_LIMIT_EXCEEDED
    void send(App app, Call call, Address to, String purpose);

    /// Checks a code and uses it up.
    ///
    /// @return whether it is correct
    /// @throws dev.rialto.kernel.RialtoException INVALID_VALUE or INVALID_EMAIL_ADDRESS when the
    ///   address is not valid, REQUEST_LIMIT_EXCEEDED after too many wrong ones
    boolean check(App app, Call call, Address from, String purpose, String code);
}
