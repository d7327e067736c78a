// com.univocity:univocity-parsers:2.9.1
// [2,"x, y","a,\"b,c\""]
package app;

import com.univocity.parsers.csv.*;

import java.io.StringReader;
import java.util.List;

class Use {
    static List<Object> use() throws Exception {
        var settings = new CsvParserSettings();
        settings.setLineSeparatorDetectionEnabled(true);
        settings.setReadInputOnSeparateThread(false);
        List<String[]> rows =
                new CsvParser(settings).parseAll(new StringReader("a,b\n\"x, y\",2\n"));
        var writer = new CsvWriter(new CsvWriterSettings());
        return List.of(rows.size(), rows.get(1)[0], writer.writeRowToString("a", "b,c"));
    }
}
