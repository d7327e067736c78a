package dev.rialto.messages;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Ids;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Supplier;

/// The addresses by which users unsubscribe from messages of a template. They are signed with a key
/// of the app and never expire: a message may be read years after it was sent.
final class UnsubscribeLinks {
    static final String PATH = "/apps/{appId}/messages/unsubscribe";

    static final String RECIPIENT = "to";
    static final String TEMPLATE = "template";
    static final String SIGNATURE = "signature";

    private static final int KEY_BYTES = 32;

    private final Database database;
    private final Supplier<String> publicUrl;
    private final Ids ids = new Ids();

    /// @param publicUrl the address of `/v1`, without a slash at its end
    UnsubscribeLinks(Database database, Supplier<String> publicUrl) {
        this.database = database;
        this.publicUrl = publicUrl;
    }

    /// The address for a recipient and a template.
    String of(App app, String recipient, String template) {
        SequencedMap<String, String> parameters = new LinkedHashMap<>();
        parameters.put(RECIPIENT, recipient);
        parameters.put(TEMPLATE, template);
        parameters.put(SIGNATURE, signature(key(app), recipient, template));
        return publicUrl.get()
                + PATH.replace("{appId}", PercentEncoding.of(app.id()))
                + "?"
                + PercentEncoding.query(parameters);
    }

    /// Whether an address was made by [#of].
    boolean isValid(App app, String recipient, String template, String signature) {
        return findKey(app)
                .filter(key -> Signatures.isEqual(signature(key, recipient, template), signature))
                .isPresent();
    }

    private static String signature(String key, String recipient, String template) {
        return Signatures.hex(
                Signatures.hmacSha256(
                        Signatures.bytes(key), template + "\n" + Recipients.folded(recipient)));
    }

    private String key(App app) {
        return findKey(app)
                .orElseGet(() -> {
                    database.update(
                            Sql.of(
                                    "insert into rialto.message_link_key (app, key) values (?, ?) on"
                                            + " conflict do nothing",
                                    app.id(),
                                    ids.hex(KEY_BYTES)));
                    return findKey(app).orElseThrow();
                });
    }

    private Optional<String> findKey(App app) {
        return database.queryFirst(
                Sql.of("select key from rialto.message_link_key where app = ?", app.id()),
                row -> row.getString(1));
    }
}
