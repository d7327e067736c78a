// org.apache.commons:commons-collections4:4.5.0
// ["[a, c]",2,"one","{car=1, cat=2}","[2, 3]","[1, 2]","[2]","[1, 2]","[[1, 2], [3]]",2]
package app;

import org.apache.commons.collections4.*;
import org.apache.commons.collections4.bag.HashBag;
import org.apache.commons.collections4.bidimap.DualHashBidiMap;
import org.apache.commons.collections4.map.*;
import org.apache.commons.collections4.queue.CircularFifoQueue;
import org.apache.commons.collections4.trie.PatriciaTrie;

import java.util.List;

class Use {
    static List<Object> use() throws Exception {
        var recent = new LRUMap<String, Integer>(2);
        recent.put("a", 1);
        recent.put("b", 2);
        recent.get("a");
        recent.put("c", 3);
        var bag = new HashBag<>(List.of("x", "x", "y"));
        var both = new DualHashBidiMap<String, Integer>();
        both.put("one", 1);
        var trie = new PatriciaTrie<Integer>();
        trie.put("car", 1);
        trie.put("cat", 2);
        trie.put("dog", 3);
        var ring = new CircularFifoQueue<Integer>(2);
        ring.addAll(List.of(1, 2, 3));
        MultiValuedMap<String, Integer> many = MultiMapUtils.newListValuedHashMap();
        many.put("a", 1);
        many.put("a", 2);
        return List.of(
                recent.keySet().toString(),
                bag.getCount("x"),
                both.getKey(1),
                trie.prefixMap("ca").toString(),
                ring.toString(),
                many.get("a").toString(),
                CollectionUtils.intersection(List.of(1, 2), List.of(2, 3)).toString(),
                CollectionUtils.subtract(List.of(1, 2, 2), List.of(2)).toString(),
                ListUtils.partition(List.of(1, 2, 3), 2).toString(),
                IterableUtils.countMatches(List.of(1, 2, 3), each -> each > 1));
    }
}
