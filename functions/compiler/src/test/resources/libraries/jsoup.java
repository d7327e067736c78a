// org.jsoup:jsoup:1.20.1
// ["One two","https://e.org/x?y=1","<b>two</b>","<b>hi</b>","<é",2]
package app;

import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.parser.Parser;
import org.jsoup.safety.Safelist;

import java.util.List;

class Use {
    static List<Object> use() throws Exception {
        Document page =
                Jsoup.parse(
                        "<div class=a><p>One <b>two</b></p><a href='/x?y=1'>l</a></div>",
                        "https://e.org/");
        return List.of(
                page.select("div.a p").text(),
                page.selectFirst("a").absUrl("href"),
                page.select("p > b").outerHtml(),
                Jsoup.clean("<b onclick=x>hi</b><script>1</script>", Safelist.basic()),
                Parser.unescapeEntities("&lt;&eacute;", false),
                Jsoup.parse("<r><i n='1'/><i n='2'/></r>", "", Parser.xmlParser())
                        .select("i")
                        .size());
    }
}
