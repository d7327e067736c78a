// org.apache.commons:commons-csv:1.14.0
// [2,"B, C","2","{name=Ann, n=1}","a,\"b,c\",3,\"q\"\"q\"\r\n","a\tb"]
package app;

import org.apache.commons.csv.*;

import java.io.StringReader;
import java.io.StringWriter;
import java.util.List;

class Use {
    static List<Object> use() throws Exception {
        var format = CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).get();
        List<CSVRecord> records;
        try (var parser = format.parse(new StringReader("name,n\nAnn,1\n\"B, C\",2\n"))) {
            records = parser.getRecords();
        }
        var out = new StringWriter();
        try (var printer = new CSVPrinter(out, CSVFormat.EXCEL)) {
            printer.printRecord("a", "b,c", 3, "q\"q");
        }
        return List.of(
                records.size(),
                records.get(1).get("name"),
                records.get(1).get(1),
                records.get(0).toMap().toString(),
                out.toString(),
                CSVFormat.TDF.format("a", "b"));
    }
}
