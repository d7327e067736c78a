package dev.rialto.transfer;

/// What happens to a row whose object exists already.
public enum OnConflict {
    /// The row is reported as rejected.
    REJECT,
    /// The object stays as it is.
    SKIP,
    /// The row takes the object's place; fields that the row does not have are emptied.
    REPLACE
}
