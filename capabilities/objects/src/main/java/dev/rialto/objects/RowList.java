package dev.rialto.objects;

import dev.rialto.http.AnswerBytes;
import dev.rialto.http.Rendered;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// Objects that a find found, each rendered for itself.
///
/// @param count how many match, when that was asked for
record RowList(List<RowList.Item> items, OptionalLong count) {
    private static final byte[] BEFORE = "{\"results\":[".getBytes(StandardCharsets.UTF_8);

    /// One object.
    record Item(String objectId, ReadCache.Answer answer) {
        int size() {
            return answer.rendered().asUnquotedUTF8().length;
        }
    }

    /// Takes items until they are more than an answer may have.
    static final class Builder {
        private final List<Item> items = new ArrayList<>();
        private final long most;
        private long bytes;

        /// @param most the most bytes of all
        Builder(long most) {
            this.most = most;
        }

        /// @throws dev.rialto.kernel.RialtoException INVALID_QUERY beyond the most
        void add(Item item) {
            bytes += item.size() + 1;
            AnswerBytes.requireFits(bytes, most);
            items.add(item);
        }

        RowList build(OptionalLong count) {
            return new RowList(items, count);
        }
    }

    /// The answer to the find, as [FindResult#render] writes it.
    ///
    /// @param most the most bytes
    Rendered render(long most) {
        byte[] after = after();
        long length = (long) BEFORE.length + after.length + Math.max(0, items.size() - 1);
        for (Item each : items) {
            length += each.size();
        }
        AnswerBytes.requireFits(length, most);
        byte[] all = new byte[Math.toIntExact(length)];
        int at = put(BEFORE, all, 0);
        for (int i = 0; i < items.size(); i++) {
            if (i > 0) {
                all[at++] = ',';
            }
            at = put(items.get(i).answer().rendered().asUnquotedUTF8(), all, at);
        }
        put(after, all, at);
        return Rendered.of(all);
    }

    private byte[] after() {
        String text = count.isPresent() ? "],\"count\":" + count.getAsLong() + "}" : "]}";
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static int put(byte[] part, byte[] all, int at) {
        System.arraycopy(part, 0, all, at, part.length);
        return at + part.length;
    }
}
