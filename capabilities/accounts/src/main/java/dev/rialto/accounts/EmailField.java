package dev.rialto.accounts;

import dev.rialto.accounts.EmailSettings.Verification;
import dev.rialto.accounts.LinkTokens.Purpose;
import dev.rialto.accounts.LinkTokens.Recipient;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.spi.Draft;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.POJONode;

/// The `email` of a user, and the mail that follows from a change of it or of the password.
final class EmailField {
    private static final String TO_VERIFY = "email to verify";
    private static final String CHANGED = "email changed";
    private static final String DIVERTED = "email to confirm";
    private static final Pattern EMAIL = Pattern.compile("[^\\s@]+@[^\\s@]+");

    private final AccountMail mail;
    private final LinkTokens tokens;
    private final EmailVerification verification;
    private final EmailChange change;
    private final InstantSource clock;

    EmailField(
            AccountMail mail,
            LinkTokens tokens,
            EmailVerification verification,
            EmailChange change,
            InstantSource clock) {
        this.mail = mail;
        this.tokens = tokens;
        this.verification = verification;
        this.change = change;
        this.clock = clock;
    }

    /// Whether a value looks like an address.
    static boolean isEmail(String value) {
        return EMAIL.matcher(value).matches();
    }

    /// Lets only the server and holders of keys say that an address is verified. Clients send back
    /// what they have read, which is ignored; what is said with another address is about that one.
    ///
    /// @throws RialtoException OPERATION_FORBIDDEN
    static void checkVerified(Draft draft) {
        ObjectNode fields = draft.fields();
        boolean trusted = draft.caller().seesEverything();
        boolean same =
                draft.original()
                        .filter(user ->
                                user.path("emailVerified").equals(fields.get("emailVerified")))
                        .isPresent();
        if (same && !(trusted && fields.has("email"))) {
            fields.remove("emailVerified");
        }
        if (!trusted && fields.has("emailVerified")) {
            throw new RialtoException(
                    ErrorCode.OPERATION_FORBIDDEN,
                    "Clients aren't allowed to manually update email verification.");
        }
    }

    /// Validates the address of a draft, and decides what becomes of it: it may have to be verified
    /// or, in place of another one, confirmed first.
    ///
    /// @throws RialtoException INVALID_EMAIL_ADDRESS, EMAIL_TAKEN
    void check(Draft draft) {
        ObjectNode fields = draft.fields();
        JsonNode email = fields.path("email");
        if (email.isMissingNode()) {
            return;
        }
        if (email.isString() && email.stringValue().isEmpty()) {
            // A missing address need not be unique.
            fields.putNull("email");
        } else if (email.isString() && !isEmail(email.stringValue())) {
            throw new RialtoException(
                    ErrorCode.INVALID_EMAIL_ADDRESS, "Email address format is invalid.");
        }
        if (draft.original().filter(user -> user.path("email").equals(email)).isPresent()) {
            return;
        }
        if (change.isConfirmed(draft.app())) {
            String address = email.asString("");
            if (isConfirmedFirst(draft, address)) {
                requireAddress(address);
                divert(draft, address);
                return;
            }
            if (!address.isEmpty()) {
                change.requireFree(draft.app(), draft.objectId(), address);
            }
        }
        draft.mark(CHANGED);
        settleVerified(draft);
    }

    /// What a user changes is confirmed first; the holder of a key knows what it does. A change of
    /// the case alone is none.
    private static boolean isConfirmedFirst(Draft draft, String email) {
        return draft.caller() instanceof Caller.User
                && draft.original()
                        .map(user -> user.path("email").asString(""))
                        .filter(old -> !old.isEmpty() && !old.equalsIgnoreCase(email))
                        .isPresent();
    }

    /// Without an address there would be nobody to tell of the next one.
    private static void requireAddress(String email) {
        if (email.isEmpty()) {
            throw new RialtoException(
                    ErrorCode.OPERATION_FORBIDDEN,
                    "An email address can be replaced by another one, not removed.");
        }
    }

    private void divert(Draft draft, String email) {
        draft.fields().remove("email");
        draft.mark(DIVERTED);
        change.begin(
                draft.app(), draft.original().orElseThrow(), email, mail.language(draft.call()));
    }

    private void settleVerified(Draft draft) {
        ObjectNode fields = draft.fields();
        if (fields.path("emailVerified").asBoolean(false)) {
            return;
        }
        boolean needed =
                NameFields.isText(fields.path("email"))
                        && !isMoving(draft)
                        && !hasIdentity(draft)
                        && mail.settings(draft.app()).verification().required();
        if (needed) {
            draft.mark(TO_VERIFY);
        }
        boolean wasVerified = draft.original().filter(EmailVerification::isVerified).isPresent();
        if ((needed || wasVerified) && !fields.has("emailVerified")) {
            fields.put("emailVerified", false);
        }
    }

    /// Whether users are being moved from elsewhere.
    private static boolean isMoving(Draft draft) {
        return draft.caller() instanceof Caller.Maintenance;
    }

    /// Whether a new user has proved otherwise who it is.
    private static boolean hasIdentity(Draft draft) {
        return draft.creating()
                && draft.fields().path("authData") instanceof POJONode node
                && node.getPojo() instanceof Identities.Claims claims
                && claims.linked().keySet().stream()
                        .anyMatch(name -> !name.equals(AnonymousProvider.NAME));
    }

    /// Sends what follows from the change of an address.
    void afterSave(Draft draft, ObjectNode answer) {
        if (draft.isMarked(DIVERTED)) {
            // SDKs believe that what they sent is stored, unless they are told otherwise.
            draft.original().ifPresent(user -> answer.set("email", user.path("email")));
        }
        if (draft.isMarked(CHANGED) && !draft.creating()) {
            revoke(draft, List.of(Purpose.VERIFY, Purpose.RESET, Purpose.CHANGE));
        }
        if (draft.isMarked(TO_VERIFY) && mail.settings(draft.app()).verification().sends()) {
            verification.send(draft.app(), after(draft), mail.language(draft.call()));
        }
    }

    /// Lets links to choose another password stop working, and tells the user of the new one.
    void passwordChanged(Draft draft) {
        // A change of address that was begun before may be the one of a thief.
        revoke(
                draft,
                draft.isMarked(DIVERTED)
                        ? List.of(Purpose.RESET)
                        : List.of(Purpose.RESET, Purpose.CHANGE));
        ObjectNode user = after(draft);
        String address = user.path("email").asString("");
        if (address.isEmpty()
                || isMoving(draft)
                || !isEmail(address)
                || !mail.settings(draft.app()).passwordChangedMail()) {
            return;
        }
        String language =
                draft.call()
                        .map(call -> mail.language(Optional.of(call)))
                        .or(() -> tokens.language(draft.app(), draft.objectId()))
                        .orElseGet(() -> mail.language(Optional.empty()));
        mail.sendPasswordChanged(
                draft.app(),
                user,
                new Recipient(draft.objectId(), address, language),
                clock.instant());
    }

    private void revoke(Draft draft, List<Purpose> purposes) {
        tokens.revoke(draft.app(), draft.objectId(), purposes, Instant.EPOCH);
    }

    /// The user as it is after the write, as far as mail needs to know.
    private static ObjectNode after(Draft draft) {
        ObjectNode user = draft.original().map(ObjectNode::deepCopy).orElseGet(Json::object);
        for (String name : List.of("username", "email", "emailVerified")) {
            JsonNode value = draft.fields().path(name);
            if (!value.isMissingNode()) {
                user.set(name, value);
            }
        }
        return user.put("objectId", draft.objectId());
    }

    /// Whether a sign-up with a password logs the new user in.
    boolean opensSession(Draft draft) {
        Verification rules = mail.settings(draft.app()).verification();
        return !rules.required()
                || !rules.beforeLogIn()
                || EmailVerification.isVerified(draft.fields());
    }

    /// Refuses to answer a sign-up that opened no session, where the app asks for that: the user is
    /// there, and can log in once its address is verified.
    void requireSession(App app, ObjectNode answer) {
        Verification rules = mail.settings(app).verification();
        if (rules.required()
                && rules.beforeLogIn()
                && rules.beforeSignUp()
                && !answer.has("sessionToken")) {
            throw EmailVerification.notVerified();
        }
    }

    /// Whether a new password ends the sessions of its user.
    boolean endsSessions(App app) {
        return mail.settings(app).reset().endsSessions();
    }
}
