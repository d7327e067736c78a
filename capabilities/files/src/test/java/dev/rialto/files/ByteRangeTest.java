package dev.rialto.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.files.ByteRange.Part;
import dev.rialto.files.ByteRange.Unsatisfiable;
import dev.rialto.files.ByteRange.Whole;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ByteRangeTest {
    @Test
    void readsWhatTheHeaderAsksFor() {
        Map<String, ByteRange> cases =
                Map.ofEntries(
                        Map.entry("bytes=0-3", new Part(0, 4)),
                        Map.entry("bytes=4-", new Part(4, 6)),
                        Map.entry("bytes=-3", new Part(7, 3)),
                        Map.entry("bytes=-99", new Part(0, 10)),
                        Map.entry("bytes=8-99", new Part(8, 2)),
                        Map.entry("bytes = 9 - 9", new Part(9, 1)),
                        Map.entry("bytes=10-", new Unsatisfiable()),
                        Map.entry("bytes=-0", new Unsatisfiable()),
                        Map.entry("bytes=5-2", new Whole()),
                        Map.entry("bytes=-", new Whole()),
                        Map.entry("bytes=0-1,3-4", new Whole()),
                        Map.entry("lines=0-1", new Whole()),
                        Map.entry("bytes=99999999999999999999-", new Whole()));

        cases.forEach((header, range) ->
                assertThat(ByteRange.read(header, 10)).as(header).isEqualTo(range));
    }
}
