// org.antlr:antlr4-runtime:4.13.2
// [104,"ell","{1..5, 7}",6,2]
package app;

import org.antlr.v4.runtime.*;
import org.antlr.v4.runtime.misc.*;

import java.util.List;

class Use {
    static List<Object> use() throws Exception {
        CharStream in = CharStreams.fromString("hello");
        var set = IntervalSet.of(1, 5);
        set.add(7);
        var tokens =
                new ListTokenSource(
                        List.of(new CommonToken(1, "a"), new CommonToken(Token.EOF, "")));
        var stream = new CommonTokenStream(tokens);
        stream.fill();
        return List.of(
                in.LA(1), in.getText(Interval.of(1, 3)), set.toString(), set.size(), stream.size());
    }
}
