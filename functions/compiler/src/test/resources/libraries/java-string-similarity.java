// info.debatty:java-string-similarity:2.0.0
// [3.0,961,500,1.0,true]
package app;

import info.debatty.java.stringsimilarity.*;

import java.util.List;

class Use {
    static List<Object> use() throws Exception {
        return List.of(
                new Levenshtein().distance("kitten", "sitting"),
                Math.round(new JaroWinkler().similarity("MARTHA", "MARHTA") * 1000),
                Math.round(new Cosine(2).similarity("hello", "hallo") * 1000),
                new Damerau().distance("ab", "ba"),
                new NGram(2).distance("ABCD", "ABTUIO") > 0);
    }
}
