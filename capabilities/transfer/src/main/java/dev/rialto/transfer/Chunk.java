package dev.rialto.transfer;

import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.transfer.RejectedRows.Rejected;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Rows of a file that are written in one transaction.
///
/// @param rows those that are objects of the class
/// @param refused those that are not
/// @param position bytes of the file up to the chunk's end
/// @param last whether the file ends here
record Chunk(List<EncodedRow> rows, List<Rejected> refused, long position, boolean last) {
    private static final int MAX_ROWS = 5000;
    private static final int MAX_BYTES = 4 << 20;

    int size() {
        return rows.size() + refused.size();
    }

    /// Reads the next rows.
    static Chunk read(RowSource source, RowEncoder encoder) throws IOException {
        List<EncodedRow> rows = new ArrayList<>();
        List<Rejected> refused = new ArrayList<>();
        int bytes = 0;
        boolean last = false;
        while (!last && rows.size() + refused.size() < MAX_ROWS && bytes < MAX_BYTES) {
            Optional<InputRow> row = source.next();
            last = row.isEmpty();
            if (row.isPresent()) {
                switch (row.get()) {
                    case InputRow.Readable readable -> {
                        try {
                            EncodedRow encoded = encoder.encode(readable);
                            rows.add(encoded);
                            bytes += encoded.size();
                        } catch (RialtoException reason) {
                            refused.add(Rejected.of(readable.line(), reason, readable.fields()));
                        }
                    }
                    case InputRow.Unreadable(long line, String text, var reason) ->
                            refused.add(Rejected.of(line, reason, Json.nodes().stringNode(text)));
                }
            }
        }
        return new Chunk(rows, refused, source.position(), last);
    }
}
