package dev.rialto.transfer;

import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import java.io.IOException;
import java.util.Optional;

/// The rows of another source, converted. A row that can't be is unreadable.
final class ConvertedSource implements RowSource {
    private static final int SHOWN = 1000;

    private final RowSource source;
    private final RowConverter converter;

    ConvertedSource(RowSource source, RowConverter converter) {
        this.source = source;
        this.converter = converter;
    }

    @Override
    public Optional<InputRow> next() throws IOException {
        return source.next().map(this::converted);
    }

    private InputRow converted(InputRow row) {
        if (!(row instanceof InputRow.Readable(long line, var stored, _))) {
            return row;
        }
        try {
            return new InputRow.Readable(line, converter.convert(stored));
        } catch (RialtoException reason) {
            String text = Json.write(stored);
            return new InputRow.Unreadable(
                    line, text.substring(0, Math.min(text.length(), SHOWN)), reason);
        }
    }

    @Override
    public long position() {
        return source.position();
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
