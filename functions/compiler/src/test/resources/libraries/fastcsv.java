// de.siegmar:fastcsv:3.7.0
// [2,"A, B","a,\"b,c\"\r\n"]
package app;

import de.siegmar.fastcsv.reader.*;
import de.siegmar.fastcsv.writer.CsvWriter;

import java.io.StringWriter;
import java.util.List;

class Use {
    static List<Object> use() throws Exception {
        var records =
                CsvReader.builder().ofNamedCsvRecord("name,n\n\"A, B\",1\nC,2").stream().toList();
        var out = new StringWriter();
        try (var writer = CsvWriter.builder().build(out)) {
            writer.writeRecord("a", "b,c");
        }
        return List.of(records.size(), records.get(0).getField("name"), out.toString());
    }
}
