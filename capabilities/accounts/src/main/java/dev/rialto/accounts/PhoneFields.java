package dev.rialto.accounts;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.spi.Draft;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The `phone` of a user. Users write into it what they like; a number belongs to one user only
/// once it is verified, so that nobody can take the number of somebody else by naming it.
///
/// The fields are not among those that every app's class has, which are Parse's: the first value
/// makes them.
final class PhoneFields {
    /// The number if it is verified: unique.
    static final String VERIFIED = "_verified_phone";

    private static final String PHONE = "phone";
    private static final String IS_VERIFIED = "phoneVerified";

    /// ITU-T E.164.
    private static final Pattern NUMBER = Pattern.compile("\\+[1-9]\\d{6,14}");

    private PhoneFields() {}

    private static boolean isVerified(ObjectNode user) {
        return user.path(IS_VERIFIED).asBoolean(false);
    }

    /// Takes a verified number out of what others see of a user. What else `phone` may be is the
    /// app's affair, as for any field that it has made.
    static void hide(ObjectNode user) {
        if (isVerified(user)) {
            user.remove(PHONE);
        }
    }

    static boolean areIn(ObjectNode fields) {
        return fields.has(PHONE) || fields.has(IS_VERIFIED);
    }

    /// Makes a number that changes unverified, and one that is verified the user's own.
    ///
    /// @throws RialtoException OPERATION_FORBIDDEN when a client verifies its number on its own
    ///   word
    static void check(Draft draft) {
        ObjectNode fields = draft.fields();
        if (!draft.caller().seesEverything()) {
            refuseVerification(draft);
        }
        if (!areIn(fields)) {
            return;
        }
        String before = draft.original().map(user -> text(user.path(PHONE))).orElse("");
        String phone = fields.has(PHONE) ? text(fields.path(PHONE)) : before;
        boolean wasVerified = draft.original().filter(PhoneFields::isVerified).isPresent();
        if (wasVerified && !fields.has(IS_VERIFIED) && !phone.equals(before)) {
            fields.put(IS_VERIFIED, false);
        }
        boolean verified = fields.has(IS_VERIFIED) ? isVerified(fields) : wasVerified;
        if (!verified) {
            fields.putNull(VERIFIED);
        } else if (NUMBER.matcher(phone).matches()) {
            fields.put(VERIFIED, phone);
        } else {
            throw new RialtoException(
                    ErrorCode.INVALID_VALUE,
                    "a phone that is verified must be like +4915112345678");
        }
    }

    private static void refuseVerification(Draft draft) {
        ObjectNode fields = draft.fields();
        boolean same =
                draft.original()
                        .filter(user -> user.path(IS_VERIFIED).equals(fields.get(IS_VERIFIED)))
                        .isPresent();
        if (same) {
            fields.remove(IS_VERIFIED);
        } else if (fields.has(IS_VERIFIED)) {
            throw new RialtoException(
                    ErrorCode.OPERATION_FORBIDDEN,
                    "clients can't set phoneVerified; a code verifies a phone");
        }
    }

    private static String text(JsonNode value) {
        return value.isString() ? value.stringValue() : "";
    }
}
