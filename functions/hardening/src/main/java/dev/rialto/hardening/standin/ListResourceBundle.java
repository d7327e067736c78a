package dev.rialto.hardening.standin;

import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Strings that a class of the revision lists.
public abstract class ListResourceBundle extends ResourceBundle {
    private @Nullable Map<String, Object> contents;

    public ListResourceBundle() {}

    protected abstract Object[][] getContents();

    @Override
    public final @Nullable Object handleGetObject(String key) {
        return contents().get(key);
    }

    @Override
    public Enumeration<String> getKeys() {
        return Collections.enumeration(contents().keySet());
    }

    private synchronized Map<String, Object> contents() {
        Map<String, Object> known = contents;
        if (known == null) {
            known = new LinkedHashMap<>();
            for (Object[] each : getContents()) {
                known.put((String) each[0], each[1]);
            }
            contents = known;
        }
        return known;
    }
}
