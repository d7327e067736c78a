// org.jgrapht:jgrapht-core:1.5.2
// [["a","b","c"],3.0,2,true]
package app;

import org.jgrapht.Graph;
import org.jgrapht.alg.connectivity.ConnectivityInspector;
import org.jgrapht.alg.shortestpath.DijkstraShortestPath;
import org.jgrapht.graph.*;
import org.jgrapht.traverse.TopologicalOrderIterator;

import java.util.ArrayList;
import java.util.List;

class Use {
    static List<Object> use() throws Exception {
        Graph<String, DefaultWeightedEdge> graph =
                new SimpleDirectedWeightedGraph<>(DefaultWeightedEdge.class);
        for (String each : List.of("a", "b", "c", "d")) {
            graph.addVertex(each);
        }
        graph.setEdgeWeight(graph.addEdge("a", "b"), 1);
        graph.setEdgeWeight(graph.addEdge("b", "c"), 2);
        graph.setEdgeWeight(graph.addEdge("a", "c"), 5);
        var order = new ArrayList<String>();
        new TopologicalOrderIterator<>(graph).forEachRemaining(order::add);
        var path = new DijkstraShortestPath<>(graph).getPath("a", "c");
        return List.of(
                path.getVertexList(),
                path.getWeight(),
                new ConnectivityInspector<>(graph).connectedSets().size(),
                order.indexOf("a") < order.indexOf("c"));
    }
}
