// org.apache.commons:commons-text:1.13.1
// ["The Quick Fox","aa bb|cc","Hello Ann y","&lt;a &amp; b&gt;","a\tb",3,1.0,true,"ab,c","toCamelCase"]
package app;

import org.apache.commons.text.*;
import org.apache.commons.text.similarity.*;

import java.util.List;
import java.util.Map;

class Use {
    static List<Object> use() throws Exception {
        return List.of(
                WordUtils.capitalizeFully("the QUICK fox"),
                WordUtils.wrap("aa bb cc", 5, "|", true),
                new StringSubstitutor(Map.of("name", "Ann")).replace("Hello ${name} ${x:-y}"),
                StringEscapeUtils.escapeHtml4("<a & b>"),
                StringEscapeUtils.unescapeJava("a\\tb"),
                new LevenshteinDistance().apply("kitten", "sitting"),
                new JaroWinklerSimilarity().apply("MARTHA", "MARTHA"),
                new CosineDistance().apply("a b", "a b") < 0.001,
                new TextStringBuilder("ab").appendSeparator(",").append("c").toString(),
                CaseUtils.toCamelCase("to camel case", false, ' '));
    }
}
