// commons-io:commons-io:2.19.0
// ["a\nb\nc",["a","b","c"],"gz","b","/b",true,"2 KB",3]
package app;

import org.apache.commons.io.*;
import org.apache.commons.io.input.BoundedInputStream;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

class Use {
    static List<Object> use() throws Exception {
        byte[] bytes = "a\nb\nc".getBytes(StandardCharsets.UTF_8);
        return List.of(
                IOUtils.toString(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8),
                IOUtils.readLines(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8),
                FilenameUtils.getExtension("a/b.tar.gz"),
                FilenameUtils.getBaseName("a/b.txt"),
                FilenameUtils.normalize("/a/../b"),
                FilenameUtils.wildcardMatch("report.csv", "*.csv"),
                FileUtils.byteCountToDisplaySize(2048),
                IOUtils.toByteArray(
                                BoundedInputStream.builder()
                                        .setInputStream(new ByteArrayInputStream(bytes))
                                        .setMaxCount(3)
                                        .get())
                        .length);
    }
}
