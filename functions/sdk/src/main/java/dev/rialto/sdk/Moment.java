package dev.rialto.sdk;

/// When a [Trigger] is called.
public enum Moment {
    /// Takes a [Saving] and returns the [Entity] to be written instead, or nothing.
    BEFORE_SAVE,
    /// Takes a [Saving], returns nothing.
    AFTER_SAVE,
    /// Takes a [Deleting], returns nothing.
    BEFORE_DELETE,
    /// Takes a [Deleting], returns nothing.
    AFTER_DELETE,
    /// Takes a [Finding] and returns the [Query] to be run instead, or nothing.
    BEFORE_FIND,
    /// Takes a [Found] and returns the list of entities to be told instead, or nothing.
    AFTER_FIND,
    /// Takes a [LoggingIn], returns nothing.
    BEFORE_LOGIN,
    /// Takes a [LoggingIn], returns nothing.
    AFTER_LOGIN,
    /// Takes a [LoggingIn], returns nothing.
    AFTER_LOGOUT
}
