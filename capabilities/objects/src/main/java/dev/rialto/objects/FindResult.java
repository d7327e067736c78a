package dev.rialto.objects;

import dev.rialto.http.Rendered;
import dev.rialto.kernel.Json;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.databind.node.ObjectNode;

/// The result of a find.
///
/// @param count how many match, when that was asked for
/// @param redirect the class that was queried instead
record FindResult(List<ObjectNode> objects, OptionalLong count, Optional<String> redirect) {

    /// The same with other objects.
    FindResult with(List<ObjectNode> others) {
        return new FindResult(others, count, redirect);
    }

    /// The response to the find.
    ///
    /// @param max the maximum number of bytes
    Rendered render(long max) {
        redirect.ifPresent(name -> objects.forEach(tree -> tree.put("className", name)));
        return render(
                max,
                redirect,
                count,
                out -> objects.forEach(tree -> Json.mapper().writeTree(out, tree)));
    }

    /// `{"results": [...]}`, with `count` when it was asked for.
    ///
    /// @param results writes the objects
    static <X extends Exception> Rendered render(
            long max, Optional<String> redirect, OptionalLong count, Rendered.Writer<X> results)
            throws X {
        return Rendered.of(
                max,
                out -> {
                    out.writeStartObject();
                    redirect.ifPresent(name -> out.writeStringProperty("className", name));
                    out.writeArrayPropertyStart("results");
                    results.write(out);
                    out.writeEndArray();
                    if (count.isPresent()) {
                        out.writeNumberProperty("count", count.getAsLong());
                    }
                    out.writeEndObject();
                });
    }
}
