// org.eclipse.collections:eclipse-collections:11.1.0
// ["[3, 2]","6-2-4","[1, 2, 3]",2,6,"{a=2}",2,3,"[3]",6]
package app;

import org.eclipse.collections.api.list.*;
import org.eclipse.collections.impl.factory.*;
import org.eclipse.collections.impl.factory.primitive.*;

import java.util.List;

class Use {
    static List<Object> use() throws Exception {
        MutableList<Integer> numbers = Lists.mutable.with(3, 1, 2);
        var bag = Bags.mutable.with("a", "b", "a");
        return List.of(
                numbers.select(x -> x > 1).toString(),
                numbers.collect(x -> x * 2).makeString("-"),
                numbers.toSortedList().toString(),
                bag.occurrencesOf("a"),
                IntLists.mutable.with(1, 2, 3).sum(),
                Maps.mutable.with("a", 1).collectValues((k, v) -> v + 1).toString(),
                numbers.groupBy(x -> x % 2).get(1).size(),
                Sets.immutable.with(1, 2).union(Sets.immutable.with(3)).size(),
                numbers.partition(x -> x > 2).getSelected().toString(),
                numbers.injectInto(0, Integer::sum));
    }
}
