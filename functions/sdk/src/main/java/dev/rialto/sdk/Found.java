package dev.rialto.sdk;

import java.util.List;

/// What a query found.
public record Found(String className, List<Entity> objects) {
    public Found {
        objects = List.copyOf(objects);
    }
}
