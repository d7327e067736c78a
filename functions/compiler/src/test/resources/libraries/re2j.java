// com.google.re2j:re2j:1.8
// [true,"example","x-y",false,3]
package app;

import com.google.re2j.*;

import java.util.List;

class Use {
    static List<Object> use() throws Exception {
        Matcher matcher = Pattern.compile("(\\w+)@(\\w+)\\.org").matcher("ann@example.org");
        return List.of(
                matcher.matches(),
                matcher.group(2),
                Pattern.compile("a+").matcher("xaaay").replaceAll("-"),
                Pattern.matches("(a*)*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaac"),
                Pattern.compile(",").split("a,b,c").length);
    }
}
