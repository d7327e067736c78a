package dev.rialto.accounts.spi;

import dev.rialto.kernel.App;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// What a capability keeps about users beside their objects, such as their passkeys.
public interface UserRecords {
    /// What it keeps, as an export of a user's data calls it: `passkeys`.
    String name();

    /// What is kept about a user, without secrets.
    ///
    /// @param user as it is stored
    List<ObjectNode> of(App app, ObjectNode user);

    /// Removes what lets somebody in as a user, or makes somebody known as one, in the transaction
    /// that gives the user to who has proven to own its address. A second factor is not a way in.
    default void disown(App app, String userId) {}

    /// Forgets a user, in the transaction that deletes it.
    void forget(App app, String userId);

    /// Forgets all users, in the transaction that purges the class.
    void forgetAll(App app);
}
