// com.opencsv:opencsv:5.11
// [2,"x, y","\"a\",\"b,c\"\n",2]
package app;

import com.opencsv.*;

import java.io.StringReader;
import java.io.StringWriter;
import java.util.List;

class Use {
    static List<Object> use() throws Exception {
        List<String[]> rows;
        try (var reader = new CSVReader(new StringReader("a,b\n\"x, y\",2\n"))) {
            rows = reader.readAll();
        }
        var out = new StringWriter();
        try (var writer = new CSVWriter(out)) {
            writer.writeNext(new String[] {"a", "b,c"});
        }
        var semicolons =
                new CSVReaderBuilder(new StringReader("1;2"))
                        .withCSVParser(new CSVParserBuilder().withSeparator(';').build())
                        .build();
        return List.of(rows.size(), rows.get(1)[0], out.toString(), semicolons.readNext().length);
    }
}
