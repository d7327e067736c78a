// net.objecthunter:exp4j:0.4.8
// [9.0,14.0,false]
package app;

import net.objecthunter.exp4j.ExpressionBuilder;

import java.util.List;

class Use {
    static List<Object> use() throws Exception {
        return List.of(
                new ExpressionBuilder("3 * sin(0) + x ^ 2")
                        .variables("x")
                        .build()
                        .setVariable("x", 3)
                        .evaluate(),
                new ExpressionBuilder("2 + 3 * 4").build().evaluate(),
                new ExpressionBuilder("y + 1").variables("y").build().validate().isValid());
    }
}
