package dev.rialto.sdk;

/// One of several writes that are done together: see [Objects#batch] and [Objects#transact].
public sealed interface Write {
    /// Creates an object, or updates it when it has an id, as [Objects#save] does.
    record Save(Entity object) implements Write {}

    /// Changes an object, as [Objects#update] does.
    record Change(Entity.Pointer object, Update update) implements Write {}

    record Delete(Entity.Pointer object) implements Write {}

    static Write save(Entity object) {
        return new Save(object);
    }

    static Write change(Entity.Pointer object, Update update) {
        return new Change(object, update);
    }

    static Write delete(Entity.Pointer object) {
        return new Delete(object);
    }
}
