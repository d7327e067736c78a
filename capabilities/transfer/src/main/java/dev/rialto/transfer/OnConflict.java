package dev.rialto.transfer;

/// What happens to a row whose object exists already.
public enum OnConflict {
    /// The row is reported as rejected.
    REJECT,
    /// The object stays as it is.
    SKIP,
    /// The fields that the row has take the place of the object's; the others stay.
    REPLACE,
    /// As `REPLACE`, and fields that the row does not have are emptied. What the system keeps about
    /// an object stays all the same: its ACL, its times, the fields of the system classes.
    OVERWRITE;

    /// Whether an object that exists takes over what a row has.
    boolean updates() {
        return this == REPLACE || this == OVERWRITE;
    }
}
