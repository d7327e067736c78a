package dev.rialto.model;

import java.util.List;

/// A condition on an object: the tree that the `where` of a query is read into, once. One reader
/// compiles it to SQL, another matches it in memory; they must agree.
public sealed interface Where {
    /// Holds for every object.
    static Where all() {
        return new And(List.of());
    }

    /// All parts hold; holds when there are none.
    record And(List<Where> parts) implements Where {
        public And {
            parts = List.copyOf(parts);
        }
    }

    /// At least one part holds.
    record Or(List<Where> parts) implements Where {
        public Or {
            parts = List.copyOf(parts);
        }
    }

    /// No part holds.
    record Nor(List<Where> parts) implements Where {
        public Nor {
            parts = List.copyOf(parts);
        }
    }

    /// A field, or a value inside an Object or Array field, fulfils a predicate.
    record On(FieldPath path, Predicate predicate) implements Where {}

    /// The object is in a relation of another object.
    record RelatedTo(Value.Pointer owner, String key) implements Where {}
}
