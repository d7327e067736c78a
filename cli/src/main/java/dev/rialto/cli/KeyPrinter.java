package dev.rialto.cli;

import dev.rialto.apps.NewKey;
import java.io.PrintWriter;
import java.util.List;

/// Shows new keys, the one time that is possible.
final class KeyPrinter {
    private static final int WIDTH = 18;

    private KeyPrinter() {}

    static void print(String app, List<NewKey> keys, PrintWriter out) {
        line(out, "app id", app);
        for (NewKey key : keys) {
            line(out, key.kind().label() + " key", key.value());
        }
        out.println("keep the keys: they are stored hashed and can't be shown again");
        out.flush();
    }

    private static void line(PrintWriter out, String name, String value) {
        out.println(name + " ".repeat(Math.max(1, WIDTH + 4 - name.length())) + value);
    }
}
