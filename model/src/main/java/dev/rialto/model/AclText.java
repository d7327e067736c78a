package dev.rialto.model;

import java.util.Set;
import java.util.TreeSet;
import tools.jackson.core.JsonGenerator;

/// An ACL in wire form: for each name, what it may do with the object.
public final class AclText {
    private AclText() {}

    /// Writes the property `ACL` in wire form, with names in order.
    public static void write(Set<String> readers, Set<String> writers, JsonGenerator out) {
        out.writeName("ACL");
        writeValue(readers, writers, out);
    }

    /// Writes the ACL alone.
    public static void writeValue(Set<String> readers, Set<String> writers, JsonGenerator out) {
        Set<String> all = new TreeSet<>(readers);
        all.addAll(writers);
        out.writeStartObject();
        for (String name : all) {
            out.writeObjectPropertyStart(name);
            if (readers.contains(name)) {
                out.writeBooleanProperty("read", true);
            }
            if (writers.contains(name)) {
                out.writeBooleanProperty("write", true);
            }
            out.writeEndObject();
        }
        out.writeEndObject();
    }
}
